"""A chart for each target that has a figure: actual points, the path, the target, the projection with its interval."""

from __future__ import annotations

from datetime import date

from warehouse.evaluation.blocks import Block, Chart, Figure, Heading, Paragraph, Projection
from warehouse.evaluation.citations import Citations, name_of
from warehouse.evaluation.facts import Facts, Row
from warehouse.evaluation.figures import measured, plain
from warehouse.evaluation.words import Words

PATHED = ("level", "sum_of_flows", "difference_of_stocks", "threshold", "count", "growth")
"""Rules that ask for a value on the way; the others ask for the same at any time."""


def chart_blocks(facts: Facts, cite: Citations, words: Words) -> list[Block]:
    """The charts, in the order of the targets."""
    figures = [figure for row in facts.targets if (figure := _figure(row, facts, cite, words))]
    heading = Heading(words.say("charts"))
    if not figures:
        return [heading, Paragraph(words.say("no_charts"))]
    return [heading, Paragraph(words.say("charts_note"), is_note=True), *figures]


def _figure(row: Row, facts: Facts, cite: Citations, words: Words) -> Figure | None:
    points, used = _points(row, facts)
    if not points or row["rule"] == "evidence":
        return None
    end = _end_value(row)
    target = (row["target_end"], end) if end is not None and row["target_end"] else None
    chart = Chart(row["target_id"], points, _path(row, target), target, _projection(row))
    unit = row["value_unit"]
    legend = [("actual", words.say("legend_actual"))]
    if chart.path:
        legend.append(("path", words.say("legend_path")))
    if target and end is not None:
        legend.append(("target", words.say("legend_target", value=measured(end, unit, words))))
    if chart.projection:
        told = measured(row["projected_value"], unit, words)
        if chart.projection.low is not None and chart.projection.high is not None:
            low, high = plain(row["projected_low"]), plain(row["projected_high"])
            told += f" ({words.say('interval', low=low, high=high)})"
        legend.append(("projection", words.say("legend_projection", value=told)))
    shown = words.code("unit", unit) if unit else ""
    title = f"{name_of(row, words)} ({words.say('chart_axis', unit=shown)})" if shown else name_of(row, words)
    return Figure(chart, title, tuple(legend), cite.observations(used))


def _points(row: Row, facts: Facts) -> tuple[tuple[tuple[date, float], ...], list[str]]:
    """What the rule compared at each evaluation date, and the facts of the series between them."""
    found: dict[date, float] = {}
    used: list[str] = []
    for fact in facts.series.get(row["target_id"], []):
        found[fact["period_end"]] = float(fact["value"])
        used.append(fact["observation_id"])
    for past in facts.history.get(row["target_id"], []):
        found[past["actual_period_end"]] = float(past["actual_value"])
        used += past["observation_ids"]
    if found and row["baseline_source"] in ("series", "first_fact") and row["rule"] != "growth":
        found.setdefault(row["baseline_date"], float(row["baseline_value"]))
    return tuple(sorted(found.items())), list(dict.fromkeys(used))


def _end_value(row: Row) -> float | None:
    """The value asked for at the end; for growth the baseline grown at the promised rate."""
    if row["rule"] == "growth":
        reachable = row["actual_value"] is not None and row["gap_to_target"] is not None
        return float(row["actual_value"] + row["gap_to_target"]) if reachable else None
    return None if row["target_value"] is None else float(row["target_value"])


def _path(row: Row, target: tuple[date, float] | None) -> tuple[tuple[date, float], tuple[date, float]] | None:
    if target is None or row["rule"] not in PATHED:
        return None
    if row["rule"] == "sum_of_flows":
        return ((row["start_date"], 0.0), target) if row["start_date"] else None
    if row["baseline_value"] is None or row["baseline_date"] is None or row["baseline_date"] >= target[0]:
        return None
    return (row["baseline_date"], float(row["baseline_value"])), target


def _projection(row: Row) -> Projection | None:
    if row["projected_value"] is None or row["target_end"] is None:
        return None
    low, high = row["projected_low"], row["projected_high"]
    return Projection(
        row["target_end"],
        float(row["projected_value"]),
        None if low is None else float(low),
        None if high is None else float(high),
    )
