"""One target on the evaluation date as a row of the report, and its course over time as a chart."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from warehouse.evaluation import numbers
from warehouse.evaluation.model import Chart, Number, TargetRow
from warehouse.evaluation.sources import Sources
from warehouse.evaluation.words import Language, Words

Row = Mapping[str, Any]

DAYS_A_YEAR = 365.25


def name_of(row: Row, words: Words) -> str:
    """The indicator in the language of the reader; the plan's own words where it has no English name."""
    if words.language is Language.EN and row["name_en"]:
        return str(row["name_en"])
    return str(row["indicator_zh"] or row["indicator_id"] or "")


def scale_of(row: Row) -> Decimal:
    """Factor from the unit of the row's values to the unit in which they are shown."""
    return numbers.scale(row["target_value_printed"], row["target_value_base"]) if _in_plan_unit(row) else Decimal(1)


def unit_of(row: Row, words: Words) -> str:
    """Unit in which the row's values are shown."""
    return words.unit(row["unit_zh"] if _in_plan_unit(row) else row["value_unit"])


def _in_plan_unit(row: Row) -> bool:
    """Whether the plan's unit can be used: not where a rate is promised, nor where a zero hides the factor."""
    return row["value_unit"] == row["unit_base"] and bool(row["target_value_printed"] and row["target_value_base"])


def target_row(row: Row, plan: Row, sources: Sources, words: Words) -> TargetRow:
    """The row of one target, every number with its references."""
    promised = sources.quote(row, plan)
    measured = sources.figures(row["observation_ids"])
    from_series = row["baseline_source"] in ("series", "first_fact")
    marks = sources.marks(row["observation_ids"])
    codes = [code for code in row["flags"].split(",") if code]
    is_proposed = row["review_state"] == "proposed"
    return TargetRow(
        target_id=row["target_id"],
        no=str(row["target_no"] or ""),
        indicator=name_of(row, words),
        kind=words.of("target_type", row["target_type"]),
        quote=row["quote"] or "",
        baseline=_value(row, "baseline_value", words, refs=measured[:1] if from_series else promised,
                        note=_baseline_note(row, words)),
        target=_target(row, words, promised),
        actual=_value(row, "actual_value", words, refs=measured, note=_iso(row["actual_period_end"])),
        required=_value(row, "required_value", words, computed=True),
        progress=_share(row["progress"]),
        pace=Number(row["pace"], numbers.shown(Decimal(repr(row["pace"])), computed=True))
        if row["pace"] is not None else Number(),
        projection=_projection(row, words),
        status_code=row["status"],
        status=words.of("status", row["status"]),
        reason=words.reason(row["reason_code"], of_task=row["rule"] == "evidence"),
        flags=words.join([words.of("flag", code) for code in codes if code != "proposed"]),
        marks=words.join([marks, words.of("review_state", "proposed") if is_proposed else ""]),
        is_proposed=is_proposed,
        refs=tuple(dict.fromkeys(promised + measured)),
    )  # fmt: skip


def chart(
    rows: Sequence[Row], row: Row, series: Sequence[Row], plan: Row, sources: Sources, words: Words
) -> Chart | None:
    """The course of a target up to its evaluation date; None where there is no figure.

    `rows`: the target on all its evaluation dates so far; `series`: the facts between them. The points are these facts
    and what the rule compared on each date.
    """
    factor = scale_of(row)
    measured = {each["actual_period_end"]: each for each in rows if each["actual_value"] is not None}
    if not measured:
        return None
    values = {fact["period_end"]: fact["value"] for fact in series}
    values |= {day: each["actual_value"] for day, each in measured.items()}
    end = _value_at_end(row)
    target = (row["target_end"], float(end * factor)) if end is not None and row["target_end"] else None
    projection = None
    if row["projected_value"] is not None and row["target_end"]:
        low, high = (row[name] for name in ("projected_low", "projected_high"))
        projection = (
            row["target_end"], float(row["projected_value"] * factor),
            None if low is None else float(low * factor), None if high is None else float(high * factor),
        )  # fmt: skip
    used = [each for measure in measured.values() for each in measure["observation_ids"]]
    used += [fact["observation_id"] for fact in series]
    return Chart(
        target_id=row["target_id"],
        title=name_of(row, words),
        unit=unit_of(row, words),
        points=[(day, float(values[day] * factor)) for day in sorted(values)],
        path=_path(row, target, factor),
        target=target,
        projection=projection,
        refs=sources.quote(row, plan) + sources.figures(list(dict.fromkeys(used))),
    )


def _path(row: Row, target: tuple[date, float] | None, factor: Decimal) -> list[tuple[date, float]]:
    """The straight line from the baseline to the target, a curve for growth, a level line where none is climbed."""
    start = row["baseline_date"] or row["start_date"]
    if target is None or start is None or start >= target[0]:
        return []
    end = target[1]
    if row["rule"] in ("floor", "ceiling", "threshold", "rank", "yearly_floor"):
        return [(start, end), target]
    first = row["baseline_value"]
    if first is None:
        return [(start, 0.0), target] if row["rule"] in ("sum_of_flows", "difference_of_stocks") else []
    if row["rule"] != "growth" or first <= 0 or end <= 0:
        return [(start, float(first * factor)), target]
    begin, years = float(first * factor), (target[0] - start).days / DAYS_A_YEAR
    steps = max(1, round(years))
    days = [date.fromordinal(start.toordinal() + (target[0] - start).days * step // steps) for step in range(steps + 1)]
    return [(day, begin * (end / begin) ** (step / steps)) for step, day in enumerate(days)]


def _value_at_end(row: Row) -> Decimal | None:
    """What has to be reached, in the unit of the values: for growth the level that the rate leads to."""
    if row["actual_value"] is not None and row["gap_to_target"] is not None:
        found: Decimal = row["actual_value"] + row["gap_to_target"]
        return found
    if row["value_unit"] != row["unit_base"]:
        return None
    value: Decimal | None = row["target_value"]
    return value


def _value(
    row: Row, column: str, words: Words, *, refs: tuple[int, ...] = (), note: str = "", computed: bool = False
) -> Number:
    value = row[column]
    if value is None:
        return Number()
    text = with_unit(numbers.shown(value * scale_of(row), computed=computed), unit_of(row, words))
    return Number(value, text, note, refs)


def with_unit(text: str, unit: str) -> str:
    """A number and its unit; Chinese counters follow without a space."""
    if not unit:
        return text
    if unit == "%":
        return text + unit
    if text == "1" and unit.isascii() and unit[0].isalpha():
        unit = unit.removesuffix("s")
    return f"{text}{unit}" if ord(unit[0]) > 0x2E80 else f"{text} {unit}"


def _target(row: Row, words: Words, refs: tuple[int, ...]) -> Number:
    """The value promised: in its own unit, which for growth is a rate."""
    value = row["target_value"]
    if value is None:
        return Number(note=_promise_without_value(row, words), refs=refs)
    factor = numbers.scale(row["target_value_printed"], row["target_value_base"])
    text = numbers.shown(value * factor)
    if row["target_value_high"] is not None:
        text += f"–{numbers.shown(row['target_value_high'] * factor)}"
    sense = words.of("direction", row["direction"])
    return Number(value, with_unit(text, words.unit(row["unit_zh"])), _lines(sense, _iso(row["target_end"])), refs)


def _promise_without_value(row: Row, words: Words) -> str:
    if row["rule"] == "direction":
        return _lines(words.of("change", row["direction"]), _iso(row["target_end"]))
    said = "" if row["rule"] == "none" else words.of("rule", row["rule"])
    return _lines(said, _iso(row["target_end"]))


def _lines(*texts: str) -> str:
    return "\n".join(text for text in texts if text)


def _iso(day: date | None) -> str:
    """A date in a narrow cell."""
    return day.isoformat() if day else ""


def _baseline_note(row: Row, words: Words) -> str:
    source = words.of("baseline_source", row["baseline_source"]) if row["baseline_source"] else ""
    return _lines(_iso(row["baseline_date"]), source)


def _share(value: float | None) -> Number:
    return Number() if value is None else Number(value, numbers.percent(value))


def _projection(row: Row, words: Words) -> Number:
    value = row["projected_value"]
    if value is None:
        return Number()
    factor, unit = scale_of(row), unit_of(row, words)
    interval = ""
    if row["projected_low"] is not None and row["projected_high"] is not None:
        low, high = (numbers.shown(row[name] * factor, computed=True) for name in ("projected_low", "projected_high"))
        interval = f"{low}–{high}"
    method = words.of("projection_method", row["projection_method"])
    shown = with_unit(numbers.shown(value * factor, computed=True), unit)
    return Number(value, shown, _lines(interval, method))
