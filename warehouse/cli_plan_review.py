"""`zhibiao plan review`: a dialogue over the targets of a plan, for a terminal or a pipe.

Every answer is on the disk before the next target is shown; whoever quits or is killed goes on where they were.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Annotated

import typer

from warehouse.cli_common import HomeOption, Misunderstood, home_of, say, told

if TYPE_CHECKING:
    from scrapers.register.review import Review


def review(
    context: typer.Context,
    plan_id: Annotated[str, typer.Argument(metavar="ID", help="A registered plan.")],
    by: Annotated[str | None, typer.Option(metavar="NAME", help="Who decides (default: $USER).")] = None,
    everything: Annotated[bool, typer.Option("--all", help="Also the targets that are decided.")] = False,
    accept: Annotated[list[str] | None, typer.Option(metavar="TARGET", help="Accept; may be repeated.")] = None,
    reject: Annotated[list[str] | None, typer.Option(metavar="TARGET", help="Reject; may be repeated.")] = None,
    reason: Annotated[str, typer.Option(metavar="TEXT", help="Why; needed with --reject.")] = "",
    home: HomeOption = None,
) -> None:
    """Decide on the targets of a plan: accept, correct or reject each, with its quote in context."""
    from scrapers.register.review import Review
    from scrapers.sources import load_catalog
    from warehouse.plan_dialogue import Dialogue
    from warehouse.run import today

    name = (by if by is not None else os.environ.get("USER", "")).strip()
    if not name:
        raise Misunderstood("who decides? --by NAME says so (there is no $USER)")
    if reject and not reason.strip():
        raise Misunderstood("--reject needs a --reason")
    with told():
        work = Review(home_of(context, home), load_catalog(), plan_id, by=name, today=today())
        for problem in work.problems:
            say(f"not applied: {problem}")
        if accept or reject:
            _decide(work, accept or [], reject or [], reason.strip())
        else:
            Dialogue(work, everything=everything).run()


def _decide(work: Review, accept: list[str], reject: list[str], reason: str) -> None:
    """The decisions of the command line; none is made where one of the ids is wrong."""
    if both := set(accept) & set(reject):
        raise Misunderstood(f"both accepted and rejected: {', '.join(sorted(both))}")
    for target_id in (*accept, *reject):
        work.shown(target_id)
    for target_id in accept:
        print(f"{work.accept(target_id, reason).decision}: {target_id}")
    for target_id in reject:
        print(f"{work.reject(target_id, reason).decision}: {target_id}")
