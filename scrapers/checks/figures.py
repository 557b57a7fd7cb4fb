"""Can a single figure be what its label and unit say, whatever stands beside it? For tables and prose alike."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from decimal import Decimal

from scrapers.checks.trials import Trial
from scrapers.checks.views import Series
from scrapers.records import Finding, Record
from scrapers.tables.columns import SEPARATOR
from scrapers.tables.words import DENSITY, GROWTH, SHARE

_WHOLE = frozenset({"件", "人", "家", "户", "个", "项", "枚", "种"})
"""Units of what is counted one by one."""
_TENS_OF_THOUSANDS = ("万", "亿")
_EACH = re.compile(r"平均|均|每|average|mean|per\b", re.I)
_RIGHTS = re.compile(
    r"专利|商标|发明|实用新型|外观|版权|著作权|作品登记|地理标志|patent|trademark|invention|utility|design", re.I
)
MOST_RIGHTS = Decimal(100_000_000)
"""More rights than this have never been filed, granted or in force anywhere."""
_FACTORS = {"万件": 10_000, "亿件": 100_000_000, "万项": 10_000, "万枚": 10_000}
_ROUNDING = Decimal("0.5")
_DOUBLED = re.compile(r"(\d{3,})\1")
CERTAIN = 8
"""A figure of so many digits whose halves are alike was printed twice; of shorter ones it takes two."""


def check_each(records: Iterable[Record], trial: Trial) -> list[Finding]:
    """Counts with decimals, shares above the whole, units ten thousand times too large, figures printed twice."""
    findings: list[Finding] = []
    doubled: list[Record] = []
    for record in records:
        trial.compare()
        for check, text in _impossible(record):
            place = (record.table_no, record.row_no, record.column_no)
            findings.append(Finding(check, False, f"{_name(record)}: {text}", *place))
        if _DOUBLED.fullmatch(record.value_text.replace(",", "")):
            doubled.append(record)
    if len(doubled) > 1 or any(len(record.value_text) >= CERTAIN for record in doubled):
        shown = "、".join(f"{_name(record)} {record.value_text}" for record in doubled[:3])
        text = f"{len(doubled)} figures look as if they were printed twice in a row: {shown}"
        findings.append(Finding("digits_doubled", False, text, doubled[0].table_no, doubled[0].row_no))
    return findings


def _impossible(record: Record) -> Iterator[tuple[str, str]]:
    unit, value = record.unit_label or "", record.value
    series = Series(record.measure_label, record.period, record.period_kind)
    printed = f"{record.value_text} {unit}"
    if (
        unit in _WHOLE
        and series.is_count
        and not _EACH.search(record.measure_label)
        and value != value.to_integral_value()
    ):
        yield "count_with_decimals", f"{printed}, where whole ones are counted"
    last = record.measure_label.split(SEPARATOR)[-1]
    if unit == "%" and SHARE.search(last) and not GROWTH.search(last) and value > 100 + _ROUNDING:
        yield "share_over_whole", f"{printed} of a whole"
    if unit.startswith(_TENS_OF_THOUSANDS) and unit.endswith("件") and DENSITY.search(record.measure_label):
        yield "unit_implausible", f"{printed} for each of so many"
    if _RIGHTS.search(record.measure_label) and value * _FACTORS.get(unit, 1) >= MOST_RIGHTS and unit in _FACTORS:
        yield "unit_implausible", f"{printed} are more than there are anywhere"


def _name(record: Record) -> str:
    return " ".join(part for part in (record.region_label, record.measure_label, record.period) if part)
