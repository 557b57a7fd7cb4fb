"""What `zhibiao status` tells a person, and in one line for a check."""

from __future__ import annotations

from typing import TYPE_CHECKING

from warehouse.status import Status
from warehouse.tables_out import print_table

if TYPE_CHECKING:
    from rich.console import Console


def show(told: Status, console: Console) -> None:
    """Print a status for a person."""
    yellow = sum(1 for reason in told.reasons if reason.severity == "yellow" and reason.code.startswith("source_"))
    table = f" ({yellow} source{'' if yellow == 1 else 's'} yellow, see the table)" if yellow else ""
    console.print(f"health     {told.health}{table}", highlight=False)
    for reason in told.reasons:
        if reason.severity == "red" or not reason.code.startswith("source_"):  # yellow sources stand in the table
            about = f"{reason.subject}: " if reason.subject else ""
            console.print(f"  {reason.severity:<8} {about}{reason.message}", highlight=False, markup=False)
            console.print(f"           {reason.what_to_do}", highlight=False, markup=False)
    console.print(f"home       {told.home}", highlight=False)
    console.print(f"current    {_release_line(told)}", highlight=False)
    if told.trouble:
        console.print(f"trouble    {told.trouble}", highlight=False)
    if told.refreshing:
        console.print(f"working    {told.refreshing}", highlight=False)
    if told.drift:
        counts = ", ".join(f"{count} {what}" for what, count in told.drift.items())
        console.print(f"drift      the newest pages of plans say something else: {counts}", highlight=False)
    if told.layout_drift:
        console.print(
            f"layout     {len(told.layout_drift)} pages came in another layout and are not used: "
            "`zhibiao quarantine list --reason changed_layout`",
            highlight=False,
        )
    if told.sources:
        console.print("\nSources", highlight=False)
        rows = [
            (s.source_id, s.severity, s.freshness, s.newest_figure, s.data_age_days, s.freshness_limit_days,
             s.capture_age_days, s.origin, s.last_outcome, s.quarantined or None)
            for s in told.sources
        ]  # fmt: skip
        header = (
            "source",
            "level",
            "state",
            "newest figure",
            "age",
            "limit",
            "page age",
            "origin",
            "last attempt",
            "quarantined",
        )
        print_table(header, rows, console)
        console.print("ages and limits in days", highlight=False)
    if told.quarantined_count:
        console.print(f"\nQuarantined pages: {told.quarantined_count}", highlight=False)
        pages = [(p.source_id, p.url, p.reason, p.message) for p in told.quarantined[:20]]
        print_table(("source", "address", "reason", "what is wrong"), pages, console)
        console.print(
            "one of them in full: `zhibiao quarantine list`, then `zhibiao quarantine show ID`", highlight=False
        )
    if told.runs:
        console.print("\nLast runs", highlight=False)
        runs = [
            (r.run_id, r.state, r.as_of, "live" if r.live else "offline", r.release_id, r.message) for r in told.runs
        ]
        print_table(("run", "state", "as of", "sources", "release", "message"), runs, console)


def check_line(told: Status) -> str:
    """The health in one line, with the gravest reasons."""
    said = [f"{reason.subject}: {reason.message}" if reason.subject else reason.message for reason in told.reasons]
    more = f" (and {len(said) - 3} more)" if len(said) > 3 else ""
    return f"{told.health}: {'; '.join(said[:3]) or 'all is well'}{more}"


def _release_line(told: Status) -> str:
    if told.current is None:
        return "no release yet; run `zhibiao refresh`"
    facts = "" if told.current.facts is None else f", {told.current.facts} facts"
    return (
        f"{told.current.release_id}, as of {told.current.as_of}, {told.current.age_hours:.0f} hours old{facts}; "
        f"{told.releases} releases kept"
    )
