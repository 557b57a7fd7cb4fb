"""What people have decided about targets: rows of one CSV file that is only ever appended to, or edited by hand."""

from __future__ import annotations

import csv
import errno
import io
import os
import uuid
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from pathlib import Path

from scrapers.register.corrections import BadCorrection, contradiction, corrected, corrections_text, parse_corrections
from scrapers.seeds import SEEDS

REVIEWS_VARIABLE = "ZHIBIAO_REVIEWS"
"""Environment variable that names another decisions file."""
DECISION_COLUMNS = ("target_id", "decision", "decided_by", "decided_on", "reason", "corrections")
PROPOSED_STATE = "proposed"
"""Review state of a target on which nobody has decided."""


class Verb(StrEnum):
    """What can be decided."""

    ACCEPTED = "accepted"
    CORRECTED = "corrected"
    REJECTED = "rejected"


class DecisionsUnreadable(ValueError):  # noqa: N818 - named after what is the case
    """The decisions file as a whole cannot be read or written; the message says why."""


@dataclass(frozen=True, slots=True)
class Decision:
    """One row of the decisions file."""

    target_id: str
    decision: Verb
    decided_by: str
    decided_on: date
    reason: str = ""
    corrections: Mapping[str, str] = field(default_factory=dict)
    line: int | None = None
    """Line of the file, counted from 1 with the header; None for one not written yet."""


def decisions_path() -> Path:
    """The file in force: `ZHIBIAO_REVIEWS`, else the one of the seeds."""
    return Path(os.environ.get(REVIEWS_VARIABLE) or SEEDS / "target_reviews.csv")


def read_decisions(path: Path | None = None) -> tuple[list[Decision], list[str]]:
    """Decisions in the order of the file, and one line for each row that cannot be applied.

    A file that is not there holds none. Raises `DecisionsUnreadable`.
    """
    path = path or decisions_path()
    text = _text(path)
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    decisions: list[Decision] = []
    problems: list[str] = []
    header: list[str] | None = None
    line = 1
    try:
        for cells in reader:
            first_line, line = line, reader.line_num + 1
            if header is None:
                header = _header(path, cells)
            elif any(cell.strip() for cell in cells):
                row = dict(zip(header, (cell.strip() for cell in cells), strict=False))
                try:
                    decisions.append(_decision(row, first_line))
                except ValueError as error:
                    who = row.get("target_id") or "(no target_id)"
                    problems.append(f"{path.name} line {first_line}: {who}: {error}")
    except csv.Error as error:
        raise DecisionsUnreadable(f"{path} line {line}: {error}") from error
    return decisions, problems


def standing(decisions: Iterable[Decision]) -> dict[str, Decision]:
    """The decision that stands for each target: the last by date, then by position in the file."""
    found: dict[str, Decision] = {}
    for decision in decisions:
        before = found.get(decision.target_id)
        if before is None or decision.decided_on >= before.decided_on:
            found[decision.target_id] = decision
    return found


def check_against(
    decisions: Iterable[Decision], rows: Mapping[str, Mapping[str, str]], is_ours: Callable[[str], bool]
) -> tuple[list[Decision], list[str]]:
    """The decisions that fit their targets, and one line for each that does not.

    `rows` are the register's rows by target id; `is_ours` says which unknown ids are mistakes rather than targets of a
    plan that this home does not have.
    """
    good: list[Decision] = []
    problems: list[str] = []
    for decision in decisions:
        row = rows.get(decision.target_id)
        where = f"line {decision.line}: {decision.target_id}"
        if row is None:
            if is_ours(decision.target_id):
                problems.append(f"{where}: there is no such target")
            continue
        wrong = contradiction(corrected(row, decision.corrections)) if decision.corrections else None
        if wrong:
            problems.append(f"{where}: {wrong}")
        else:
            good.append(decision)
    return good, problems


def in_force(
    rows: Mapping[str, Mapping[str, str]], is_ours: Callable[[str], bool], path: Path | None = None
) -> tuple[dict[str, Decision], list[str]]:
    """The decision that stands for each target of `rows`, and one line for each row of the file that is not applied.

    Raises `DecisionsUnreadable`.
    """
    decisions, unread = read_decisions(path)
    good, unfit = check_against(decisions, rows, is_ours)
    return standing(good), [*unread, *unfit]


def append_decision(decision: Decision, path: Path | None = None) -> None:
    """Add one row at the end and have it on the disk before returning; the rows before stay as they are.

    A file that is not there is made; one without the column `corrections` gets it. Raises `DecisionsUnreadable`.
    """
    path = path or decisions_path()
    text = _text(path)
    names = next(csv.reader(io.StringIO(text, newline="")), None)
    end = "\r\n" if "\r\n" in text[:2000] else "\n"
    if names is None:
        _replace(path, _line(DECISION_COLUMNS, end))
        header = list(DECISION_COLUMNS)
    else:
        header = _header(path, names)
        if "corrections" not in header:
            header = _widen(path, text, end)
            text = _text(path)
    values = {
        "target_id": decision.target_id,
        "decision": str(decision.decision),
        "decided_by": decision.decided_by,
        "decided_on": decision.decided_on.isoformat(),
        "reason": " ".join(decision.reason.split()),
        "corrections": corrections_text(decision.corrections),
    }
    glue = end if text and not text.endswith(("\n", "\r")) else ""
    row = glue + _line([values.get(name, "") for name in header], end)
    _append(path, row.encode(errors="replace"))  # what a terminal sent that is no UTF-8 becomes a question mark


def _decision(row: Mapping[str, str], line: int) -> Decision:
    if not row.get("target_id"):
        raise ValueError("target_id is empty")
    try:
        verb = Verb(row["decision"])
    except ValueError:
        allowed = ", ".join(str(each) for each in Verb)
        raise ValueError(f"decision {row['decision']!r} is not known; allowed: {allowed}") from None
    try:
        day = date.fromisoformat(row.get("decided_on", ""))
    except ValueError:
        raise ValueError(f"decided_on {row.get('decided_on', '')!r} is no date; allowed: YYYY-MM-DD") from None
    if not row.get("decided_by"):
        raise ValueError("decided_by is empty")
    corrections = parse_corrections(row.get("corrections") or "")
    if corrections and verb is not Verb.CORRECTED:
        raise BadCorrection(f"a target that is {verb} has no corrections")
    return Decision(row["target_id"], verb, row["decided_by"], day, row.get("reason", ""), corrections, line)


def _header(path: Path, cells: list[str]) -> list[str]:
    header = [cell.strip() for cell in cells]
    if missing := [name for name in DECISION_COLUMNS[:4] if name not in header]:
        raise DecisionsUnreadable(f"{path} has no column {', '.join(missing)}")
    return header


def _text(path: Path) -> str:
    try:
        return path.read_bytes().decode("utf-8-sig")
    except FileNotFoundError:
        return ""
    except UnicodeDecodeError as error:
        raise DecisionsUnreadable(f"{path} is no UTF-8 (byte {error.start}); save it as CSV UTF-8") from error
    except OSError as error:
        raise DecisionsUnreadable(f"{path} cannot be read: {error.strerror or error}") from error


def _widen(path: Path, text: str, end: str) -> list[str]:
    """Give every row the column `corrections`."""
    rows = list(csv.reader(io.StringIO(text, newline=""), strict=True))
    width = len(rows[0])
    wide = [[*row, *[""] * (width - len(row)), "corrections" if number == 0 else ""] for number, row in enumerate(rows)]
    _replace(path, "".join(_line(row, end) for row in wide))
    return [cell.strip() for cell in wide[0]]


def _line(cells: Iterable[str], end: str) -> str:
    out = io.StringIO()
    csv.writer(out, lineterminator=end).writerow(cells)
    return out.getvalue()


def _append(path: Path, row: bytes) -> None:
    """Write a row whole or not at all: half of one, as a full disk leaves it, would spoil the file for every reader."""
    size = path.stat().st_size
    with path.open("ab", buffering=0) as file:
        try:
            if file.write(row) != len(row):
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(path))
            os.fsync(file.fileno())
        except OSError:
            file.truncate(size)
            raise


def _replace(path: Path, text: str) -> None:
    """Write a file whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_name(f"{path.name}.{uuid.uuid4().hex}.partial")
    try:
        with partial.open("wb") as file:
            file.write(text.encode())
            file.flush()
            os.fsync(file.fileno())
        os.replace(partial, path)
    except BaseException:
        partial.unlink(missing_ok=True)
        raise
