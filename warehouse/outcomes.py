"""The parse outcomes of the home as rows of the raw schema: finding, reading, staging, giving back."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Any, NamedTuple

from scrapers.home import Home
from scrapers.records import RECORD_COLUMNS
from warehouse.errors import Trouble
from warehouse.literals import identifier, no_pattern

if TYPE_CHECKING:
    import pyarrow as pa
    from duckdb import DuckDBPyConnection

RECORDS = "records"


class OutcomeKey(NamedTuple):
    """What a parse outcome is known by: `records/<parser>/<version>/<capture_id>.json` in the home."""

    parser: str
    parser_version: str
    capture_id: str


class DamagedOutcome(Trouble):
    """An outcome or its record file cannot be read, or the two do not fit together."""


@dataclass(frozen=True)
class Outcome:
    """One parse outcome as it lies in the home (the model `ParseOutcome` of scrapers.parse, as JSON)."""

    key: OutcomeKey
    path: str
    told: Mapping[str, Any]
    mark: str
    """`Home.mark` of the file as it was read."""

    @property
    def record_count(self) -> int:
        return int(self.told["record_count"])

    @property
    def document(self) -> Mapping[str, Any] | None:
        """The plan document that the page is, or None."""
        return self.told.get("document")

    @property
    def record_file(self) -> str:
        """Path of the Parquet file beside the outcome, relative to the home."""
        return self.path.removesuffix(".json") + ".parquet"

    def rows(self) -> dict[str, list[Mapping[str, object]]]:
        """Rows by raw table, without the records, which are read from their file."""
        key: dict[str, object] = self.key._asdict()
        told, document = self.told, self.document
        layout = json.dumps(told.get("layout") or {}, ensure_ascii=False, sort_keys=True)
        outcome = {name: told.get(name) for name in ("verdict", "reason", "message", "record_count", "parsed_at")}
        outcome |= _release_of(told.get("decision"))
        findings: list[Mapping[str, object]] = [
            key | {"finding_no": number, "check_name": finding["check"]} | _only(finding, FINDING_COLUMNS)
            for number, finding in enumerate(told.get("findings") or [], start=1)
        ]
        checks: list[Mapping[str, object]] = [
            key
            | {"check_name": check["check"], "state": check["state"], "message": check.get("message")}
            | {f"{count}_count": check[count] for count in ("compared", "tolerated", "failed")}
            for check in told.get("checks") or []
        ]
        statements: list[Mapping[str, object]] = [key | dict(statement) for statement in told.get("statements") or []]
        sections = (document or {}).get("sections") or []
        rows: dict[str, list[Mapping[str, object]]] = {
            "parse_outcomes": [key | outcome | {"leftovers": list(told.get("leftovers") or []), "layout": layout}],
            "findings": findings,
            "page_checks": checks,
            "plan_documents": [key | _only(document, DOCUMENT_COLUMNS)] if document else [],
            "plan_sections": [key | {"section_no": s["no"]} | _only(s, SECTION_COLUMNS) for s in sections],
            "statements": statements,
            "loads": [
                key | {"record_count": self.record_count, "loaded_at": datetime.now(UTC), "file_mark": self.mark}
            ],
        }
        return rows


def _release_of(decision: Mapping[str, Any] | None) -> dict[str, object]:
    """Who believes the page in spite of what its comparison says, where somebody does."""
    if not decision or decision.get("kind") != "release":
        return {}
    return {
        "released_by": decision["by"],
        "released_on": str(decision["decided_at"])[:10],
        "release_reason": decision["reason"],
    }


FINDING_COLUMNS = ("passed", "message", "table_no", "row_no", "column_no")
DOCUMENT_COLUMNS = ("title", "issuer", "doc_no", "issued_on", "published_on", "period_start", "period_end")
SECTION_COLUMNS = ("parent_no", "level", "number_label", "title", "start", "end")


def find(home: Home) -> dict[OutcomeKey, str]:
    """All parse outcomes of the home with their paths; a record file without an outcome is not parsed yet."""
    found = {}
    for path in home.list(RECORDS, suffix=".json"):
        parts = PurePosixPath(path).parts
        if len(parts) == 4:
            found[OutcomeKey(parts[1], parts[2], parts[3].removesuffix(".json"))] = path
    return found


def read(home: Home, key: OutcomeKey, path: str) -> Outcome:
    """Read one outcome. Raises DamagedOutcome where it is no JSON or speaks of another capture than its name."""
    try:
        mark = home.mark(path)  # taken first: what is written while it is read is noticed by the next load
        told = json.loads(home.read(path))
        stated = OutcomeKey(told["parser"], told["parser_version"], told["capture_id"])
        outcome = Outcome(key=key, path=path, told=told, mark=mark)
        outcome.rows()
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise DamagedOutcome(f"{path}: {type(error).__name__}: {error}") from error
    if stated != key:
        raise DamagedOutcome(f"{path}: it speaks of {'/'.join(stated)}")
    return outcome


def has_own_records(home: Home, outcome: Outcome) -> bool:
    """False where the record file is not the one that was written with the outcome (older outcomes do not say
    which)."""
    expected = outcome.told.get("records_sha256")
    if expected is None:
        return True
    try:
        return bool(hashlib.sha256(home.read(outcome.record_file)).hexdigest() == expected)
    except OSError:
        return False


def give_back(home: Home, path: str) -> None:
    """Take a damaged outcome out of the home, so that its capture counts as not parsed and is parsed again."""
    if home.fs.exists(home.path(path)):
        home.fs.rm_file(home.path(path))


def stage_records(
    connection: DuckDBPyConnection, home: Home, batch: Sequence[Outcome]
) -> tuple[list[Outcome], dict[str, str]]:
    """Fill the temporary table `staged_records` from the record files of a batch, by one statement.

    Returns the outcomes whose records are whole, and for the others the reason by the path of their outcome. A file is
    whole where all its rows belong to the outcome and there are as many as it says.
    """
    import duckdb

    wanted = [outcome for outcome in batch if outcome.record_count]
    damaged = {
        outcome.path: f"{outcome.record_file}: not the records that were written"
        for outcome in wanted
        if not has_own_records(home, outcome)
    }
    wanted = [outcome for outcome in wanted if outcome.path not in damaged]
    try:
        _read_files(connection, home, wanted)
    except duckdb.Error:
        for outcome in wanted:  # one of them is the culprit: find it, the others are innocent
            try:
                _read_files(connection, home, [outcome])
            except duckdb.Error as error:
                damaged[outcome.path] = f"{outcome.record_file}: {str(error).splitlines()[0]}"
        _read_files(connection, home, [outcome for outcome in wanted if outcome.path not in damaged])
    held_rows = connection.execute(
        "SELECT parser, parser_version, capture_id, count(*) FROM staged_records GROUP BY ALL"
    ).fetchall()
    counted = {OutcomeKey(*row[:3]): int(row[3]) for row in held_rows}
    for outcome in wanted:
        held = counted.get(outcome.key, 0)
        if outcome.path not in damaged and held != outcome.record_count:
            damaged[outcome.path] = (
                f"{outcome.record_file}: {held} records, the outcome speaks of {outcome.record_count}"
            )
    good = [outcome for outcome in batch if outcome.path not in damaged]
    stage(connection, "loads", [row for outcome in good for row in outcome.rows()["loads"]])
    connection.execute(
        "DELETE FROM staged_records WHERE (parser, parser_version, capture_id) NOT IN "
        "(SELECT (parser, parser_version, capture_id) FROM staged)"
    )
    connection.execute("DROP TABLE staged")
    return good, damaged


def stage(connection: DuckDBPyConnection, table: str, rows: Iterable[Mapping[str, object]]) -> None:
    """Put rows into a temporary table `staged` with the columns and types of a raw table; other keys are ignored."""
    connection.execute(f"CREATE OR REPLACE TEMP TABLE staged AS FROM raw.{table} LIMIT 0")
    shape = connection.execute("DESCRIBE staged").fetchall()
    arrow = _arrow(rows, {str(name): str(kind) for name, kind, *_ in shape})
    connection.register("arriving", arrow)
    connection.execute("INSERT INTO staged BY NAME FROM arriving")
    connection.unregister("arriving")


def shortened(names: Sequence[str], most: int = 10) -> str:
    """A list for a message: the first few and how many more there are."""
    more = len(names) - most
    return ", ".join(names[:most]) + (f" and {more} more" if more > 0 else "")


def _read_files(connection: DuckDBPyConnection, home: Home, batch: Sequence[Outcome]) -> None:
    names = ", ".join(map(identifier, RECORD_COLUMNS))
    connection.execute(f"CREATE OR REPLACE TEMP TABLE staged_records AS SELECT {names} FROM raw.records LIMIT 0")
    if batch:
        files = [no_pattern(home.path(outcome.record_file)) for outcome in batch]
        own = "ends_with(filename, parser || '/' || parser_version || '/' || capture_id || '.parquet')"
        connection.execute(
            f"INSERT INTO staged_records BY NAME SELECT {names} FROM read_parquet(?, filename = true) WHERE {own}",
            [files],
        )


def _arrow(rows: Iterable[Mapping[str, object]], shape: Mapping[str, str]) -> pa.Table:
    """Rows as an Arrow table; dates, moments and decimals travel as text and are cast by the database."""
    import pyarrow as pa

    plain = {"INTEGER": pa.int32(), "BIGINT": pa.int64(), "BOOLEAN": pa.bool_(), "DOUBLE": pa.float64()}
    plain["VARCHAR[]"] = pa.list_(pa.string())
    taken = list(rows)
    columns = []
    for name, kind in shape.items():
        values = [row.get(name) for row in taken]
        if kind not in plain:
            values = [None if value is None else str(value) for value in values]
        columns.append(pa.array(values, type=plain.get(kind, pa.string())))
    return pa.table(columns, names=list(shape))


def _only(mapping: Mapping[str, Any] | None, names: Sequence[str]) -> dict[str, object]:
    return {name: (mapping or {}).get(name) for name in names}
