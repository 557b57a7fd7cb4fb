"""The numbered list of sources: a printed figure or a quote keeps the number that it was given when first cited."""

from __future__ import annotations

from collections.abc import Callable

from warehouse.evaluation.blocks import Cell, Column, Part, Table
from warehouse.evaluation.facts import Facts, Row
from warehouse.evaluation.options import Language
from warehouse.evaluation.words import Words

HAND_ENTERED = "hand_entered"


class Citations:
    """Gives sources their numbers in the order in which they are first cited."""

    def __init__(self, facts: Facts, words: Words) -> None:
        self._facts, self._words = facts, words
        self._rows: dict[str, tuple[Cell, ...]] = {}
        self._numbers: dict[str, int] = {}
        self.origins: dict[str, str] = {}
        """Origin of each cited figure, by key."""

    def observations(self, ids: list[str]) -> tuple[int, ...]:
        """Numbers of printed figures; of a derived one, those of the figures that it comes from as well."""
        known = [row for name in ids if (row := self._facts.observations.get(name))]
        parts = [part for row in known for name in row["derived_from"] if (part := self._facts.observations.get(name))]
        return tuple(dict.fromkeys(self._observation(row) for row in [*known, *parts]))

    def quote(self, target: Row) -> tuple[int, ...]:
        """Number of the place in the plan where a promise stands."""
        return (self._number(f"quote {target['target_id']}", lambda: self._quote(target)),)

    def evidence(self, task: Row) -> tuple[int, ...]:
        """Number of the evidence that a task was done."""
        return (self._number(f"evidence {task['task_id']}", lambda: self._evidence(task)),)

    def table(self) -> Table:
        """All sources cited so far."""
        say = self._words.say
        columns = (
            Column(say("column_no"), 0.04, is_number=True),
            Column(say("column_document"), 0.34),
            Column(say("column_dates"), 0.12),
            Column(say("column_place"), 0.12),
            Column(say("column_printed"), 0.2),
            Column(say("column_capture"), 0.18),
        )
        numbered = tuple(
            ((Part(str(number), value=number),), *cells) for number, cells in enumerate(self._rows.values(), start=1)
        )
        return Table("sources", columns, numbered, anchors=tuple(f"source-{row[0][0].text}" for row in numbered))

    def _observation(self, row: Row) -> int:
        self.origins[row["observation_id"]] = HAND_ENTERED if row["source_id"] == HAND_ENTERED else row["origin"]
        return self._number(row["observation_id"], lambda: self._figure(row))

    def _number(self, key: str, make: Callable[[], tuple[Cell, ...]]) -> int:
        if key not in self._numbers:
            self._numbers[key] = len(self._numbers) + 1
            self._rows[key] = make()
        return self._numbers[key]

    def _figure(self, row: Row) -> tuple[Cell, ...]:
        say = self._words.say
        place = "place_cell" if row["table_no"] else "place_text"
        origin = HAND_ENTERED if row["source_id"] == HAND_ENTERED else row["origin"]
        labels = [row[name] for name in ("region_label", "measure_label", "period_label") if row[name]]
        return (
            _lines(row["table_title"], ("small", row["url"]), ("small", self._words.code("origin", origin))),
            _lines(
                say("published_on", date=row["published_on"]) if row["published_on"] else None,
                say("fetched_on", date=f"{row['fetched_at']:%Y-%m-%d}"),
            ),
            _lines(say(place, table=row["table_no"], row=row["row_no"], column=row["column_no"])),
            _lines(f"{row['value_text']} {row['unit_label'] or ''}".strip(), ("small", " · ".join(labels))),
            _lines(("small", row["capture_id"])),
        )

    def _quote(self, target: Row) -> tuple[Cell, ...]:
        say, plan = self._words.say, self._facts.plan
        published = plan["document_published_on"] or plan["issued_on"]
        fetched = target["quote_fetched_at"]
        dated = _lines(
            say("published_on", date=published) if published else None,
            say("fetched_on", date=f"{fetched:%Y-%m-%d}") if fetched else None,
        )
        origin = self._words.code("origin", target["quote_origin"]) if target["quote_origin"] else None
        if not target["quote"]:
            missing = _lines(("small", say("quote_missing")))
            return _lines(plan["title_zh"], ("small", plan["url"])), dated, (), missing, ()
        return (
            _lines(plan["title_zh"], ("small", target["quote_url"]), ("small", origin)),
            dated,
            _lines(say("place_quote", start=target["quote_start"], end=target["quote_end"])),
            _lines(target["quote"]),
            _lines(("small", target["quote_capture_id"])),
        )

    def _evidence(self, task: Row) -> tuple[Cell, ...]:
        return (
            _lines(task["evidence_note"], ("small", task["evidence_url"])),
            _lines(str(task["done_on"])),
            (),
            (),
            _lines(("small", task["evidence_capture_id"])),
        )


def name_of(row: Row, words: Words) -> str:
    """What a promise is about: the plan's words, in English the name of the indicator."""
    english = row.get("name_en") if words.language is Language.EN else None
    return str(english or row["indicator_zh"] or row["deliverable"] or row["target_id"])


def _lines(*texts: str | tuple[str, str | None] | None) -> Cell:
    """A cell of lines; those without text are left out."""
    parts = []
    for each in texts:
        style, text = each if isinstance(each, tuple) else ("", each)
        if text:
            parts.append(Part(text, style=style))
    return tuple(parts)
