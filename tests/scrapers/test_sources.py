"""The catalog: what it says, and what it tells the author of a wrong file."""

from __future__ import annotations

import csv
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml

from scrapers.sources import CatalogError, Source, load_catalog, select, source_for

TODAY = date(2026, 11, 22)

GOOD: dict[str, Any] = {
    "source_id": "a_source",
    "publisher_zh": "某局",
    "publisher_en": "An office",
    "title_zh": "某表",
    "title_en": "A table",
    "addresses": ["https://example.org/a.html"],
    "cadence": "monthly",
    "region_scope": "430000",
    "publisher_rank": 1,
    "is_official": True,
    "licence_note": "none stated",
    "freshness_limit_days": 100,
    "minimum_records": 5,
}


def write(folder: Path, name: str = "a_source", **changes: Any) -> Path:
    content = {key: value for key, value in {**GOOD, "source_id": name, **changes}.items() if value is not ...}
    folder.mkdir(exist_ok=True)
    (folder / f"{name}.yaml").write_text(yaml.safe_dump(content, allow_unicode=True), encoding="utf-8")
    return folder


def problem(folder: Path) -> str:
    with pytest.raises(CatalogError) as error:
        load_catalog(folder)
    return str(error.value)


def test_a_good_file_becomes_a_source(tmp_path: Path) -> None:
    source = load_catalog(write(tmp_path))["a_source"]
    assert source.pages(TODAY) == ["https://example.org/a.html"]
    assert source.politeness.requests_per_second <= 1
    assert not source.is_imported_only


@pytest.mark.parametrize(
    ("changes", "field", "hint"),
    [
        ({"cadence": "montly"}, "cadence", "daily, weekly, monthly, quarterly, yearly, once"),
        ({"cadense": "monthly"}, "cadense", "there is no such field; allowed: source_id, publisher_zh"),
        ({"publisher_rank": 0}, "publisher_rank", "≥ 1 and ≤ 9"),
        ({"publisher_rank": "first"}, "publisher_rank", "a whole number"),
        ({"is_official": "perhaps"}, "is_official", "true or false"),
        ({"licence_note": ...}, "licence_note", "is missing; allowed: text"),
        ({"cadence": ...}, "cadence", "is missing; allowed: daily"),
        ({"addresses": ["example.org/a"]}, "addresses.0", "http://… or https://…"),
        ({"addresses": ["https://u:p@example.org/"]}, "addresses.0", "user name"),
        ({"addresses": "https://example.org/"}, "addresses", "a list"),
        ({"region_scope": "Hunan"}, "region_scope", "country|"),
        ({"politeness": {"requests_per_second": 0}}, "politeness.requests_per_second", "> 0"),
        ({"politeness": {"rate": 1}}, "politeness.rate", "requests_per_second"),
        ({"politeness": {"allow_hosts": ["https://x.org"]}}, "politeness.allow_hosts.0", "without scheme"),
        ({"politeness": 3}, "politeness", "a mapping with requests_per_second"),
        ({"url_patterns": ["["]}, "url_patterns.0", "not a regular expression"),
        ({"discovery": {"list_page": "https://x.org/"}}, "discovery.link_pattern", "is missing; allowed: text"),
        ({"discovery": {"list_page": "https://x.org/{year}", "link_pattern": "x"}}, "discovery.list_page", "years"),
        ({"address_template": "https://x.org/{year}/{part}", "years": {"first": 2000}}, "address_template", "{part}"),
        ({"address_template": "https://x.org/a"}, "address_template", "{year}"),
        ({"address_template": "https://x.org/{year}"}, "address_template", "years is needed"),
        ({"years": {"first": 2010, "last": 2000}}, "years", "before first"),
        ({"years": {"first": 10}}, "years.first", "≥ 1949"),
        ({"parser": "magic"}, "parser", "cnipa_yearbook, prefecture_table"),
        ({"source_id": "other"}, "source_id", "'a_source', the name of the file"),
        ({"source_id": "Bad Id"}, "source_id", "matches ^[a-z]"),
        ({"freshness_limit_days": None}, "freshness_limit_days", "a whole number"),
    ],
)
def test_a_wrong_file_names_file_field_and_what_is_allowed(
    tmp_path: Path, changes: dict[str, Any], field: str, hint: str
) -> None:
    text = problem(write(tmp_path, **changes))
    assert "a_source.yaml: " in text
    assert field in text
    assert hint in text


def test_all_problems_of_all_files_are_told_at_once(tmp_path: Path) -> None:
    write(tmp_path, cadence="never", publisher_rank=99)
    write(tmp_path, "b_source", cadence="never")
    assert len(problem(tmp_path).splitlines()) == 3


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        ("a: [1\nb: 2", "line 2"),
        ("", "is empty"),
        ("- a\n- b", "no mapping"),
        ("cadence: daily\ncadence: weekly\n", "given twice"),
    ],
)
def test_a_file_that_is_no_good_yaml_is_named(tmp_path: Path, text: str, hint: str) -> None:
    (tmp_path / "broken.yaml").write_text(text)
    assert "broken.yaml" in problem(tmp_path)
    assert hint in problem(tmp_path)


def test_bytes_that_are_no_utf8_are_named(tmp_path: Path) -> None:
    (tmp_path / "broken.yaml").write_bytes("publisher_zh: 局".encode("gbk"))
    assert "broken.yaml: cannot be read" in problem(tmp_path)


def test_the_same_id_twice_is_refused(tmp_path: Path) -> None:
    write(tmp_path)
    (tmp_path / "a_source.yml").write_bytes((tmp_path / "a_source.yaml").read_bytes())
    assert "given twice" in problem(tmp_path)


def test_the_catalog_can_lie_elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ZHIBIAO_CATALOG", str(write(tmp_path, "elsewhere")))
    assert list(load_catalog()) == ["elsewhere"]
    monkeypatch.setenv("ZHIBIAO_CATALOG", str(tmp_path / "nowhere"))
    with pytest.raises(CatalogError, match="nowhere does not exist"):
        load_catalog()


def test_a_template_makes_addresses_of_years_and_parts(tmp_path: Path) -> None:
    source = load_catalog(
        write(
            tmp_path,
            addresses=[],
            address_template="https://example.org/{year}/{kind}.html",
            years={"first": 2024},
            parts={"kind": ["a", "b"]},
        )
    )["a_source"]
    assert source.pages(TODAY) == [f"https://example.org/{year}/{kind}.html" for year in (2024, 2025) for kind in "ab"]
    assert source.makes("https://example.org/1999/b.html")
    assert not source.makes("https://example.org/1999/c.html")


def test_an_address_finds_its_most_certain_source(tmp_path: Path) -> None:
    write(tmp_path, "listed", addresses=["https://example.org/2020/a.html"], publisher_rank=3)
    write(
        tmp_path,
        "made",
        addresses=[],
        address_template="https://example.org/{year}/a.html",
        years={"first": 2020, "last": 2021},
        publisher_rank=2,
    )
    write(tmp_path, "pattern", addresses=[], url_patterns=["^https://example\\.org/"])
    catalog = load_catalog(tmp_path)

    def of(url: str) -> str | None:
        source = source_for(catalog, url)
        return source.source_id if source else None

    assert of("https://example.org/2020/a.html#part") == "listed"
    assert of("https://example.org/2021/a.html") == "made"
    assert of("https://example.org/x") == "pattern"
    assert of("https://example.com/x") is None


def test_selecting_an_unknown_source_names_the_known_ones(tmp_path: Path) -> None:
    catalog = load_catalog(write(tmp_path))
    assert [source.source_id for source in select(catalog, None)] == ["a_source"]
    with pytest.raises(CatalogError, match=r"no such source: b; allowed: a_source"):
        select(catalog, ["b"])


# --- the catalog of the project ---------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def catalog() -> dict[str, Source]:
    return load_catalog(Path(__file__).parents[2] / "scrapers" / "catalog")


def test_no_source_of_the_project_may_reach_into_a_private_network(catalog: dict[str, Source]) -> None:
    assert not [source_id for source_id, source in catalog.items() if source.politeness.allow_private_addresses]
    assert all(source.politeness.requests_per_second <= 1 for source in catalog.values())


def test_one_source_takes_the_plans(catalog: dict[str, Source]) -> None:
    assert [source_id for source_id, source in catalog.items() if source.parser == "plan_document"] == [
        "plan_documents"
    ]


def test_official_sources_rank_before_copies(catalog: dict[str, Source]) -> None:
    official = [source.publisher_rank for source in catalog.values() if source.is_official]
    copies = [source.publisher_rank for source in catalog.values() if not source.is_official]
    assert max(official) < min(copies)


def test_every_address_of_the_archive_belongs_to_a_source(archive: Path, catalog: dict[str, Source]) -> None:
    with open(archive / "stats" / "index.csv", encoding="utf-8-sig", newline="") as file:
        addresses = [row["url"] for row in csv.DictReader(file) if row["url"]]
    assert len(addresses) > 30
    assert [url for url in addresses if source_for(catalog, url) is None] == []
