"""The catalogue of the NBS data interface: from the names of nodes, indicators and regions to today's identifiers.

Identifiers belong to nodes of the catalogue and change (PAGE_FORMATS section 4), so they are never written down. What
the interface said of its catalogue is archived like any page, each answer with its date, and these answers are the
cache: while they are younger than the source allows they serve without a request, and they are asked for anew when the
identifiers lead nowhere.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any
from urllib.parse import quote

from scrapers.captures import Attempt, Origin, Outcome
from scrapers.decoding import decode
from scrapers.isolation import isolated
from scrapers.json_body import objects_in, strict_json, text_in
from scrapers.nbs_question import Question, plain_name, span_of
from scrapers.parsers.nbs_data import data_of
from scrapers.records import Refusal
from scrapers.source_model import NbsData
from scrapers.visits.due import SHANGHAI
from scrapers.visits.visit import Ask, Visit

Years = tuple[int | None, int | None]
"""First and last year, each None where it is open."""
IN_JSON = frozenset({"error_answer", "empty_answer", "not_what_was_asked"})
"""Refusals of one question; any other block is that of the site, and ends the run for this source."""


class NotFound(Exception):  # noqa: N818 - named after what is the case
    """A name leads to no identifier, or to more than one; says what is there instead."""


class Stopped(Exception):  # noqa: N818
    """Nothing more may be asked in this run: a limit is reached, or the site refuses programs."""


@dataclass(frozen=True, slots=True)
class Part:
    """One leaf of the catalogue that holds an indicator over some years, with today's identifiers."""

    cid: str
    indicator_id: str
    root_id: str
    years: Years


@dataclass(frozen=True, slots=True)
class _Node:
    node_id: str
    path: tuple[str, ...]
    years: Years | None
    is_leaf: bool | None
    """None where the interface does not say."""


@dataclass
class Catalogue:
    """Answers on the catalogue within one visit. With `fresh`, every answer from before this run is asked for again."""

    visit: Visit
    plan: NbsData
    fresh: bool = False
    used_old: bool = False
    """True once an answer from before this run has served."""
    _failed: dict[str, str] = field(default_factory=dict)

    def parts(self, question: Question) -> list[Part]:
        """The leaves that hold the indicator of a question, in the order of their years. Raises NotFound, Stopped."""
        root = self._root(question.path[0])
        found: dict[tuple[str, ...], list[Part]] = {}
        for leaf in self._leaves(self._descend(root, question.path[1:])):
            indicator_id = self._indicator(leaf, question.names)
            if indicator_id is not None:
                years = leaf.years or (None, None)
                found.setdefault(leaf.path, []).append(Part(leaf.node_id, indicator_id, root.node_id, years))
        if not found:
            raise NotFound(f"indicator_not_found: {_named(question.path)} has no {' or '.join(question.names)}")
        if len(found) > 1:
            places = "; ".join(_named(path) for path in found)
            raise NotFound(f"ambiguous_path: {question.names[0]} is found at {places}")
        parts = sorted(next(iter(found.values())), key=lambda part: part.years[0] or 0)
        for before, after in pairwise(parts):
            if (before.years[1] or 9999) >= (after.years[0] or 0):
                raise NotFound(f"ambiguous_path: two nodes hold the same years of {question.names[0]}")
        return parts

    def regions(self, cid: str, question: Question) -> list[dict[str, str]]:
        """The regions of a question as the interface wants them: name and code. Raises NotFound, Stopped."""
        lists: dict[str, str] = {}
        for entry in _flat(self._get(f"getDaCatalogTreeByIndicatorCid?indicatorCid={quote(cid)}")):
            name, list_id = text_in(entry, "name", "show_name"), text_in(entry, "_id")
            if name and list_id:
                lists.setdefault(plain_name(name), list_id)
        wanted = plain_name(question.regions) if question.regions else next(iter(lists), "") if len(lists) == 1 else ""
        if wanted not in lists:
            raise NotFound(f"regions_not_found: no list {question.regions or '(of all)'}; there are {', '.join(lists)}")
        entries = objects_in(self._get(f"getDasByDaCatalogId?daCid={quote(lists[wanted])}"))
        pairs = [(text_in(entry, "show_name", "name_text"), text_in(entry, "name_value")) for entry in entries]
        das = [{"text": name, "value": code} for name, code in pairs if name and code]
        if question.only:
            das = [da for da in das if da["text"] in question.only]
        if not das or len(das) < len(question.only):
            raise NotFound(f"regions_not_found: {question.regions or 'the list'} does not name what is asked for")
        return das

    # --- the tree ----------------------------------------------------------------------------------------------------

    def _root(self, name: str) -> _Node:
        roots = self._children(None)
        for node in roots:
            if node.path[-1] == plain_name(name):
                return node
        raise NotFound(
            f"root_not_found: database {self.plan.database} is headed "
            f"{', '.join(node.path[-1] for node in roots) or '(nothing)'}, not {name}"
        )

    def _descend(self, root: _Node, names: tuple[str, ...]) -> list[_Node]:
        here = [root]
        for name in names:
            below = [child for node in here for child in self._children(node)]
            matching = [child for child in below if child.path[-1] == plain_name(name)]
            if not matching:
                there = "、".join(dict.fromkeys(child.path[-1] for child in below)) or "(nothing)"
                raise NotFound(f"path_not_found: {_named(here[0].path)} has no {name}, but {there}"[:600])
            here = matching
        return here

    def _leaves(self, nodes: list[_Node]) -> Iterator[_Node]:
        waiting, seen = list(nodes), set[str]()
        while waiting:
            node = waiting.pop(0)
            if node.node_id in seen:
                continue
            seen.add(node.node_id)
            if len(seen) > self.plan.max_nodes:
                raise NotFound(f"too_many_nodes: more than {self.plan.max_nodes} below {_named(nodes[0].path)}")
            children = [] if node.is_leaf else self._children(node)
            if node.is_leaf or (node.is_leaf is None and not children):
                yield node
            waiting.extend(children)

    def _children(self, node: _Node | None) -> list[_Node]:
        pid = quote(node.node_id) if node else ""
        entries = objects_in(self._get(f"new/queryIndexTreeAsync?pid={pid}&code={self.plan.database}"))
        found = []
        for entry in entries:
            node_id, name, is_leaf = text_in(entry, "_id"), text_in(entry, "name"), entry.get("isLeaf")
            if node_id and name:
                path = (*(node.path if node else ()), plain_name(name))
                years = span_of(name) or (node.years if node else None)
                found.append(_Node(node_id, path, years, is_leaf if isinstance(is_leaf, bool) else None))
        return found

    def _indicator(self, leaf: _Node, names: tuple[str, ...]) -> str | None:
        entries = objects_in(self._get(f"new/queryIndicatorsByCid?cid={quote(leaf.node_id)}&dt=&name="), "list")
        wanted = {plain_name(name) for name in names}
        found = {
            text_in(entry, "_id")
            for entry in entries
            if plain_name(text_in(entry, "i_showname") or "") in wanted and text_in(entry, "_id")
        }
        if len(found) > 1:
            raise NotFound(f"ambiguous_indicator: {_named(leaf.path)} has {len(found)} indicators {' or '.join(names)}")
        return next(iter(found), None)

    # --- answers, old and new ----------------------------------------------------------------------------------------

    def _get(self, question: str) -> Any:
        """What one answer on the catalogue carries: an archived one while it is young, else a new one."""
        url = f"{self.plan.base}/{question}"
        if url in self._failed:
            raise NotFound(self._failed[url])
        if url not in self.visit.done:
            if not self.fresh and self._is_young(url):
                known = self._archived(url)
                if objects_in(known) or objects_in(known, "list"):  # an empty answer may be a passing one
                    self.used_old = True
                    return known
            self._ask(url)
        return self._archived(url)

    def _archived(self, url: str) -> Any:
        last = self.visit.archive.last_good(url)
        assert last is not None and last.capture is not None
        return answer_of(self.visit.archive.body(last.capture))

    def _ask(self, url: str) -> None:
        if self.visit.is_over():
            raise Stopped("limit_reached")
        attempt = self.visit.visit(url, Ask(judge=_refusal))
        stop_if_refused(attempt)
        if attempt.outcome not in (Outcome.NEW, Outcome.UNCHANGED):
            self._failed[url] = f"catalogue_unknown: {url}: {attempt.reason}"
            raise NotFound(self._failed[url])

    def _is_young(self, url: str) -> bool:
        last = self.visit.archive.last_good(url)
        if last is None or last.origin is Origin.STARTER or not self.visit.is_whole(last):
            return False
        age = (self.visit.today - last.attempted_at.astimezone(SHANGHAI).date()).days
        return age < self.plan.identifier_days


@isolated
def answer_of(body: bytes) -> Any:
    """What an answer of the interface carries. Raises Refusal, with `not_json` for what is no JSON at all."""
    text = decode(body).text
    if text.lstrip()[:1] not in ("{", "["):
        raise Refusal("not_json", "the answer is not JSON")
    return data_of(strict_json(text))


def stop_if_refused(attempt: Attempt) -> None:
    """Raise Stopped where the site refuses programs: no further question would fare better, and none is asked."""
    code = (attempt.reason or "").partition(":")[0]
    if attempt.outcome is Outcome.DISALLOWED or (attempt.outcome is Outcome.BLOCKED and code not in IN_JSON):
        raise Stopped(code)


def _refusal(body: bytes) -> tuple[str, str] | None:
    try:
        answer_of(body)
    except Refusal as refusal:
        return refusal.code, str(refusal)
    return None


def _flat(entries: Any) -> Iterator[dict[str, Any]]:
    waiting = objects_in(entries)
    while waiting:
        entry = waiting.pop(0)
        yield entry
        waiting = [*objects_in(entry, "children"), *waiting]


def _named(path: tuple[str, ...]) -> str:
    return " / ".join(path)
