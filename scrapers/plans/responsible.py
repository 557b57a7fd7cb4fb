"""Units in charge: a printed list of them in one form, in the order printed, the lead marked (TARGET_RULES 10)."""

from __future__ import annotations

import re

LEAD_MARK = "(牵头)"

_LEAD_LABEL = re.compile(r"^(?:牵头(?:单位|部门)|主管部门)[:：]")
_LABEL = re.compile(r"^(?:责任(?:单位|部门)|配合(?:单位|部门)|参加单位|完成单位|负责单位)[:：]")
_TAIL = re.compile(r"(?:等)?(?:按(?:照)?职责(?:分工)?(?:分别)?|分别|共同)?负责[.。]?$|等$|[.。]$")
_SEPARATOR = re.compile(r"[、,，;；\n]")
_OPENING, _CLOSING = "(（", ")）"


def responsible_units(text: str) -> str | None:
    """`X牵头,Y、Z等按职责分工负责` and `牵头单位:X;责任单位:Y、Z` as `X(牵头)、Y、Z`; None where nothing is named.

    Brackets inside a name stay (`X局(含Y职责)`), labels and the closing formula go.
    """
    units: list[str] = []
    lead = False
    for clause in re.split(r"[;；]", _unwrapped(text)):
        labelled = clause.strip()
        lead = bool(_LEAD_LABEL.match(labelled))
        labelled = _LABEL.sub("", _LEAD_LABEL.sub("", labelled))
        for name in _names(labelled):
            marked = lead or name.endswith("牵头")
            name = _TAIL.sub("", name).removesuffix("牵头").strip()
            if name:
                units.append(name + LEAD_MARK if marked else name)
    return "、".join(dict.fromkeys(units)) or None


def _unwrapped(text: str) -> str:
    text = "".join(text.split())
    return text[1:-1] if text[:1] in _OPENING and text[-1:] in _CLOSING else text


def _names(text: str) -> list[str]:
    """The text cut at separators, never inside brackets."""
    names, depth, begin = [], 0, 0
    for at, char in enumerate(text):
        depth += (char in _OPENING) - (char in _CLOSING)
        if depth <= 0 and _SEPARATOR.match(char):
            names.append(text[begin:at])
            begin = at + 1
    return [*names, text[begin:]]
