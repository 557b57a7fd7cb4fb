"""From the home to the raw schema: what is new there is loaded, once, in whole batches.

The build database is a copy: everything in it can be made again from the home, and a damaged or outdated one is. Each
batch is one transaction that ends with rows in `raw.loads`, so that a killed load leaves whole captures or none, and
the next load goes on where it stopped.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from scrapers.archive import Archive
from scrapers.captures import Attempt, Capture
from scrapers.home import Home
from scrapers.sources import Source, load_catalog
from warehouse import outcomes, raw, register_rows, state
from warehouse.database import BuildDamaged, connect_build, is_damage, put_aside
from warehouse.load_decisions import load_decisions
from warehouse.load_plans import load_register, load_texts, plan_texts
from warehouse.outcomes import DamagedOutcome, Outcome, OutcomeKey

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

log = logging.getLogger("zhibiao.load")

BATCH = 2000
"""Captures in one transaction: their record files are read by one statement."""


@dataclass
class LoadSummary:
    """What one load did. Counts are of rows; lists name what a person should look at."""

    captures: int = 0
    new_captures: int = 0
    new_attempts: int = 0
    new_outcomes: int = 0
    new_records: int = 0
    new_statements: int = 0
    records: int = 0
    judged_again: int = 0
    """Outcomes that were loaded before and written again since: somebody decided about a page."""
    vanished: list[str] = field(default_factory=list)
    """Captures or parses that were loaded before and are no longer in the home; their rows are taken out."""
    vanished_records: int = 0
    damaged: list[str] = field(default_factory=list)
    """Outcomes, record files and bodies that could not be read, with the reason."""
    given_back: list[str] = field(default_factory=list)
    """Damaged outcomes that were taken out of the home, by their path: their pages count as not read."""
    problems: list[str] = field(default_factory=list)
    """Rows that people wrote (plans of the home, decisions) and that could not be used; they are left out."""
    rebuilt: str | None = None
    """Why the build database was made anew, if it was."""
    seconds: float = 0.0

    def __str__(self) -> str:
        told = []
        if self.rebuilt:
            told.append(f"The build database was made anew from the home: {self.rebuilt}")
        told.append(
            f"Loaded {self.new_captures} new captures, {self.new_outcomes} parses, {self.new_records} records and "
            f"{self.new_statements} statements in {self.seconds:.1f} s; "
            f"{self.captures} captures and {self.records} records in all."
        )
        if self.judged_again:
            told.append(f"{self.judged_again} of the parses were loaded before and have been judged again since.")
        if self.vanished:
            told.append(
                f"{len(self.vanished)} loaded before are gone from the home, with {self.vanished_records} records: "
                + outcomes.shortened(self.vanished)
            )
        told += [f"Damaged: {what}" for what in self.damaged]
        return "\n".join(told)

    def after(self, first: LoadSummary) -> LoadSummary:
        """The two loads of a run that had to read pages again, as one: what was new or damaged in either."""
        for name in ("new_captures", "new_attempts", "new_outcomes", "new_records", "new_statements", "seconds"):
            setattr(self, name, getattr(self, name) + getattr(first, name))
        self.vanished, self.vanished_records = first.vanished + self.vanished, first.vanished_records
        self.damaged = list(dict.fromkeys(first.damaged + self.damaged))
        self.given_back = first.given_back + self.given_back
        self.rebuilt = first.rebuilt or self.rebuilt
        return self


def load(home: Home, catalog: Mapping[str, Source] | None = None) -> LoadSummary:
    """Bring the raw schema of the build database to what the home holds now.

    The same capture and parser version is loaded once. Safe to kill and to repeat. Raises BuildBusy when another
    process has the database open; a damaged record file is reported in the summary and stops nothing.
    """
    import duckdb

    started = time.monotonic()
    sources = load_catalog() if catalog is None else catalog
    rebuilt = None
    try:
        summary = _load(home, sources)
    except (BuildDamaged, raw.OtherSchemaVersion, duckdb.Error) as error:
        if isinstance(error, duckdb.Error) and not is_damage(str(error)):
            raise
        rebuilt = str(error).splitlines()[0]
        log.warning("The build database cannot be used and is made anew from the home: %s", rebuilt)
        put_aside(home)
        summary = _load(home, sources)
    summary.rebuilt = rebuilt
    summary.seconds = time.monotonic() - started
    return summary


def _load(home: Home, catalog: Mapping[str, Source]) -> LoadSummary:
    summary = LoadSummary()
    archive = Archive(home)
    captures = {capture.capture_id: capture for capture in archive.captures()}
    with connect_build(home) as connection:
        raw.create(connection)
        _load_log(connection, captures, archive.attempts(), catalog, summary)
        register = register_rows.read(home)
        summary.problems += load_register(connection, register)
        summary.damaged += load_texts(connection, archive, captures.values(), register)
        summary.problems += load_decisions(connection, home, captures)
        present = {key: path for key, path in outcomes.find(home).items() if key.capture_id in captures}
        loaded = _loaded(connection)
        _take_out(connection, sorted(loaded.keys() - present.keys()), summary)
        outdated = [key for key, mark in loaded.items() if key in present and _mark(home, present[key]) != mark]
        _take_out(connection, sorted(outdated), summary, is_vanished=False)
        summary.judged_again = len(outdated)
        waiting = sorted(present.keys() - (loaded.keys() - set(outdated)))
        for at in range(0, len(waiting), BATCH):
            batch = {key: present[key] for key in waiting[at : at + BATCH]}
            _load_batch(connection, home, archive, captures, batch, summary)
        summary.captures = len(captures)
        summary.records = _count(connection, "SELECT count(*) FROM raw.records")
        state.write(home, connection)
    return summary


def _load_log(
    connection: DuckDBPyConnection,
    captures: Mapping[str, Capture],
    attempts: Iterable[Attempt],
    catalog: Mapping[str, Source],
    summary: LoadSummary,
) -> None:
    """Captures, attempts and sources: small tables that mirror the home."""
    connection.begin()
    try:
        rows = [_capture_row(capture, number) for number, capture in enumerate(captures.values(), start=1)]
        summary.new_captures, gone = _mirror(connection, "captures", rows, "capture_id")
        summary.vanished += [f"capture {capture_id}" for capture_id in gone]
        summary.new_attempts, _ = _mirror(connection, "attempts", map(_attempt_row, attempts), "attempt_id")
        names = raw.columns("sources")
        _mirror(connection, "sources", [_source_row(source, names) for source in catalog.values()], "source_id")
        connection.execute("DELETE FROM raw.plan_texts WHERE capture_id NOT IN (SELECT capture_id FROM raw.captures)")
        connection.commit()
    except BaseException:
        connection.rollback()
        raise


def _mirror(
    connection: DuckDBPyConnection, table: str, rows: Iterable[Mapping[str, object]], key: str
) -> tuple[int, list[str]]:
    """Make a table hold exactly these rows; writes nothing where it does. Returns new rows and the keys that went."""
    outcomes.stage(connection, table, rows)
    new = _count(connection, f"SELECT count(*) FROM staged ANTI JOIN raw.{table} USING ({key})")
    went = connection.execute(f"SELECT {key} FROM raw.{table} ANTI JOIN staged USING ({key}) ORDER BY 1").fetchall()
    if went:
        connection.execute(f"DELETE FROM raw.{table} WHERE {key} NOT IN (SELECT {key} FROM staged)")
    connection.execute(f"INSERT OR REPLACE INTO raw.{table} BY NAME FROM staged EXCEPT FROM raw.{table}")
    connection.execute("DROP TABLE staged")
    return new, [str(row[0]) for row in went]


def _loaded(connection: DuckDBPyConnection) -> dict[OutcomeKey, str]:
    rows = connection.execute("SELECT parser, parser_version, capture_id, file_mark FROM raw.loads").fetchall()
    return {OutcomeKey(*row[:3]): str(row[3]) for row in rows}


def _mark(home: Home, path: str) -> str | None:
    try:
        return home.mark(path)
    except FileNotFoundError:
        return None


def _take_out(
    connection: DuckDBPyConnection, keys: Sequence[OutcomeKey], summary: LoadSummary, *, is_vanished: bool = True
) -> None:
    """Remove what the home no longer holds, or holds otherwise by now, so that the build stays a copy of it."""
    if not keys:
        return
    connection.begin()
    try:
        rows = [dict(key._asdict(), record_count=0, loaded_at="1970-01-01", file_mark="") for key in keys]
        outcomes.stage(connection, "loads", rows)
        match = "(parser, parser_version, capture_id) IN (SELECT (parser, parser_version, capture_id) FROM staged)"
        if is_vanished:
            summary.vanished_records += _count(connection, f"SELECT count(*) FROM raw.records WHERE {match}")
        for table in raw.PARSED_TABLES:
            connection.execute(f"DELETE FROM raw.{table} WHERE {match}")
        connection.execute("DROP TABLE staged")
        connection.commit()
    except BaseException:
        connection.rollback()
        raise
    if is_vanished:
        summary.vanished += [f"parse {key.capture_id} by {key.parser} {key.parser_version}" for key in keys]


def _load_batch(
    connection: DuckDBPyConnection,
    home: Home,
    archive: Archive,
    captures: Mapping[str, Capture],
    batch: Mapping[OutcomeKey, str],
    summary: LoadSummary,
) -> None:
    """Load some outcomes with all that belongs to them, in one transaction."""
    read: list[Outcome] = []
    for key, path in batch.items():
        try:
            read.append(outcomes.read(home, key, path))
        except DamagedOutcome as damage:
            outcomes.give_back(home, path)
            summary.given_back.append(path)
            summary.damaged.append(str(damage))
    good, damage_by_path = outcomes.stage_records(connection, home, read)
    connection.begin()
    try:
        rows: dict[str, list[Mapping[str, object]]] = {table: [] for table in raw.PARSED_TABLES if table != "records"}
        for outcome in good:
            for table, found in outcome.rows().items():
                rows[table] += found
        documents = [captures[outcome.key.capture_id] for outcome in good if outcome.document]
        texts, damaged = plan_texts(archive, documents)
        summary.damaged += damaged
        summary.new_records += _count(connection, "SELECT count(*) FROM staged_records")
        connection.execute("INSERT INTO raw.records BY NAME FROM staged_records")
        connection.execute("DROP TABLE staged_records")
        for table, found in {**rows, "plan_texts": texts}.items():
            if found:
                outcomes.stage(connection, table, found)
                again = "OR REPLACE " if table == "plan_texts" else ""  # one text, whatever parser version asks for it
                connection.execute(f"INSERT {again}INTO raw.{table} BY NAME FROM staged")
                connection.execute("DROP TABLE staged")
        connection.commit()
    except BaseException:
        connection.rollback()
        raise
    for path, reason in damage_by_path.items():
        outcomes.give_back(home, path)
        summary.given_back.append(path)
        summary.damaged.append(reason)
    summary.new_outcomes += len(good)
    summary.new_statements += len(rows["statements"])


def _capture_row(capture: Capture, arrival_no: int) -> dict[str, object]:
    row = capture.model_dump(mode="json", exclude={"knowledge"})
    return row | capture.knowledge.model_dump(mode="json", exclude={"linked_from"}) | {"arrival_no": arrival_no}


def _attempt_row(attempt: Attempt) -> dict[str, object]:
    row = attempt.model_dump(mode="json", exclude={"capture", "etag", "last_modified"})
    return row | {"capture_id": attempt.capture.capture_id if attempt.capture else None}


def _source_row(source: Source, names: Sequence[str]) -> dict[str, object]:
    dumped = source.model_dump(mode="json")
    return {name: dumped[name] for name in names}


def _count(connection: DuckDBPyConnection, query: str) -> int:
    row: Any = connection.execute(query).fetchone()
    return int(row[0])
