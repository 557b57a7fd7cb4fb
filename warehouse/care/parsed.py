"""What parsers have left: outcomes and record files that are damaged or do not fit together. All of it is derived."""

from __future__ import annotations

import io
from collections.abc import Iterator
from functools import partial
from pathlib import PurePosixPath

from scrapers.home import Home
from scrapers.parse import NO_PARSER, ParseOutcome
from scrapers.parsers import PARSERS
from scrapers.records import RECORD_COLUMNS
from warehouse import outcomes
from warehouse.care.aside import move_aside
from warehouse.care.findings import MEND, Finding, mendable, ok
from warehouse.outcomes import RECORDS, DamagedOutcome, OutcomeKey, shortened


def check(home: Home, found: dict[OutcomeKey, str], *, quick: bool) -> Iterator[Finding]:
    """Findings about outcomes and records. `quick` opens the outcomes and only looks whether the records are there."""
    wrong = 0
    for key, path in found.items():
        problem = look(home, key, path, quick=quick)
        if problem:
            wrong += 1
            yield mendable(
                "records",
                path,
                f"{problem}; what is loaded stays, a build made anew would lack it",
                partial(_away, home, path),
                f"{MEND}: the next refresh reads the page again",
            )
    if not wrong:
        yield ok("records", RECORDS, f"{len(found)} outcomes with their records, all readable")
    yield from _notes(home, found)


def look(home: Home, key: OutcomeKey, path: str, *, quick: bool) -> str | None:
    """What is wrong with an outcome and its records, or None."""
    try:
        outcome = outcomes.read(home, key, path)
        ParseOutcome.model_validate(outcome.told)
    except DamagedOutcome as damage:
        return f"the outcome is damaged ({str(damage).removeprefix(f'{path}: ')[:120]})"
    except ValueError as error:
        return f"the outcome is damaged ({str(error).splitlines()[0][:120]})"
    if not outcome.record_count:
        return None
    if quick:
        return None if home.exists(outcome.record_file) else "the record file is missing"
    return _records_problem(home, outcome)


def _records_problem(home: Home, outcome: outcomes.Outcome) -> str | None:
    import pyarrow as pa
    import pyarrow.parquet as pq

    if home.exists(outcome.record_file) and not outcomes.has_own_records(home, outcome):
        return "the record file is damaged (not the records that were written)"

    try:
        table = pq.read_table(io.BytesIO(home.read(outcome.record_file)), columns=list(RECORD_COLUMNS))
        key = {(row["parser"], row["parser_version"], row["capture_id"]) for row in table.select(KEY).to_pylist()}
    except FileNotFoundError:
        return "the record file is missing"
    except (OSError, pa.ArrowException, KeyError, ValueError) as error:
        return f"the record file is damaged ({str(error).splitlines()[0][:120]})"
    if table.num_rows != outcome.record_count:
        return f"the record file has {table.num_rows} records, the outcome speaks of {outcome.record_count}"
    if key != {tuple(outcome.key)}:
        return "the record file belongs to another page"
    return None


KEY = list(OutcomeKey._fields)


def _away(home: Home, path: str) -> str:
    """Take an outcome out of the home, the outcome first: a record file without one counts as not read."""
    moved = [move_aside(home, each) for each in (path, path.removesuffix(".json") + ".parquet") if home.exists(each)]
    return f"moved to {moved[0] if moved else 'damaged/'}; the next refresh reads the page again"


def _notes(home: Home, found: dict[OutcomeKey, str]) -> Iterator[Finding]:
    """What is odd and harmless: unknown parsers, records that a killed parse left, files that are neither."""
    unknown = sorted({key.parser for key in found} - PARSERS.keys() - {NO_PARSER})
    if unknown:
        yield ok("records", RECORDS, f"outcomes of parsers that this version does not have: {shortened(unknown)}; kept")
    known = {path.removesuffix(".json") for path in found.values()}
    strays: list[str] = []
    unfinished: list[str] = []
    for path in home.list(RECORDS):
        if path.removesuffix(".json") in known or path.removesuffix(".parquet") in known:
            continue
        is_records = path.endswith(".parquet") and len(PurePosixPath(path).parts) == 4
        (unfinished if is_records else strays).append(path)
    if unfinished:
        yield ok(
            "records",
            unfinished[0],
            f"{len(unfinished)} record files without an outcome: a parse was killed; "
            "the next refresh reads the pages again",
        )
    if strays:
        yield ok("records", strays[0], f"{len(strays)} files that are neither outcome nor records; nobody reads them")
