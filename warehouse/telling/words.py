"""The notice in words: a subject that says it all, and a plain text that a person reads at three in the morning."""

from __future__ import annotations

from itertools import groupby

from warehouse.telling.notice import RANK, Event, Notice, one_line

MOST_LINES = 8
"""Events of one kind that are named; the others are counted."""
MOST_SUBJECT = 150

HEADINGS = {
    "audit_failed": "What the audit found",
    "run_untold": "Earlier runs of which nobody heard",
    "notice_unsent": "Earlier notices that did not arrive",
    "disk_low": "Disk",
    "source_worse": "Sources that got worse",
    "source_failed": "Sources that failed tonight",
    "layout_drift": "Pages whose layout changed",
    "plan_drift": "Plans whose newest page says something else",
    "page_quarantined": "Pages that are new in quarantine",
    "audit_warning": "Warnings of the audit that are new",
    "target_moved": "Targets that moved",
    "fact_gone": "Facts that are gone",
    "fact_changed": "Facts that changed",
    "facts": "Facts by source and indicator",
    "source_better": "Sources that got better",
    "source_recovered": "Sources that answer again",
    "question_new": "Open questions that are new",
}
"""Kinds of events in the order in which they are told."""

COUNTED = (
    ("source_worse", "{n} source{s} got worse"), ("source_failed", "{n} source{s} failed"),
    ("layout_drift", "{n} layout{s} changed"), ("plan_drift", "{n} plan{s} drifted"),
    ("page_quarantined", "{n} page{s} quarantined"), ("audit_warning", "{n} new warning{s}"),
    ("question_new", "new questions"), ("disk_low", "disk low"), ("run_untold", "{n} earlier run{s} untold"),
    ("notice_unsent", "{n} earlier notice{s} lost"), ("source_better", "{n} source{s} got better"),
    ("source_recovered", "{n} source{s} answer{v} again"),
)  # fmt: skip
"""How a kind of event is counted in the subject."""

STANDING = {
    "sources_red": "{n} source{s} red", "sources_yellow": "{n} source{s} yellow",
    "sources_failing_as_before": "{n} source{s} failing", "pages_quarantined": "{n} page{s} quarantined",
    "plans_drifted": "{n} plan{s} drifted", "layouts_drifted": "{n} layout{s} changed",
    "audit_warnings": "{n} audit warning{s}", "open_questions": "{n} open question{s}",
}  # fmt: skip


def put_into_words(notice: Notice) -> None:
    """Fill in the subject and the text."""
    notice.subject = one_line(f"zhibiao: {_said(notice)}", MOST_SUBJECT)
    blocks = [_outcome(notice), *_events(notice.events), _standing(notice), _where(notice)]
    notice.text = "\n\n".join([notice.subject, *(block for block in blocks if block)]) + "\n"


def _said(notice: Notice) -> str:
    if notice.outcome == "test":
        return "a test of the channels; nothing happened"
    if notice.outcome == "late":
        return f"LATE: {notice.message}"
    if notice.outcome != "published":
        where = {"not_begun": "could not begin", "cut_off": f"cut off during {notice.stopped_at or 'the run'}"}
        why = where.get(notice.outcome, notice.stopped_at or "the run failed")
        return f"NOT published: {why}" + (f": {notice.message}" if notice.message else "")
    return ", ".join(["published", *_changes(notice)])


def _changes(notice: Notice) -> list[str]:
    parts = []
    if notice.facts and notice.previous_release_id is None:
        parts.append(f"the first release, {notice.facts.total or 0} facts")
    elif notice.facts:
        counts = {"changed": notice.facts.changed, "added": notice.facts.added, "gone": notice.facts.gone}
        told = [f"{count} {what}" for what, count in counts.items() if count]
        if told:
            first, *others = told
            number, what = first.split(" ")
            parts.append(", ".join([f"{number} fact{'' if number == '1' else 's'} {what}", *others]))
    if notice.targets_moved:
        parts.append(f"{notice.targets_moved} target{'' if notice.targets_moved == 1 else 's'} moved")
    for code, wording in COUNTED:
        count = sum(1 for event in notice.events if event.code == code)
        if count:
            parts.append(_count(wording, count))
    if parts:
        return parts
    red = notice.standing.get("sources_red", 0)
    return ["nothing new"] + ([_count(STANDING["sources_red"], red) + " as before"] if red else [])


def _count(wording: str, count: int) -> str:
    return wording.format(n=count, s="" if count == 1 else "s", v="s" if count == 1 else "")


def _outcome(notice: Notice) -> str:
    lines = []
    if notice.outcome == "test":
        lines.append(notice.message or "")
    elif notice.outcome == "late":
        lines.append(f"{notice.message}.")
    elif notice.outcome == "published":
        against = f", against {notice.previous_release_id}" if notice.previous_release_id else ", the first one"
        lines.append(f"Release {notice.release_id}{against}.")
        if notice.facts:
            facts = notice.facts
            lines.append(
                f"Facts: {facts.total} in all; {facts.added} added, {facts.changed} changed, {facts.gone} gone. "
                f"Targets moved: {notice.targets_moved}."
            )
    elif notice.message:
        lines.append(f"It stopped at {notice.stopped_at or 'an unknown stage'}: {notice.message}")
    if notice.outcome != "published" and notice.outcome != "test":
        if notice.serving_release_id:
            age = (
                f"{notice.serving_age_hours:.0f} hours old"
                if notice.serving_age_hours is not None
                else "of unknown age"
            )
            lines.append(f"Readers still have release {notice.serving_release_id}, {age}.")
        else:
            lines.append("Readers have no release yet.")
    lines += [f"What to do: {told}" for told in notice.what_to_do]
    return "\n".join(lines)


def _events(events: list[Event]) -> list[str]:
    """One block a kind, the gravest of it first; kinds in the order of HEADINGS."""
    order = {code: place for place, code in enumerate(HEADINGS)}
    kinds = sorted(events, key=lambda event: (order.get(event.code, len(order)), event.code, -RANK[event.severity]))
    blocks = []
    for code, found in groupby(kinds, key=lambda event: event.code):
        members = list(found)
        lines = [HEADINGS.get(code, code)]
        lines += [
            f"  {one_line(e.subject, 120)}" + (f": {one_line(e.detail)}" if e.detail else "")
            for e in members[:MOST_LINES]
        ]
        if len(members) > MOST_LINES:
            lines.append(f"  … and {len(members) - MOST_LINES} more")
        blocks.append("\n".join(lines))
    return blocks


def _standing(notice: Notice) -> str:
    told = [_count(wording, notice.standing[name]) for name, wording in STANDING.items() if notice.standing.get(name)]
    since = "As before" if notice.previous_release_id or not notice.release_id else "Beside that"  # no release before
    lines = [f"{since}: {', '.join(told)}."] if told else []
    lines += [f"Could not be found out: {remark}" for remark in notice.remarks]
    return "\n".join(lines)


def _where(notice: Notice) -> str:
    run = ""
    if notice.run_id:
        parts = [f"Run {notice.run_id}"]
        if notice.as_of:
            parts.append(f"as of {notice.as_of}")
        parts.append("live" if notice.is_live else "archive only")
        if notice.started_at and notice.finished_at:
            parts.append(f"{(notice.finished_at - notice.started_at).total_seconds():.0f} s")
        run = ", ".join(parts) + ".\n"
    return f"{run}Home {notice.home} on {notice.host}. More: `zhibiao status`" + (
        f", releases/{notice.release_id}/report.md." if notice.release_id else "."
    )
