"""A damaged page in place of a good one, at the level of parsing: nothing changed is ever taken for a fact.

Every damage goes over every page. What a damaged page may be: quarantined or contradictory, so that the last good
capture serves on; or read as before, where the damage touched nothing that counts.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import pytest

from scrapers.archive import Archive
from scrapers.captures import Capture, Origin
from scrapers.home import Home
from scrapers.imports import import_path
from scrapers.parse import ParseOutcome, parse_captures, read_records
from scrapers.records import SERVING, Record
from scrapers.sources import load_catalog
from tests.mirror import damage

STARTER = Path(__file__).parent.parent.parent / "scrapers" / "starter"
TABLES = ["cnipa_2022_c3", "cnipa_2014_c3", "hunan_inforce_202011", "hunan_grants_202308"]
FILES = ["nbs_grants_2011_2025", "nbs_population_2015_2024"]
ARTICLES = ["suining_2021_prose", "suining_2021_plan_execution"]
ONLY_IN_THE_ARCHIVE = ["fujian_yearbook2022_1605", "cnipa_2009_c2", "cpahk_inforce_202212", "cnipa_en_m_201304_t2"]
CATALOG = load_catalog()

Facts = dict[tuple[Any, ...], tuple[Any, ...]]


def facts(records: Iterable[Record]) -> Facts:
    """What a page says, whatever row and column it says it in."""
    return {
        (r.region_label, r.measure_label, r.period, r.period_kind, r.is_percentage_row): (r.value, r.unit_label)
        for r in records
    }


def bring(home: Home, page: Capture, body: bytes) -> None:
    Archive(home).add(
        source_id=page.source_id, url=page.url, body=body, origin=Origin.IMPORTED, knowledge=page.knowledge, run_id="r"
    )


def in_turn(folder: Path, page: Capture, *bodies: bytes) -> tuple[Home, list[ParseOutcome]]:
    """A new home into which the bodies come one after another at one address; the outcome of each."""
    shutil.rmtree(folder, ignore_errors=True)
    home = Home.at(folder)
    for body in bodies:
        bring(home, page, body)
    return home, parse_captures(home, [capture.capture_id for capture in Archive(home).captures()], CATALOG)


def one_page(folder: Path, place: Path, name: str) -> tuple[Capture, bytes]:
    """A page of a folder with an index, as the import takes it in."""
    home = Home.at(place)
    file = next(path for path in folder.iterdir() if path.stem == name)
    import_path(home, file, run_id="r", catalog=CATALOG)
    (page,) = Archive(home).captures()
    return page, file.read_bytes()


def damages_of(page: Capture, body: bytes, parser: str) -> Mapping[str, damage.Damage]:
    if b"<html" not in body[:1000].lower():
        return damage.ANY | damage.CSV
    return damage.ANY | (damage.PROSE if parser == "prose" else damage.TABLE)


def spoil(folder: Path, place: Path, name: str) -> tuple[int, list[str]]:
    """Put every damage in place of a page: how many changed it, and what was taken for a fact and is none."""
    page, body = one_page(folder, place / "page", name)
    home, (good,) = in_turn(place / "good", page, body)
    assert good.verdict in SERVING, good
    known = facts(read_records(home, good))
    tried, wrong = 0, []
    for what, spoilt in damages_of(page, body, good.parser).items():
        bad = spoilt(body)
        if bad is None or bad == body:
            continue
        tried += 1
        home, (first, *rest) = in_turn(place / "home", page, body, bad)
        assert first.verdict in SERVING and facts(read_records(home, first)) == known
        if not rest:
            continue  # the archive saw no change of content
        (outcome,) = rest
        assert outcome.reason != "parser_error", f"{what}: {outcome.message}"
        if outcome.verdict not in SERVING:
            assert outcome.reason and outcome.message, what
            continue
        read = facts(read_records(home, outcome))
        if changed := [key for key in known.keys() | read.keys() if known.get(key) != read.get(key)]:
            wrong.append(f"{what}: {len(changed)}, e.g. {changed[0]}: {known.get(changed[0])} → {read.get(changed[0])}")
    return tried, wrong


@pytest.mark.parametrize("name", [TABLES[0], TABLES[2], FILES[0], ARTICLES[0]])
def test_no_damage_of_a_shipped_page_changes_a_fact(tmp_path: Path, name: str) -> None:
    tried, wrong = spoil(STARTER, tmp_path, name)
    assert tried >= 12 and wrong == []


@pytest.mark.parametrize("name", TABLES + FILES + ARTICLES + ONLY_IN_THE_ARCHIVE)
def test_no_damage_of_a_real_page_changes_a_fact(archive: Path, tmp_path: Path, name: str) -> None:
    tried, wrong = spoil(archive / "stats", tmp_path, name)
    assert tried >= 12 and wrong == []


SEEN_AT_ONCE = [
    "empty", "error page", "block page", "login page", "zero bytes", "lost characters", "row 0 gone", "row 1 gone",
    "row mid gone", "row 0.5 twice", "row 0.1 over next", "labels moved up", "one row shifted",
    "cell 1 of row 0.6 gone", "first digit of 1 in row 0.2 eaten", "first digits of column 1 eaten",
]  # fmt: skip


@pytest.mark.parametrize("name", ["hunan_inforce_202011", "hunan_grants_202308", "cnipa_2022_c3"])
def test_a_table_with_totals_gives_itself_away_when_no_good_page_is_known(
    archive: Path, tmp_path: Path, name: str
) -> None:
    page, body = one_page(archive / "stats", tmp_path / "page", name)
    known = facts(read_records(*_only(in_turn(tmp_path / "home", page, body))))
    tried, wrong = 0, []
    for what in SEEN_AT_ONCE:
        bad = (damage.ANY | damage.TABLE)[what](body)
        if bad is None or bad == body:
            continue
        tried += 1
        home, outcome = _only(in_turn(tmp_path / "home", page, bad))
        if outcome.verdict in SERVING and not facts(read_records(home, outcome)).items() <= known.items():
            wrong.append(what)
    assert tried >= 14 and wrong == []


def _only(found: tuple[Home, list[ParseOutcome]]) -> tuple[Home, ParseOutcome]:
    home, (outcome,) = found
    return home, outcome


# --- what is no damage ------------------------------------------------------------------------------------------------


def test_a_good_page_after_a_damaged_one_serves_again(archive: Path, tmp_path: Path) -> None:
    page, body = one_page(archive / "stats", tmp_path / "page", "hunan_inforce_202011")
    bad = damage.TABLE["one row shifted"](body)
    assert bad is not None
    again = body.replace("发布时间".encode(), "更新时间".encode()).replace(b"32981", b"32981 ")
    _, outcomes = in_turn(tmp_path / "home", page, body, bad, again)
    assert [outcome.verdict in SERVING for outcome in outcomes] == [True, False, True]


def test_a_few_revised_figures_are_believed(archive: Path, tmp_path: Path) -> None:
    page, body = one_page(archive / "stats", tmp_path / "page", "nbs_population_2015_2024")
    revised = body.replace(b"2188", b"2189", 1)
    assert revised != body
    home, (_, outcome) = in_turn(tmp_path / "home", page, body, revised)
    assert outcome.verdict in SERVING, outcome
    assert any(finding.check == "revised" and finding.passed for finding in outcome.findings)
    assert len(read_records(home, outcome)) > 0


def test_last_months_table_under_this_months_title_is_not_believed(archive: Path, tmp_path: Path) -> None:
    page, body = one_page(archive / "stats", tmp_path / "page", "hunan_grants_202308")
    text = body.decode()
    for later in (text.replace("8月", "9月"), text.replace("2023年8月", "2024年8月")):
        assert later != text
        _, outcomes = in_turn(tmp_path / "home", page, body, later.encode())
        assert outcomes[-1].verdict not in SERVING, outcomes[-1]


def test_another_page_at_the_address_of_a_page_is_not_believed(archive: Path, tmp_path: Path) -> None:
    page, body = one_page(archive / "stats", tmp_path / "page", "hunan_inforce_202011")
    _, other = one_page(archive / "stats", tmp_path / "other", "hunan_grants_202308")
    _, (_, outcome) = in_turn(tmp_path / "home", page, body, other)
    assert outcome.verdict not in SERVING
