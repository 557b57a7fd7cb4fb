"""The rows of a plan of the home with their types, as the raw schema can hold them."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from scrapers.plans.drafts import Direction, TargetType

Figure = Annotated[Decimal, Field(gt=Decimal(-(10**21)), lt=Decimal(10**21), allow_inf_nan=False)]
"""What a column of the raw schema can hold."""
Year = Annotated[int, Field(ge=1900, le=2200)]
Offset = Annotated[int, Field(ge=0, lt=2**63)]
Sha256 = Annotated[str, Field(pattern=r"^[0-9a-fA-F]{64}$")]


class _Row(BaseModel):
    model_config = ConfigDict(extra="ignore")


class Plan(_Row):
    """`plans/<plan_id>/plan.json`; a plan may print neither issuer nor period."""

    plan_id: str
    title_zh: str | None = None
    region_code: str | None = None
    issuer_zh: str | None = None
    doc_no: str | None = None
    issued_on: date | None = None
    period_start: Year | None = None
    period_end: Year | None = None
    kind: str | None = None
    note: str | None = None
    url: str | None = None
    capture_id: str | None = None
    body_sha256: str | None = None
    added_on: date | None = None


class Proposal(_Row):
    """A row of `targets.csv`: a promise as the extractor coded it."""

    target_id: Annotated[str, Field(min_length=1)]
    plan_id: str
    target_no: str | None = None
    target_type: TargetType
    direction: Direction
    indicator_id: str | None = None
    indicator_zh: str | None = None
    region_code: str | None = None
    condition: str | None = None
    target_value: Figure | None = None
    target_value_high: Figure | None = None
    unit_zh: str | None = None
    target_value_si: Figure | None = None
    unit_base: str | None = None
    baseline_value: Figure | None = None
    baseline_value_si: Figure | None = None
    baseline_year: Year | None = None
    period_start_year: Year | None = None
    target_year: Year | None = None
    target_date: date | None = None
    deliverable: str | None = None
    responsible_units: str | None = None
    section: str | None = None
    form: str | None = None
    nature: str | None = None
    is_approximate: bool = False
    year_inferred: bool = False
    part_of_target_id: str | None = None
    conflict_note: str | None = None
    note: str | None = None
    confidence: Annotated[float, Field(allow_inf_nan=False)] | None = None


class Corrected(_Row):
    """Columns in base units that follow from a correction: a large figure in a large unit may be too much."""

    target_value_si: Figure | None = None
    baseline_value_si: Figure | None = None


class Place(_Row):
    """A row of `places.csv`: where a promise stands in a body."""

    target_id: str
    body_sha256: Sha256
    start: Offset
    end: Offset
    quote_sha256: Sha256
    form: str | None = None
