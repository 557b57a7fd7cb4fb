"""From an indicator's printed name to its id: one normalising function, then an exact look-up in the seeds."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from decimal import Decimal
from functools import lru_cache

from scrapers.seeds import seed_rows

PROPOSED = "proposed_"
"""Prefix of ids that nobody has decided on yet."""

_REGION = re.compile(
    r"^(?:全市|全省|全县|全区|全州|全国|我市|我省|我区|我县|本市|本省|本区|各县\(市、区\)|各县市区|市级|全社会|规划期内|每年|累计)+"
)
_BRACKETS = re.compile(r"\([^()]*\)")
_SIGNS = re.compile(r"[\s“”\"'《》〈〉*※·•,。;:、]+")
_GROWTH = re.compile(r"(?:年均|年平均|同比|每年|年)?(?:增长率|增长速度|增长幅度|增长|增幅|增速|递增)$")
_RANK = re.compile(r"(?:全国|全省|全区|全市|省内|国内|全州)?排名$")


@lru_cache(maxsize=4096)
def label_key(label: str) -> str:
    """The one form in which labels are compared: NFKC, no blanks, brackets, quotation marks or words of region.

    Words of growth and rank at the end go too: they say what is measured of the indicator, not which it is.
    """
    key = unicodedata.normalize("NFKC", label)
    key = _SIGNS.sub("", _BRACKETS.sub("", key))
    key = _REGION.sub("", key) or key
    key = _RANK.sub("", _GROWTH.sub("", key)) or key
    return key.replace("每万人口", "每万人").replace("国内生产总值", "GDP").replace("地区生产总值", "GDP").upper()


@lru_cache(maxsize=4096)
def indicator_id(label: str) -> str:
    """The indicator that a label names; for an unknown one a proposed id, the same for the same words everywhere."""
    key = label_key(label)
    return _known().get(key) or PROPOSED + hashlib.sha256(key.encode()).hexdigest()[:10]


def is_known(label: str) -> bool:
    """True where the seeds know the label."""
    return label_key(label) in _known()


def base_unit(unit: str | None) -> tuple[str | None, Decimal]:
    """Base unit and factor of a printed unit; an unknown unit is its own base."""
    if not unit:
        return None, Decimal(1)
    found = _units().get(unit)
    if found:
        return found
    scale = re.match(r"(百|千|万|十万|百万|千万|亿)(?=.)", unit)
    if scale and unit[scale.end() :] in _units():
        base, factor = _units()[unit[scale.end() :]]
        return base, factor * _SCALES[scale.group()]
    return unit, Decimal(1)


_SCALES = {
    "百": Decimal(100), "千": Decimal(1000), "万": Decimal(10_000), "十万": Decimal(100_000),
    "百万": Decimal(1_000_000), "千万": Decimal(10_000_000), "亿": Decimal(100_000_000),
}  # fmt: skip


@lru_cache(maxsize=1)
def _known() -> dict[str, str]:
    known: dict[str, str] = {}
    for seed, name in (("indicators", "name_zh"), ("plan_indicator_labels", "label")):
        for row in seed_rows(seed):
            known.setdefault(label_key(row[name]), row["indicator_id"])
    return known


@lru_cache(maxsize=1)
def _units() -> dict[str, tuple[str, Decimal]]:
    return {row["unit_label"]: (row["unit_base"], Decimal(row["factor"])) for row in seed_rows("units")}
