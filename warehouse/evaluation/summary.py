"""The summary: how many targets stand where, how many have data, in a table and in plain sentences."""

from __future__ import annotations

from collections import Counter

from warehouse.evaluation.blocks import Block, Column, Heading, Paragraph, Part, Table
from warehouse.evaluation.citations import HAND_ENTERED, Citations, name_of
from warehouse.evaluation.facts import Facts, Row
from warehouse.evaluation.figures import day, plain, share
from warehouse.evaluation.words import Words, codes


def summary_blocks(facts: Facts, cite: Citations, words: Words) -> list[Block]:
    """Sentences and the counts by status. Comes last to be made, for it tells of the sources cited."""
    heading = Heading(words.say("summary"))
    if not facts.targets:
        return [heading, Paragraph(words.say("no_targets"))]
    text = words.say("gap").join([*_counted(facts, words), *_paces(facts, words), *_labels(facts, cite, words)])
    return [heading, Paragraph(text), _statuses(facts, words), Paragraph(words.say("dates_note"), is_note=True)]


def _statuses(facts: Facts, words: Words) -> Table:
    columns = (
        Column(words.say("status_column"), 0.4),
        Column(words.say("count_column"), 0.2, is_number=True),
        Column(words.say("share_column"), 0.2, is_number=True),
    )
    lines = tuple(
        (
            (Part(words.code("status", status), style=f"status-{status}"),),
            (Part(str(count), value=count),),
            (Part(share(count / len(facts.targets)), value=count / len(facts.targets)),),
        )
        for status, count in _by_status(facts)
    )
    return Table("statuses", columns, lines)


def _by_status(facts: Facts) -> list[tuple[str, int]]:
    """Counts of the statuses that occur, in the order in which the words are listed: good news first."""
    counted = Counter(row["status"] for row in facts.targets)
    return [(status, counted[status]) for status in codes()["status"] if counted[status]]


def _counted(facts: Facts, words: Words) -> list[str]:
    card = facts.scorecard or {}
    statuses = [
        words.say("said_status", status=words.code("status", status).lower(), count=count)
        for status, count in _by_status(facts)
    ]
    said = [
        words.say(
            "said_total",
            date=day(facts.evaluation_date, words),
            total=len(facts.targets),
            numeric=card.get("numeric_count", 0),
            tasks=card.get("task_count", 0),
        ),
        words.say("said_statuses", list=words.join(statuses)),
    ]
    if card.get("measurable_count"):
        covers = share(card["data_coverage"])
        known = {"measurable": card["measurable_count"], "covered": card["covered_count"], "share": covers}
        said.append(words.say("said_coverage", **known))
        if card["completion_count"]:
            mean = share(card["completion_unweighted"])
            said.append(words.say("said_completion", count=card["completion_count"], share=mean))
        else:
            said.append(words.say("said_no_completion"))
    if card.get("task_count"):
        said.append(words.say("said_tasks", tasks=card["task_count"], done=card["tasks_done"]))
    return said


def _paces(facts: Facts, words: Words) -> list[str]:
    """The fastest and the slowest; neither where a single target has a pace."""
    paced: list[Row] = sorted((row for row in facts.targets if row["pace"] is not None), key=lambda row: row["pace"])
    if len(paced) < 2:
        return []
    told = {"said_best": paced[-1], "said_worst": paced[0]}
    return [words.say(key, name=name_of(row, words), pace=plain(row["pace"])) for key, row in told.items()]


def _labels(facts: Facts, cite: Citations, words: Words) -> list[str]:
    """What a reader must know of the figures before believing them."""
    counts = {
        "said_proposed": sum(row["review_state"] == "proposed" for row in facts.targets),
        "said_starter": sum(origin == "starter" for origin in cite.origins.values()),
        "said_by_hand": sum(origin == HAND_ENTERED for origin in cite.origins.values()),
    }
    return [words.say(key, count=count) for key, count in counts.items() if count]
