"""The statements contract: one promise of a plan's text or table, with its place."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from decimal import Decimal
from enum import StrEnum


class Form(StrEnum):
    """Where in the document a statement stands."""

    TEXT = "text"
    TABLE = "table"
    BOX = "box"


@dataclass(frozen=True, slots=True)
class Statement:
    """One promise as printed. Coding (type, direction, base unit, merging) comes after it."""

    statement_no: int
    """1, 2, … in the order of the document."""
    section: str
    """Number labels of the sections that hold it, joined with ` / `; empty where there is none."""
    quote: str
    """Visible text of `start:end`: tags removed, entities resolved, otherwise as printed."""
    start: int
    """Offset in the decoded capture, in characters; `end` is exclusive."""
    end: int
    indicator_label: str
    comparator: str | None = None
    """The comparing word as printed (以上, 不低于, ≥ …), None where there is none."""
    value_text: str | None = None
    value: Decimal | None = None
    """The number as printed, in `unit_label`, never converted. None for a promise without a number."""
    value_high: Decimal | None = None
    """Upper bound of a range."""
    unit_label: str | None = None
    baseline_text: str | None = None
    baseline_year: int | None = None
    target_year: int | None = None
    responsible_units: str | None = None
    """Units in charge in the order printed, joined with 、, the lead marked (TARGET_RULES 10)."""
    form: Form = Form.TEXT
    confidence: float = 1.0


STATEMENT_COLUMNS: tuple[str, ...] = (
    "capture_id", "plan_id", "statement_no", "section", "quote", "start", "end", "indicator_label", "comparator",
    "value_text", "value", "value_high", "unit_label", "baseline_text", "baseline_year", "target_year",
    "responsible_units", "form", "confidence",
)  # fmt: skip


def statement_row(statement: Statement, *, capture_id: str, plan_id: str | None = None) -> dict[str, object]:
    """A statement as a row of `STATEMENT_COLUMNS`; `plan_id` is None until the plan has one."""
    row: dict[str, object] = {"capture_id": capture_id, "plan_id": plan_id, **asdict(statement)}
    row["form"] = str(statement.form)
    return row
