"""Saved answers of the former query interface of the national statistics site, easyquery (PAGE_FORMATS section 4).

A point without data comes with `hasdata: false` and the number 0: only `hasdata` and `strdata` say what was published.
The places of a record are defined in `nbs_answers`. Answers about the tree of indicators hold no figures.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Any
from urllib.parse import parse_qs, urlsplit

from scrapers.json_body import objects_in, strict_json
from scrapers.numbers import DamagedNumber, parse_number
from scrapers.parsers.nbs_answers import (
    COUNTRY,
    Answer,
    Point,
    disagrees,
    figure_text,
    label,
    name_and_unit,
    name_in,
    period_of_code,
)
from scrapers.parsers.region_table import safe_text
from scrapers.records import Page, Parsed, Refusal
from scrapers.tables.labels import region_label
from scrapers.tables.sources import decoded_text

ANSWERED = 200
"""`returncode` of an answer that is one."""
_INDICATOR, _REGION, _PERIOD = "zb", "reg", "sj"

_Nodes = dict[str, dict[str, dict[str, Any]]]
"""Dimension → code → node with its names and unit."""


class NbsEasyqueryParser:
    """One answer: tables are indicators, rows regions (the country where none is named), columns periods."""

    name = "nbs_easyquery"
    version = "1"

    def fits(self, page: Page) -> float:
        text = safe_text(page)
        start = text.lstrip()[:1]
        if start == "{" and '"returncode"' in text and '"returndata"' in text:
            return 0.95
        return 0.95 if start == "[" and '"isParent"' in text and '"wdcode"' in text else 0.0

    def parse(self, page: Page) -> Parsed:
        """Records of the answer; none for one about the tree. Raises Refusal: `damaged_json`, `error_answer`,
        `not_what_was_asked`, `unknown_layout`."""
        data = _returned(strict_json(decoded_text(page)))
        if isinstance(data, list):
            return Parsed(layout={"catalogue": len(data)})
        nodes = _nodes(data)
        answer = Answer(published_on=page.knowledge.published_on)
        _check_asked(page.url, nodes)
        with_data = 0
        for node in data["datanodes"]:
            with_data += _read(node, nodes, answer)
        promised = data.get("hasdatacount")
        if isinstance(promised, int) and not isinstance(promised, bool) and with_data < promised:
            answer.problem("cut_off", f"the answer promises {promised} figures and holds {with_data}")
        return answer.parsed()


def _returned(answer: object) -> Any:
    """What the answer carries: the figures, or a list of nodes."""
    if isinstance(answer, list):
        if any(name_in(node, "wdcode", "dbcode") for node in objects_in(answer)):
            return answer
        raise Refusal("unknown_layout", "the JSON is no answer of the interface")
    if not isinstance(answer, dict) or "returncode" not in answer:
        raise Refusal("unknown_layout", "the JSON is no answer of the interface (no `returncode`)")
    code, data = answer["returncode"], answer.get("returndata")
    if isinstance(code, bool) or str(code) != str(ANSWERED):
        raise Refusal("error_answer", f"the interface has refused: returncode {str(code)[:20]} {str(data)[:100]}")
    if isinstance(data, list) and objects_in(data):
        return data
    if not isinstance(data, dict) or not all(isinstance(data.get(name), list) for name in ("datanodes", "wdnodes")):
        raise Refusal("unknown_layout", "the answer holds neither figures nor a part of the tree")
    return data


def _nodes(data: dict[str, Any]) -> _Nodes:
    found: _Nodes = {}
    for dimension in objects_in(data, "wdnodes"):
        code = name_in(dimension, "wdcode")
        nodes = {name: node for node in objects_in(dimension, "nodes") if (name := name_in(node, "code"))}
        if code:
            found.setdefault(code, {}).update(nodes)
    if data["datanodes"] and not (found.get(_INDICATOR) and found.get(_PERIOD)):
        raise Refusal("unknown_layout", "the answer names no indicators or no periods")
    return found


def _read(node: object, nodes: _Nodes, answer: Answer) -> bool:
    """Take in one point; True where it has data."""
    codes = _codes(node)
    data = node.get("data") if isinstance(node, dict) else None
    if codes is None or not isinstance(data, dict) or not isinstance(data.get("hasdata"), bool):
        answer.problem("row_labels_disagree", f"a point does not say what it is: {str(node)[:120]}")
        return False
    point = _point(codes, nodes, _value(data), answer)
    if point is not None:
        answer.add(point)
    return data["hasdata"] is True


def _codes(node: object) -> dict[str, str] | None:
    """Codes of a point by dimension; None where its two statements of them disagree."""
    listed = {name: name_in(wd, "valuecode") for wd in objects_in(node, "wds") if (name := name_in(wd, "wdcode"))}
    whole = name_in(node, "code")
    joined = "_".join(f"{name}.{code}" for name, code in listed.items())
    if (
        not listed
        or None in listed.values()
        or (whole is not None and sorted(whole.split("_")) != sorted(joined.split("_")))
    ):
        return None
    return {name: code for name, code in listed.items() if code}


def _point(codes: dict[str, str], nodes: _Nodes, value: object, answer: Answer) -> Point | None:
    named = {name: nodes.get(name, {}).get(code) for name, code in codes.items()}
    lost = [f"{name}.{codes[name]}" for name, node in named.items() if name_in(node, "cname", "name") is None]
    indicator, period = named.get(_INDICATOR), codes.get(_PERIOD)
    if lost or indicator is None or period is None:
        answer.problem("row_without_label", f"a point has no name for {', '.join(lost) or 'its indicator or period'}")
        return None
    shown, period_name = name_in(indicator, "cname", "name") or "", name_in(named[_PERIOD], "cname", "name") or period
    if period_of_code(period) is None:
        answer.problem("row_without_period", f"the period {period} is none")
        return None
    if disagrees(period, period_name):
        answer.problem("period_conflict", f"the period {period} is named {period_name}")
    bare, unit = name_and_unit(shown, name_in(indicator, "unit"))
    further = [
        name_in(node, "cname", "name") for name, node in named.items() if name not in (_INDICATOR, _REGION, _PERIOD)
    ]
    region = region_label(name_in(named[_REGION], "cname", "name") or "") if _REGION in named else COUNTRY
    return Point(label(bare, *further), unit, region, period, period_name, value)


def _value(data: dict[str, Any]) -> object:
    """The published figure; blank without one; true (which is no figure) where text and number are not the same."""
    printed = figure_text(data.get("strdata"))
    if data["hasdata"] is False:
        return ""
    beside = data.get("data")
    try:
        number = parse_number(printed) if printed else None
    except DamagedNumber:
        return printed
    if not printed or number is None or not isinstance(beside, int | Decimal) or isinstance(beside, bool):
        return printed or True
    step = Decimal(1).scaleb(min(int(number.value.as_tuple().exponent), 0))
    return printed if abs(Decimal(beside) - number.value) * 2 <= step else True


def _check_asked(url: str, nodes: _Nodes) -> None:
    """Where the address still tells the question, the regions of the answer must be among those asked for."""
    try:
        query = parse_qs(urlsplit(url).query)
        told = [
            entry
            for name in ("wds", "dfwds")
            for text in query.get(name, [])
            for entry in objects_in(strict_json(text))
        ]
    except (ValueError, Refusal):
        return
    asked = {name_in(entry, "valuecode") for entry in told if name_in(entry, "wdcode") == _REGION}
    others = set(nodes.get(_REGION, {})) - {code for code in asked if code}
    if asked and others:
        raise Refusal(
            "not_what_was_asked", f"asked for was region {', '.join(map(str, asked))}, the answer has {min(others)}"
        )
