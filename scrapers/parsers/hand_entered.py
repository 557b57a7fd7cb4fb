"""A figure entered by hand: one document, one record, labelled by code and id so that nothing is guessed."""

from __future__ import annotations

import json
from datetime import date

from scrapers.captures import HAND_ENTERED
from scrapers.numbers import parse_number
from scrapers.records import Page, Parsed, PeriodKind, Record, Refusal

_FORMAT = '"format": "zhibiao figure '


class HandEnteredParser:
    """The documents that `zhibiao figure add` keeps (scrapers.entry.figures)."""

    name = "hand_entered"
    version = "1"

    def fits(self, page: Page) -> float:
        is_document = page.source_id == HAND_ENTERED or page.url.startswith("imported:figure/")
        return 1.0 if is_document and _FORMAT.encode() in page.body[:200] else 0.0

    def parse(self, page: Page) -> Parsed:
        """The record. Its labels are the region's code and the indicator's id, which the build takes as they are.

        Raises Refusal `not_a_figure` where the document is not whole.
        """
        try:
            told = json.loads(page.body)
            published_on = date.fromisoformat(told.get("published_on") or told["entered_on"])
            number = parse_number(told["value"])
            if number is None:
                raise ValueError(f"{told['value']!r} is no number")
            source = told["source_url"]
            remarks = (number.note, f"entered by {told['entered_by']} on {told['entered_on']} from {source}")
            record = Record(
                table_no=1,
                row_no=1,
                column_no=1,
                measure_label=told["indicator_id"],
                value_text=told["value"],
                value=number.value,
                region_label=told["region_code"],
                period_label=told["period"],
                period=told["period"],
                period_kind=PeriodKind(told["period_kind"]),
                unit_label=told["unit"],
                published_on=published_on,
                quote=told.get("note"),
                note="; ".join(remark for remark in remarks if remark),
            )
        except (ValueError, KeyError, TypeError) as error:
            raise Refusal("not_a_figure", f"the document of an entered figure is not whole: {error}") from error
        return Parsed(records=[record])
