"""`zhibiao report`: the files it writes, and what it refuses."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path

import pytest
from typer.testing import CliRunner

from scrapers.home import Home
from tests.warehouse.evaluation import made_marts as made
from warehouse.cli import app
from warehouse.errors import ExitCode, Trouble
from warehouse.past import Marts
from warehouse.release import current

asked: list[date | None] = []


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home whose marts of any date are made up; `asked` has the dates."""
    database = made.marts(
        tmp_path / "marts.duckdb", dim_plan=[made.plan()], dim_target=[made.target("made-1")],
        fct_target_progress=[made.progress("made-1")], plan_scorecard=[made.scorecard()],
    )  # fmt: skip

    @contextmanager
    def marts_of(home: Home, as_of: date | None) -> Iterator[Marts]:
        asked.append(as_of)
        yield Marts(database, as_of or current(home).manifest.as_of)

    monkeypatch.setattr("warehouse.past.marts_of", marts_of)
    return tmp_path / "home"


def _run(home: Path, *arguments: str) -> tuple[int, str, BaseException | None]:
    done = CliRunner().invoke(app, ["report", *arguments, "--home", str(home)])
    return done.exit_code, done.output, done.exception


def test_both_files_are_written_with_what_was_known_on_the_date(home: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    code, told, _ = _run(home, "made", "--as-of", made.AS_OF.isoformat(), "--lang", "en", "--out", str(out))
    assert (code, asked[-1]) == (0, made.AS_OF)
    assert [Path(line).suffix for line in told.split()] == [".html", ".docx"]
    assert all(Path(line).is_file() and "as-of-2024-06-30-en" in line for line in told.split())


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("other",), "no plan 'other'"),
        (("made", "--kind", "final"), "2025-12-31, after the as-of date"),
        (("made", "--as-of", "soon"), "no date"),
    ],
)
def test_what_cannot_be_written_is_refused_and_leaves_no_file(
    home: Path, tmp_path: Path, arguments: tuple[str, ...], words: str
) -> None:
    dated = arguments if "--as-of" in arguments else (*arguments, "--as-of", made.AS_OF.isoformat())
    _, _, trouble = _run(home, *dated, "--out", str(tmp_path / "out"))
    assert isinstance(trouble, Trouble) and trouble.exit_code is ExitCode.USAGE and words in str(trouble)
    assert not (tmp_path / "out").exists()


def test_without_a_release_there_is_nothing_to_report(home: Path, tmp_path: Path) -> None:
    _, _, trouble = _run(home, "made", "--out", str(tmp_path / "out"))
    assert isinstance(trouble, Trouble) and trouble.exit_code is ExitCode.NO_RELEASE
