"""The numbered list of sources: every figure and every quote that a report shows gets its reference here."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from scrapers.captures import HAND_ENTERED
from warehouse.evaluation.model import Source
from warehouse.evaluation.words import Words

Row = Mapping[str, Any]


class Sources:
    """Gives out numbers in the order of first use; the same figure always has the same number."""

    def __init__(self, words: Words, observations: Mapping[str, Row], titles: Mapping[str, str]) -> None:
        """`observations`: rows of fct_observation by id. `titles`: names of the sources by `source_id`."""
        self._words = words
        self._observations = observations
        self._titles = titles
        self._numbers: dict[tuple[str, str], int] = {}
        self.listed: list[Source] = []

    def figures(self, observation_ids: list[str]) -> tuple[int, ...]:
        """References of observations; a derived one stands for the two that it comes from."""
        found: list[int] = []
        for observation_id in observation_ids:
            row = self._observations[observation_id]
            parts = [part for part in row["derived_from"] if part in self._observations]
            found += [self._figure(self._observations[part]) for part in parts] if parts else [self._figure(row)]
        return tuple(dict.fromkeys(found))

    def marks(self, observation_ids: list[str]) -> str:
        """What has to be said beside a number: starter copy, entered by hand, approximate."""
        found = [mark for each in observation_ids for mark in self._marks(self._observations[each])]
        return self._words.join(list(dict.fromkeys(found)))

    def quote(self, target: Row, plan: Row) -> tuple[int, ...]:
        """The reference of a promise in its plan; the plan alone where the home holds no capture of it."""
        words = self._words
        has_quote = bool(target["quote"])
        return self._add(
            ("quote", f"{target['quote_capture_id']}:{target['quote_start']}" if has_quote else plan["plan_id"]),
            address=(target["quote_url"] if has_quote else plan["url"]) or "",
            title=plan["title_zh"],
            place=words.text("place_text", start=target["quote_start"], end=target["quote_end"]) if has_quote else "",
            printed=target["quote"] if has_quote else words.text("no_quote"),
            fetched=_day(target.get("quote_fetched_at")),
            capture_id=target["quote_capture_id"] or "",
            marks=words.text("mark_starter") if has_quote and target.get("quote_origin") == "starter" else "",
        )

    def evidence(self, task: Row) -> tuple[int, ...]:
        """The reference of the evidence of a task."""
        if not task["evidence_ids"]:
            return ()
        return self._add(
            ("evidence", task["evidence_ids"][0]),
            address=task["evidence_url"] or "",
            title=self._words.text("column_evidence"),
            place="",
            printed=task["evidence_note"] or "",
            fetched="",
            capture_id=task["evidence_capture_id"] or "",
            marks=self._words.text("mark_entered"),
        )

    def _figure(self, row: Row) -> int:
        words = self._words
        kind = "place_table" if row["table_no"] else "place_prose"
        place = words.text(kind, table=row["table_no"], row=row["row_no"], column=row["column_no"])
        labels = words.join([str(row[name]) for name in ("region_label", "measure_label", "period_label") if row[name]])
        printed = f"{row['value_text'] or row['value_printed']} {row['unit_label'] or ''}".strip()
        if row["source_id"] == HAND_ENTERED and row["note"]:
            printed = f"{printed} ({row['note']})"  # who entered it, when and from where
        title = words.join([self._titles.get(row["source_id"], ""), row["table_title"] or ""])
        return self._add(
            ("figure", row["observation_id"]),
            address=row["url"] or "",
            title=title,
            place=place,
            printed=row["quote"] or f"{labels}{words.text('colon')}{printed}",
            fetched=_day(row["fetched_at"]),
            capture_id=row["capture_id"],
            marks=words.join(self._marks(row)),
        )[0]

    def _marks(self, row: Row) -> list[str]:
        words = self._words
        marked = {
            "mark_starter": row["origin"] == "starter",
            "mark_entered": row["source_id"] == HAND_ENTERED,
            "mark_approximate": row["is_approximate"],
        }
        return [words.text(mark) for mark, holds in marked.items() if holds]

    def _add(self, key: tuple[str, str], **told: str) -> tuple[int, ...]:
        if key not in self._numbers:
            self._numbers[key] = len(self.listed) + 1
            self.listed.append(Source(number=self._numbers[key], **told))
        return (self._numbers[key],)


def _day(moment: datetime | None) -> str:
    return moment.date().isoformat() if moment else ""
