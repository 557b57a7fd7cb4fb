"""A data home of its own for every test, and a dbt project that takes no time."""

from pathlib import Path

import pytest

from scrapers.home import Home

PROFILES = """
made:
  target: build
  outputs:
    build: {type: duckdb, path: "{{ env_var('ZHIBIAO_BUILD_DATABASE') }}", threads: 2}
"""

MODELS = {
    "good.sql": "{{ config(schema='marts') }} select count(*) as captures, date '{{ var(\"as_of\") }}' as as_of "
    "from raw.captures",
    "bad.sql": "{{ config(schema='marts') }} select {{ env_var('MADE_COLUMN', '1') }} as one from {{ ref('good') }}",
    "schema.yml": "models:\n  - name: good\n    columns:\n      - name: captures\n        data_tests:\n"
    "          - accepted_values: {arguments: {values: [2], quote: false}}\n",
}


@pytest.fixture
def home(tmp_path: Path) -> Home:
    """An empty home."""
    folder = tmp_path / "home"
    folder.mkdir()
    return Home.at(folder)


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A dbt project of two models and one test."""
    folder = tmp_path / "project"
    (folder / "models").mkdir(parents=True)
    (folder / "dbt_project.yml").write_text(
        "name: made\nversion: '1.0'\nprofile: made\nflags: {use_colors: false}\nmodels: {+materialized: table}\n"
    )
    (folder / "profiles.yml").write_text(PROFILES)
    (folder / "macros").mkdir()
    (folder / "macros" / "names.sql").write_text(
        "{% macro generate_schema_name(name, node) %}{{ name or target.schema }}{% endmacro %}"
    )
    for name, text in MODELS.items():
        (folder / "models" / name).write_text(text)
    monkeypatch.setenv("ZHIBIAO_DBT_PROJECT", str(folder))
    return folder
