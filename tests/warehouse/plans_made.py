"""Plans of the home and decisions made for tests: files as `zhibiao plan add` and people write them."""

from __future__ import annotations

import csv
import hashlib
import json
from collections.abc import Sequence
from io import StringIO
from pathlib import Path

from scrapers.home import Home
from scrapers.register.decisions import DECISION_COLUMNS
from scrapers.register.evidence import EVIDENCE_COLUMNS
from scrapers.register.register import PLACE_COLUMNS, PLANS, TARGET_COLUMNS

PLAN_ID = "jiashi-2031-2035"

Row = dict[str, object]


def target(number: int, **values: object) -> Row:
    """A level that is promised for 2035; `values` say what is different."""
    plan_id = str(values.get("plan_id", PLAN_ID))
    row: Row = {
        "target_id": f"{plan_id}-t{number:02d}", "plan_id": plan_id, "target_no": number,
        "indicator_id": "trademarks_in_force", "indicator_zh": "有效注册商标总量", "region_code": "510900",
        "target_type": "level_at_date", "direction": "at_least", "target_value": 4, "unit_zh": "万件",
        "target_value_si": 40000, "unit_base": "件", "target_year": 2035, "section": "二", "form": "text",
        "nature": "unknown", "is_approximate": "false", "year_inferred": "false", "confidence": 0.9,
    }  # fmt: skip
    return row | values


def plan(
    home: Home, targets: Sequence[Row], *, plan_id: str = PLAN_ID, places: Sequence[Row] = (), **values: object
) -> None:
    """Write a plan of the home with these proposals."""
    told = {
        "plan_id": plan_id, "title_zh": "甲市知识产权规划(2031-2035年)", "region_code": "510900",
        "issuer_zh": "甲市人民政府", "doc_no": None, "issued_on": "2031-03-01", "period_start": 2031,
        "period_end": 2035,
        "kind": "five_year_plan", "note": None, "url": "https://plans.example/jia.html", "capture_id": None,
        "body_sha256": None, "added_on": "2031-04-01",
    }  # fmt: skip
    home.write(json.dumps(told | values, ensure_ascii=False).encode(), PLANS, plan_id, "plan.json")
    home.write(table(TARGET_COLUMNS, targets), PLANS, plan_id, "targets.csv")
    home.write(table(PLACE_COLUMNS, places), PLANS, plan_id, "places.csv")


def place(target_id: str, body: bytes, quote: str) -> Row:
    """Where a quote stands in a body of plain text."""
    start = body.decode().index(quote)
    return {
        "target_id": target_id, "body_sha256": hashlib.sha256(body).hexdigest(), "start": start,
        "end": start + len(quote), "quote_sha256": hashlib.sha256(quote.encode()).hexdigest(), "form": "text",
    }  # fmt: skip


def evidence(home: Home, rows: Sequence[Row], *, plan_id: str = PLAN_ID) -> None:
    """Write what the nightly comparison found."""
    home.write(
        table(EVIDENCE_COLUMNS, [{"plan_id": plan_id} | row for row in rows]),
        PLANS,
        plan_id,
        "evidence.csv",
    )


def decisions(path: Path, rows: Sequence[Row]) -> Path:
    """Write a file of decisions."""
    given = {"decided_by": "a reader", "decided_on": "2031-05-01", "reason": "read"}
    path.write_bytes(table(DECISION_COLUMNS, [given | row for row in rows]))
    return path


def table(columns: Sequence[str], rows: Sequence[Row]) -> bytes:
    out = StringIO(newline="")
    writer = csv.DictWriter(out, columns)
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue().encode()
