"""Can a single figure be what its label and unit say, whatever stands beside it? For tables and prose alike."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from decimal import Decimal
from functools import cache

from scrapers.checks.trials import Trial
from scrapers.checks.views import Series
from scrapers.records import Finding, Record
from scrapers.seeds import seed_rows
from scrapers.tables.columns import SEPARATOR
from scrapers.tables.words import DENSITY, GROWTH, REGION_HEADER, SERIAL_HEADER, SHARE

_WHOLE = frozenset({"件", "人", "家", "户", "个", "项", "枚", "种"})
"""Units of what is counted one by one."""
_TENS_OF_THOUSANDS = ("万", "亿")
_EACH = re.compile(r"平均|均|每|average|mean|per\b", re.I)
_RIGHTS = re.compile(
    r"专利|商标|发明|实用新型|外观|版权|著作权|作品登记|地理标志|patent|trademark|invention|utility|design", re.I
)
MOST_RIGHTS = Decimal(100_000_000)
"""More rights than this have never been filed, granted or in force anywhere."""
_COUNTED = frozenset({"件", "项", "个", "枚"})
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
    if (factor := _factors().get(unit)) and value * factor >= MOST_RIGHTS and _RIGHTS.search(_words(record)):
        yield "unit_implausible", f"{printed} are more than there are anywhere"
    if REGION_HEADER.fullmatch(last) or SERIAL_HEADER.fullmatch(last):
        yield "heads_misplaced", f"{printed} stand in a column that is headed {last!r}"


@cache
def _factors() -> dict[str, Decimal]:
    """Units that count rights by the ten thousand and more."""
    rows = (row for row in seed_rows("units") if row["unit_base"] in _COUNTED)
    return {row["unit_label"]: factor for row in rows if (factor := Decimal(row["factor"])) > 1000}


def _words(record: Record) -> str:
    """What a figure counts; in a table the title may say it."""
    return f"{record.table_title or ''} {record.measure_label}" if record.table_no else record.measure_label


def _name(record: Record) -> str:
    return " ".join(part for part in (record.region_label, record.measure_label, record.period) if part)
