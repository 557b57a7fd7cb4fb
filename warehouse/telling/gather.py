"""Gathers the notice of a run from its own files and the releases, whatever state they are in.

What stood at the notice before (`known` of the last run whose notice reached everybody) is only counted; what is new
since is told. Every part is gathered by itself: one that fails leaves a remark, and the others are told all the same.
"""

from __future__ import annotations

import json
import logging
import socket
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from scrapers.home import Home
from warehouse import lock, state
from warehouse.places import RUNS
from warehouse.room import URGENT_GB, free_gb, least_free_gb
from warehouse.telling import run_file
from warehouse.telling.advice import CUT_OFF, advice
from warehouse.telling.notice import RANK, Event, Notice, Severity, one_line
from warehouse.telling.of_release import of_release
from warehouse.telling.run_file import RunFile
from warehouse.telling.words import put_into_words

log = logging.getLogger("zhibiao")

FAILED_VISITS = ("blocked", "failed", "disallowed")


@dataclass
class Gathered:
    """A notice in the making, and what the next one takes for known."""

    notice: Notice
    before: dict[str, list[str]] = field(default_factory=dict)
    known: dict[str, list[str]] = field(default_factory=dict)

    def tell_new(self, kind: str, found: Iterable[tuple[str, Event]], counted_as: str) -> None:
        """Events whose key was not known are told; the others are counted."""
        old, keys, still = set(self.before.get(kind, [])), [], 0
        for key, event in found:
            keys.append(key)
            if key in old:
                still += 1
            else:
                self.notice.events.append(event)
        self.known[kind] = keys
        if still:
            self.notice.standing[counted_as] = self.notice.standing.get(counted_as, 0) + still


def gather(home: Home, run_id: str, run: RunFile | None = None) -> Gathered:
    """The notice of a run that has ended: published, failed, or cut off. Never fails; see `remarks`.

    `run` stands in for the file of a run that could not write one.
    """
    run = run_file.read(home, run_id) or run
    notice = Notice(notice_id=f"run-{run_id}", outcome="failed", level="red", home=home.root, host=socket.gethostname())
    made = Gathered(notice)
    if run is None:
        notice.outcome, notice.message = "not_begun", f"the run {run_id} left no file"
        notice.what_to_do = [advice("begin", None)]
    else:
        _run(notice, run)
    parts: list[Callable[[], None]] = [lambda: _earlier(home, run_id, made), lambda: of_release(home, notice)]
    if run is not None:
        known = run
        parts += [lambda: _visits(known, made), lambda: _drift(known, made), lambda: _audit(home, known, made)]
    parts += [lambda: _quarantined(home, made), lambda: _disk(home, notice)]
    for part in parts:
        _try(part, notice)
    finish(notice)
    return made


def finish(notice: Notice) -> None:
    """Level, subject and text, from what was gathered. A source that got worse because it failed is told once."""
    worse = {event.subject for event in notice.events if event.code == "source_worse"}
    notice.events = [e for e in notice.events if e.code != "source_failed" or e.subject not in worse]
    worst: Severity = max((event.severity for event in notice.events), key=lambda s: RANK[s], default="green")
    notice.level = worst if notice.outcome in ("published", "test") else "red"
    notice.is_eventful = bool(notice.events) or notice.outcome != "published"
    put_into_words(notice)


def _try(part: Callable[[], None], notice: Notice) -> None:
    try:
        part()
    except Exception as error:
        log.debug("a part of the notice could not be gathered", exc_info=True)
        notice.remarks.append(one_line(f"{type(error).__name__}: {error}"))


def _run(notice: Notice, run: RunFile) -> None:
    notice.run_id, notice.as_of, notice.is_live = run.run_id, run.as_of, run.live
    notice.started_at, notice.finished_at = run.started_at, run.finished_at
    if run.state == "published":
        notice.outcome, notice.release_id = "published", run.release_id
        return
    notice.stopped_at = run.stopped_at
    notice.message = one_line(run.reason, 500) if run.reason else None
    if run.finished_at is None:
        notice.outcome, notice.what_to_do = "cut_off", [CUT_OFF]
        return
    notice.outcome = "not_begun" if run.stopped_at == "begin" else "failed"
    notice.what_to_do = [advice(run.stopped_at, run.message)]


def _earlier(home: Home, run_id: str, made: Gathered) -> None:
    """The last notice that reached everybody, and the runs since of which nobody heard."""
    runs = run_file.newest(home, lock.owner(home), most=30)
    older = [run for run in runs if run.run_id != run_id]
    own = next((run for run in runs if run.run_id == run_id), None)
    if own is not None:
        older = [run for run in older if run.started_at < own.started_at]
    for place, run in enumerate(older):
        told = run.notice
        if told is not None and not told.unsent:
            made.before = told.known
            return
        if told is not None:
            failed = ", ".join(f"{name}: {how}" for name, how in sorted(told.unsent.items()))
            event = Event(
                code="notice_unsent", severity="yellow", subject=run.run_id,
                detail=one_line(f"“{told.subject}” did not reach everybody ({failed})"),
            )  # fmt: skip
            made.before = made.before or told.known
        elif run.state == "running":
            continue
        elif not any(each.notice for each in older) and (place or run.state == "published"):
            continue  # a home from before there were notices
        else:
            ended = {"published": f"published {run.release_id}", "failed": f"failed at {run.stopped_at}: {run.reason}"}
            detail = ended.get(
                run.state, f"began {run.started_at:%Y-%m-%d %H:%M} UTC and was cut off during {run.stage}"
            )
            event = Event(code="run_untold", severity="yellow", subject=run.run_id, detail=one_line(detail))
        made.notice.events.append(event)


def _visits(run: RunFile, made: Gathered) -> None:
    """Sources of which tonight's visit brought nothing from some address, and those that answer again."""
    failing: dict[str, Event] = {}
    for source_id, visit in run.visits.items():
        counts = {str(name): int(count) for name, count in dict(visit.get("counts") or {}).items()}
        bad = sum(counts.get(name, 0) for name in FAILED_VISITS)
        trouble = visit.get("trouble")
        if not bad and not trouble:
            continue
        all_failed = bad == sum(counts.values())
        what = f"{bad} of {sum(counts.values())} addresses" if bad else "ended by this machine"
        detail = one_line(f"{what}: {trouble or visit.get('first') or 'no reason given'}")
        failing[source_id] = Event(
            code="source_failed",
            severity="yellow" if all_failed or trouble else "green",
            subject=source_id,
            detail=detail,
        )
    before = made.before.get("failing", [])
    recovered = [source_id for source_id in before if source_id in run.visits and source_id not in failing]
    unvisited = [source_id for source_id in before if source_id not in run.visits]
    made.tell_new("failing", failing.items(), "sources_failing_as_before")
    made.known["failing"] += unvisited
    made.notice.events += [
        Event(code="source_recovered", severity="green", subject=source_id, detail="its visit brought pages again")
        for source_id in recovered
    ]


def _drift(run: RunFile, made: Gathered) -> None:
    plans = []
    for found in run.drift:
        counts = ", ".join(f"{count} {what}" for what, count in dict(found.get("found") or {}).items())
        key = f"{found.get('plan_id')}: {counts}"
        detail = one_line(f"its newest page says something else: {counts} ({found.get('url')})")
        plans.append(
            (key, Event(code="plan_drift", severity="yellow", subject=str(found.get("plan_id")), detail=detail))
        )
    made.tell_new("plan_drift", plans, "plans_drifted")
    layouts = []
    for entry in run.layout_drift:
        fields = entry if isinstance(entry, dict) else {"difference": entry}
        subject = one_line(fields.get("source_id") or fields.get("url") or "a page", 120)
        detail = one_line(fields.get("difference") or fields.get("message") or fields.get("url") or "")
        event = Event(code="layout_drift", severity="yellow", subject=subject, detail=detail)
        layouts.append((f"{subject}: {fields.get('url')} {detail}", event))
    made.tell_new("layout_drift", layouts, "layouts_drifted")


def _audit(home: Home, run: RunFile, made: Gathered) -> None:
    """Critical failures of tonight, and warnings that the notice before did not have."""
    if not home.exists(RUNS, run.run_id, "audit.json"):
        made.known["audit"] = made.before.get("audit", [])
        return
    rows = [row for row in json.loads(home.read(RUNS, run.run_id, "audit.json")) if row.get("passed") is not True]
    critical = [row for row in rows if row.get("severity") == "critical"]
    made.notice.events += [
        Event(code="audit_failed", severity="red", subject=str(row.get("check_name")), detail=_said(row))
        for row in critical
    ]
    warnings = []
    for row in rows:
        if row not in critical:
            name = str(row.get("check_name"))
            event = Event(code="audit_warning", severity="yellow", subject=name, detail=_said(row))
            warnings.append((f"{row.get('table_name')} {name}", event))
    made.tell_new("audit", warnings, "audit_warnings")


def _said(row: dict[str, object]) -> str:
    """What an expectation says, without the examples: those stand in audit.json."""
    says, examples, _ = str(row.get("message")).partition(", e.g. ")
    return one_line(says + (")" if examples else ""), 200)


def _quarantined(home: Home, made: Gathered) -> None:
    known = state.read(home)
    if known is None:
        return
    pages = []
    for page in known.quarantined:
        serves = "an older page serves" if page.serving_capture_id else "no older page serves"
        detail = one_line(f"{page.reason}: {page.message} ({serves}; {page.url})", 400)
        severity: Severity = "green" if page.serving_capture_id else "yellow"
        event = Event(code="page_quarantined", severity=severity, subject=page.source_id, detail=detail)
        pages.append((page.capture_id, event))
    made.tell_new("quarantined", pages, "pages_quarantined")
    unnamed = known.quarantined_count - len(known.quarantined)
    if unnamed > 0:
        made.notice.standing["pages_quarantined"] = made.notice.standing.get("pages_quarantined", 0) + unnamed


def _disk(home: Home, notice: Notice) -> None:
    free = free_gb(home)
    if free is not None and free < least_free_gb():
        detail = f"{free:.1f} GB free, {least_free_gb():g} GB are wanted"
        notice.events.append(
            Event(code="disk_low", severity="red" if free < URGENT_GB else "yellow", subject="disk", detail=detail)
        )
