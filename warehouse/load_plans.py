"""Plans of the home and the decisions in force into the raw schema, and the texts in which plans have their places."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from scrapers.archive import Archive, ArchiveDamaged
from scrapers.captures import Capture
from scrapers.decoding import decode
from scrapers.records import Refusal
from warehouse import outcomes
from warehouse.register_rows import RegisterRows

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection


def load_register(connection: DuckDBPyConnection, register: RegisterRows) -> list[str]:
    """Whole tables, as small as people can write, in one transaction; written only where they differ.

    Returns what of them could not be used, one line each.
    """
    connection.begin()
    try:
        for table, rows in register.tables.items():
            outcomes.stage(connection, table, rows)
            differs = f"(FROM raw.{table} EXCEPT ALL FROM staged) UNION ALL (FROM staged EXCEPT ALL FROM raw.{table})"
            if connection.execute(f"SELECT 1 FROM ({differs}) LIMIT 1").fetchone():
                connection.execute(f"DELETE FROM raw.{table}")
                connection.execute(f"INSERT INTO raw.{table} FROM staged")
            connection.execute("DROP TABLE staged")
        connection.commit()
    except BaseException:
        connection.rollback()
        raise
    return register.problems


def load_texts(
    connection: DuckDBPyConnection, archive: Archive, captures: Iterable[Capture], register: RegisterRows
) -> list[str]:
    """Texts in which proposals have their places: a person has added the page, whatever the parser says of it.

    Returns the bodies that could not be read, one line each.
    """
    bodies = {str(place["body_sha256"]).lower() for place in register.tables["plan_proposal_places"]}
    held = {str(row[0]) for row in connection.execute("SELECT capture_id FROM raw.plan_texts").fetchall()}
    texts, damaged = plan_texts(
        archive, (one for one in captures if one.body_sha256 in bodies and one.capture_id not in held)
    )
    if texts:
        outcomes.stage(connection, "plan_texts", texts)
        connection.execute("INSERT INTO raw.plan_texts BY NAME FROM staged")
        connection.execute("DROP TABLE staged")
    return damaged


def plan_texts(archive: Archive, captures: Iterable[Capture]) -> tuple[list[Mapping[str, object]], list[str]]:
    """The decoded texts of captures of plans, against which places are checked; and what could not be read."""
    texts: list[Mapping[str, object]] = []
    damaged: list[str] = []
    for capture in captures:
        try:
            text = decode(archive.body(capture), capture.knowledge.charset).text
        except (ArchiveDamaged, Refusal, FileNotFoundError) as error:
            damaged.append(f"body of capture {capture.capture_id} ({capture.url}): {error}")
            continue
        texts.append({"capture_id": capture.capture_id, "text": text})
    return texts, damaged
