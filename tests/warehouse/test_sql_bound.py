"""No label, title or address reaches SQL unbound: every statement that is put together is known, piece by piece."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.warehouse.made import REPOSITORY
from tests.warehouse.sql_built import built

OURS: dict[str, set[str]] = {
    "expectations/gate.py": {"field.name"},  # the fields of a dataclass
    "expectations/validate.py": {"table.table"},  # the tables that the suites name
    "warehouse/care/machine.py": {"table"},  # quoted names of the build's own tables
    "warehouse/compare.py": {"name", "side", "query", "_fact_query(side, tables[side])"},  # old and new, constants
    "warehouse/database.py": {"query"},  # constants of the callers, which are looked at themselves
    "warehouse/evaluation/facts.py": {"query"},  # constants of the module, with bound values
    "warehouse/load.py": {"key", "table", "query"},  # tables of the raw schema and their keys
    "warehouse/load_plans.py": {"table"},
    "warehouse/marts.py": {"query"},
    "warehouse/outcomes.py": {"table"},
    "warehouse/raw.py": {"columns", "name", "TABLES[table]"},
    "warehouse/sql.py": {"name", "value", "query"},  # settings of ours; the question of whoever may ask
}
"""What stands in statements beside constants and quoted values: names of our own tables, columns and settings."""

ROOMS = ("scrapers", "warehouse", "expectations", "dags")


def test_every_statement_is_made_of_our_own_names_and_quoted_values() -> None:
    strange = []
    for room in ROOMS:
        for file in sorted((REPOSITORY / room).rglob("*.py")):
            place = file.relative_to(REPOSITORY).as_posix()
            strange += [
                f"{place}:{line}: {piece}"
                for line, piece in built(file.read_text(encoding="utf-8"))
                if piece not in OURS.get(place, set())
            ]
    assert strange == [], "bind the value (`?` and a list), or quote it (`warehouse.literals`)"


@pytest.mark.parametrize(
    "code",
    [
        "c.execute(f\"select * from t where label = '{label}'\")",
        "c.execute('select * from t where label = ' + record.label)",
        "c.execute(\"select * from t where label = '%s'\" % label)",
        "c.execute(\"select '{}'\".format(title))",
        "c.execute(' '.join(['select', title]))",
        "def f(c, url):\n    query = f\"select '{url}'\"\n    query += ' limit 1'\n    c.execute(query)",
        "c.sql(f\"from read_csv('{path}')\")",
        "ask(database, f\"select '{label}'\")",
        "rows = _rows(c, f\"select '{label}' from t\")",
        "QUERY = f\"select x from t where y = '{label}'\"",
        "c.execute(made(label))",
        "c.execute(query=f\"select '{label}'\")",
    ],
)
def test_a_label_in_a_statement_is_found(code: str) -> None:
    assert built(code)


@pytest.mark.parametrize(
    "code",
    [
        "c.execute('select * from t where label = ?', [label])",
        "c.execute(QUERY, {'plan': plan_id})",
        'c.execute(f"attach {quoted(path)} as x (read_only)")',
        "c.execute(f'select {identifier(column)} from {SCHEMA}.t')",
        "say(f'nothing comes from {label}')",
    ],
)
def test_bound_and_quoted_values_are_no_finding(code: str) -> None:
    assert built(code) == []


def test_models_take_nothing_from_outside_but_the_day() -> None:
    """Jinja puts its values into the SQL of a model as they are: variables are those of the project and the day."""
    project = REPOSITORY / "dbt_project"
    declared = (project / "dbt_project.yml").read_text(encoding="utf-8")
    for file in [*project.glob("models/**/*.sql"), *project.glob("macros/*.sql"), *project.glob("tests/**/*.sql")]:
        text = file.read_text(encoding="utf-8")
        assert "env_var" not in text and "run_query" not in text and "load_result" not in text, file
        for piece in text.split("var(")[1:]:
            name = piece.split(")")[0].strip().strip("\"'")
            assert f"{name}:" in declared, f"{file}: {name}"


def test_a_day_is_the_only_thing_that_a_refresh_tells_the_models(tmp_path: Path) -> None:
    from scrapers.home import Home
    from warehouse.run import Run

    for day in ("2024-01-01'; drop table x; --", "today", "{{ 1 }}", "2024-13-01"):
        with pytest.raises(ValueError, match=r"isoformat|month"):
            Run.begin({"as_of": day, "sources": [], "live": False})
    assert Home.at(tmp_path).is_local
