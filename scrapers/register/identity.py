"""What a plan is: title, issuer, region, period and kind out of its page and out of what a person says of it."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

from scrapers.plans.head import PLAN_WORDS
from scrapers.plans.period import read_period
from scrapers.register.captures import title_key
from scrapers.register.evidence import PlanText
from scrapers.register.regions import find_region
from scrapers.register.register import Plan, Register
from scrapers.visible import looks_like_html, visible_text

_YEARLY = re.compile(r"20\d\d年度?.*(?:计划|要点|安排|任务)")
_LONG_TERM = re.compile(r"战略|纲要|中长期|远景")
_FIVE_YEAR = re.compile(r"[一二三四五六七八九十]五[”\"」]?(?:时期|期间)?.*规划|五年规划|规划")
_CARRIES_OUT = re.compile(r"方案|意见|措施|计划|行动|办法|任务书|要点|安排")
_FIVE_YEARS = 5
_PLAN_WORDS = re.compile(f"{PLAN_WORDS}|工作任务")
_LONGEST_TITLE = 120


@dataclass(frozen=True, slots=True)
class Said:
    """What a person says of a plan; it goes before what the page says."""

    title: str | None = None
    region_code: str | None = None
    period: tuple[int, int] | None = None


@dataclass(frozen=True, slots=True)
class Identity:
    """A plan without an id yet, and what a person may have to say of it, one line each."""

    plan: Plan
    open_: tuple[str, ...]


def identify(text: PlanText, said: Said) -> Identity:
    """What the page and the person say. Unknown stays None, with a line that says how to set it."""
    document, known = text.read().document, text.capture.knowledge
    title = said.title or (document.title if document else None) or _headline(text)
    issuer = document.issuer if document else None
    start, end = said.period or ((document.period_start, document.period_end) if document else (None, None))
    if start is None and title:
        start, end = read_period(title, visible_text(title, is_html=False), [], None)
    issued_on = (document.issued_on if document else None) or known.published_on
    year = start or (issued_on.year if issued_on else None)
    region = find_region(title, issuer, year)
    code = said.region_code or region.code
    plan = Plan(
        plan_id="",
        title_zh=title,
        region_code=code,
        issuer_zh=issuer,
        doc_no=document.doc_no if document else None,
        issued_on=issued_on.isoformat() if issued_on else None,
        period_start=start,
        period_end=end,
        kind=kind_of(title, start, end),
        url=text.capture.url,
        capture_id=text.capture.capture_id,
        body_sha256=text.capture.body_sha256,
    )
    open_ = []
    if document is None:
        open_.append("plan: the page is not built like one (a title, numbered headings); is it the right page?")
    if title is None:
        open_.append("title: the page does not say it; --title sets it")
    if code is None:
        open_.append(f"region: {region.why}; --region CODE sets it")
    if start is None:
        open_.append("period: the page does not say it; --period 2026-2030 sets it")
    return Identity(plan, tuple(open_))


def kind_of(title: str | None, start: int | None, end: int | None) -> str | None:
    """The kind of a plan by the words of its title and the length of its period; None where neither tells."""
    words = title or ""
    years = end - start + 1 if start is not None and end is not None else None
    if years == 1 or (years is None and _YEARLY.search(words)):
        return "annual_plan"
    if _FIVE_YEAR.search(words) and years == _FIVE_YEARS:
        return "five_year_plan"
    if _LONG_TERM.search(words):
        return "strategy"
    if _FIVE_YEAR.search(words) and years is None:
        return "five_year_plan"
    if _CARRIES_OUT.search(words):
        return "implementation_plan"
    return "strategy" if "规划" in words and years else None


def registered_as(register: Register, plan: Plan, bodies: Sequence[str]) -> Plan | None:
    """The registered plan that a page is: the one with its body, at its address, or with its title and region."""
    for known in register.plans.values():
        if known.body_sha256 in bodies or any(
            place.body_sha256 in bodies for place in register.places_of(known.plan_id)
        ):
            return known
    for known in register.plans.values():
        if plan.url and known.url == plan.url and not plan.url.startswith("imported:"):
            return known
    return next((known for known in register.plans.values() if _is_same(known, plan)), None)


def same_name_taken(register: Register, plan: Plan) -> Plan | None:
    """Another plan that goes by the same file name: its next page would be taken for this one's."""
    return next((k for k in register.plans.values() if k.url == plan.url and not _is_same(k, plan)), None)


def new_plan_id(plan: Plan, taken: Collection[str]) -> str:
    """An id by region and period; where nothing is known by the page; made unique by a number."""
    period = f"{plan.period_start}-{plan.period_end}" if plan.period_start else (plan.body_sha256 or "")[:8]
    base = f"{plan.region_code or 'plan'}-{period}"
    number, chosen = 1, base
    while chosen in taken:
        number += 1
        chosen = f"{base}-v{number}"
    return chosen


def brought_up(known: Plan, page: Plan, said: Said) -> Plan:
    """A registered plan after its page was read again: what a person has set stays, what the page adds is taken.

    An address takes the place of a file name, never the other way round.
    """
    goes_by_address = page.url is not None and not page.url.startswith("imported:")
    url = page.url if goes_by_address or known.url is None else known.url
    kept = {
        name: getattr(known, name) if getattr(known, name) is not None else getattr(page, name)
        for name in (
            "title_zh",
            "region_code",
            "issuer_zh",
            "doc_no",
            "issued_on",
            "period_start",
            "period_end",
            "kind",
        )
    }
    plan = replace(known, **kept, url=url)
    if (page.body_sha256, url) != (known.body_sha256, known.url):
        plan = replace(plan, capture_id=page.capture_id, body_sha256=page.body_sha256)
    if said.title:
        plan = replace(plan, title_zh=said.title)
    if said.region_code:
        plan = replace(plan, region_code=said.region_code)
    if said.period:
        start, end = said.period
        plan = replace(plan, period_start=start, period_end=end, kind=kind_of(plan.title_zh, start, end))
    return plan


def _is_same(known: Plan, plan: Plan) -> bool:
    """The same title for the same region or at the same place, and no other period. A title alone is of many places."""
    if not plan.title_zh or title_key(known.title_zh) != title_key(plan.title_zh):
        return False
    is_of_same = plan.region_code is not None and known.region_code == plan.region_code
    starts = {known.period_start, plan.period_start} - {None}
    return (is_of_same or (plan.url is not None and known.url == plan.url)) and len(starts) <= 1


def differs(known: Plan, plan: Plan) -> str | None:
    """What makes a page that of another plan: another title, and another region or period; None where it may be it."""
    if not plan.title_zh or title_key(known.title_zh) == title_key(plan.title_zh):
        return None
    for name in ("region_code", "period_start"):
        mine, other = getattr(known, name), getattr(plan, name)
        if mine and other and mine != other:
            return f"{name} {other}, not {mine}"
    return None


def _headline(text: PlanText) -> str | None:
    """The title known from outside, else the page's headline, where it is one of a plan: a headline may be anything."""
    visible = visible_text(text.text.decoded, looks_like_html(text.text.decoded))
    for words in (text.capture.knowledge.title, visible.title):
        title = re.sub(r"^原[标標][题題][::]", "", " ".join((words or "").split()))
        if title and len(title) <= _LONGEST_TITLE and "。" not in title and _PLAN_WORDS.search(title):
            return title
    return None
