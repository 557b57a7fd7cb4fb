"""Answers of the data interface of the national statistics site (PAGE_FORMATS section 4): figures by region and period.

What was asked stands in the address of the capture (`scrapers.nbs_question`), and an answer to another question is
refused. Answers that only describe the catalogue (nodes, indicators, regions) hold no figures. The places of a record
are defined in `nbs_answers`.
"""

from __future__ import annotations

from collections import Counter
from typing import Any

from scrapers.json_body import objects_in, strict_json
from scrapers.nbs_question import Question, plain_name, question_of
from scrapers.parsers.nbs_answers import (
    COUNTRY,
    Answer,
    Point,
    disagrees,
    label,
    name_and_unit,
    name_in,
    period_of_code,
)
from scrapers.parsers.region_table import safe_text
from scrapers.records import Page, Parsed, Refusal
from scrapers.tables.labels import region_label
from scrapers.tables.names import RowKind, national_row, region_in, row_kind
from scrapers.tables.sources import decoded_text

INTERFACE = "/dg/website/publicrelease/web/external/"
DONE = 20000
"""`state` of an answer that is one."""
COUNTRY_CODE = "000000000000"
_FURTHER = ("kj1", "kj2", "kj3")
"""Further dimensions of a figure (urban, rural …): their names belong to the measure."""


class NbsDataParser:
    """One answer: tables are indicators, rows regions, columns periods."""

    name = "nbs_data"
    version = "1"

    def fits(self, page: Page) -> float:
        text = safe_text(page)
        if text.lstrip()[:1] != "{" or '"success"' not in text:
            return 0.0
        figures = '"i_showname"' in text or ('"values"' in text and '"code"' in text)
        is_known = figures or '"isLeaf"' in text or '"name_value"' in text or INTERFACE in page.url
        return 0.95 if is_known else 0.0

    def parse(self, page: Page) -> Parsed:
        """Records of the answer; none for an answer about the catalogue.

        Raises Refusal: `damaged_json`, `error_answer` (the interface refused), `empty_answer` (what a question with a
        wrong code or an outdated identifier gets), `not_what_was_asked`, `unit_conflict`, `unknown_layout`.
        """
        data = data_of(strict_json(decoded_text(page)))
        question = question_of(page.url)
        periods = [item for item in objects_in(data) if "values" in item]
        if not periods:
            return _without_figures(data, question)
        answer = Answer(question.path[0] if question else "", page.knowledge.published_on)
        if len(periods) < len(data):
            answer.problem(
                "table_not_read", f"{len(data) - len(periods)} periods of the answer hold no list of figures"
            )
        for item in periods:
            _read_period(item, answer)
        _check_codes(periods, answer)
        if not answer.measures:
            raise Refusal("empty_answer", "; ".join(f.message for f in answer.findings[:2]) or "no figure is named")
        if question is not None:
            _check_question(question, answer)
        else:
            _check_title(page.knowledge.title, answer)
        return answer.parsed()


def data_of(answer: object) -> Any:
    """What an answer of the interface carries. Raises Refusal `error_answer` where the interface has refused."""
    if not isinstance(answer, dict) or "success" not in answer:
        raise Refusal("unknown_layout", "the JSON is no answer of the interface (no `success`)")
    state = answer.get("state", DONE)
    if answer["success"] is not True or isinstance(state, bool) or str(state) != str(DONE):
        words = name_in(answer, "message", "msg") or f"success {answer['success']!r}, state {state!r}"
        raise Refusal("error_answer", f"the interface has refused: {words[:200]}")
    return answer.get("data")


def _without_figures(data: object, question: Question | None) -> Parsed:
    if question is not None or data in (None, [], {}):
        raise Refusal("empty_answer", "the answer holds no figures")
    entries = objects_in(data, "list") if isinstance(data, dict) else objects_in(data)
    if any(name_in(entry, "_id", "name_value") for entry in entries):
        return Parsed(layout={"catalogue": len(entries)})
    raise Refusal("unknown_layout", "the answer holds neither figures nor a part of the catalogue")


def _read_period(item: dict[str, Any], answer: Answer) -> None:
    code, name = name_in(item, "code"), name_in(item, "name")
    if code is None or period_of_code(code) is None:
        answer.problem("row_without_period", f"the period {str(item.get('code'))[:40]!r} is none")
        return
    if disagrees(code, name):
        answer.problem("period_conflict", f"the period {code} is named {name}")
    values = item["values"]
    if not isinstance(values, list):
        answer.problem("table_not_read", f"the figures of {code} are no list")
        return
    for value in values:
        point = _point(value, code, name or code)
        if point is None:
            answer.problem("row_without_label", f"a figure of {code} names no indicator or no region")
        else:
            answer.add(point)


def _point(value: object, code: str, name: str) -> Point | None:
    shown, region = name_in(value, "i_showname"), _region(value)
    if not isinstance(value, dict) or shown is None or region is None:
        return None
    bare, unit = name_and_unit(shown, name_in(value, "du_name"))
    further = [name_in(value, f"{name}_name") for name in _FURTHER]
    if any(name_in(value, name) and not name_in(value, f"{name}_name") for name in _FURTHER):
        return None  # a part of the indicator that is not named
    return Point(label(bare, *further), unit, region, code, name, value.get("value"))


def _region(value: object) -> str | None:
    if name_in(value, "da", "areaCode") == COUNTRY_CODE:
        return COUNTRY
    name = name_in(value, "da_name", "area")
    return region_label(name) if name else None


def _check_codes(periods: list[dict[str, Any]], answer: Answer) -> None:
    """One code is one region: two names of one, or two codes of one, and nobody knows whose the figures are."""
    values = [value for item in periods for value in objects_in(item, "values")]
    pairs = {(code, name) for v in values if (code := name_in(v, "da", "areaCode")) and (name := _region(v))}
    by_code, by_name = Counter(code for code, _ in pairs), Counter(name for _, name in pairs)
    for code, name in sorted(pairs):
        if by_code[code] > 1 or by_name[name] > 1:
            answer.problem("row_labels_disagree", f"the region {name} with the code {code} is also another")


# --- is it the answer to the question? -------------------------------------------------------------------------------


def _check_question(question: Question, answer: Answer) -> None:
    asked = {plain_name(name) for name in question.names}
    if other := next((m for m in answer.measures if plain_name(m.split(" / ")[0]) not in asked), None):
        raise Refusal("not_what_was_asked", f"asked for was {' or '.join(question.names)}, the answer holds {other}")
    regions = answer.regions
    if question.only and (others := [r for r in regions if r not in {region_label(name) for name in question.only}]):
        raise Refusal("not_what_was_asked", f"asked for was {'、'.join(question.only)}, the answer holds {others[0]}")
    if question.regions and not question.only and len(regions) < 2:
        raise Refusal("not_what_was_asked", f"asked for was {question.regions}, the answer holds {regions[0]} alone")
    years = [period.year for code in answer.codes if (period := period_of_code(code))]
    if years and (min(years) < question.first or max(years) > (question.last or max(years))):
        raise Refusal(
            "not_what_was_asked",
            f"asked for was {question.first}-{question.last or ''}, the answer holds {min(years)}-{max(years)}",
        )


def _check_title(title: str | None, answer: Answer) -> None:
    """Of a file saved by hand only its title tells what was asked: a province named there must be in the answer."""
    asked = region_in(title) if title else None
    if asked is None or row_kind(asked) is not RowKind.PROVINCE:
        return
    wanted = national_row(asked)
    if all(national_row(region) != wanted for region in answer.regions):
        raise Refusal("not_what_was_asked", f"asked for was {asked}, the answer holds {answer.regions[0]}")
