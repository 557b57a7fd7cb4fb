"""The national data interface with the figures of exported files: what the mirror plays at the national site."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from scrapers.page_reading import parse_page
from scrapers.records import Page, Record
from scrapers.seeds import seed_rows
from tests.mirror.nbs import BASE, Leaf, NbsInterface, Tree

if TYPE_CHECKING:
    from tests.mirror.sites import Sites

_EXPORT = "nbs_export"
_PLACES: Mapping[str, tuple[str, str]] = {"年末常住人口": ("人口", "总人口")}
"""Where an indicator stands in the catalogue; the others stand below 专利."""


@dataclass
class Figures(NbsInterface):
    """The interface, answering with figures by name, region and year."""

    known: dict[tuple[str, str, int], str] = field(default_factory=dict)

    def value(self, code: str, region: str, name: str) -> str:
        return self.known.get((name, region, int(code[:4])), "")


def national_interface(sites: Sites) -> Figures | None:
    """Let the host of the national database answer with the figures of its exports; None where there are none."""
    base = next((source.nbs_data.base for source in sites.sources.values() if source.nbs_data), None)
    host = base.split("://")[1].split("/")[0] if base else ""
    exports = [played for played in sites.captures if _reads(sites, played.source_id)]
    if host not in sites.mirrors or not exports:
        return None
    codes = {
        row["name_zh"]: f"{row['current_code']}000000" for row in seed_rows("regions") if row["level"] == "province"
    }
    records: list[Record] = []
    for played in exports:
        try:
            records += parse_page(Page(played.file.read_bytes(), source_id=played.source_id), _EXPORT)[1].records
        except Exception:
            continue
    figures = [r for r in records if r.region_label in codes and r.period and r.period.isdecimal()]
    if not figures:
        return None
    units = {r.measure_label: r.unit_label or "" for r in figures}
    tree: Tree = {}
    for name, unit in units.items():
        top, leaf = _PLACES.get(name, ("专利", "专利申请和授权"))
        below = tree.setdefault(top, {})
        assert isinstance(below, dict)
        place = below.setdefault(leaf, Leaf({}, first=2000, last=2100))
        assert isinstance(place, Leaf)
        place.indicators[name] = unit
    known = {(r.measure_label, codes[str(r.region_label)], int(str(r.period))): r.value_text for r in figures}
    regions = {name: codes[name] for name in dict.fromkeys(str(r.region_label) for r in figures)}
    player = Figures(tree, provinces=regions, known=known, published=max(year for _, _, year in known))
    sites.mirrors[host].play(BASE, player)
    return player


def _reads(sites: Sites, source_id: str) -> bool:
    return source_id in sites.sources and sites.sources[source_id].parser == _EXPORT
