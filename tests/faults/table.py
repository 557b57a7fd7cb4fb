"""The table of all trials: kept as docs/faults.csv, shown in the README between two marks."""

from __future__ import annotations

import csv
import re
import subprocess
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, fields
from datetime import UTC, datetime
from pathlib import Path

from tests.faults.trial import Trial

REPOSITORY = Path(__file__).parent.parent.parent
RESULTS = REPOSITORY / "docs" / "faults.csv"
README = REPOSITORY / "README.md"
BEGIN, END = "<!-- faults: written by make faults -->", "<!-- faults: end -->"
COUNTS = ("tried", "wrong_facts", "lost", "reader_errors", "needed_person")
ALL = REPOSITORY / "docs" / "faults.md"
GROUPS = {
    "connection": "connections that break, hang, never end", "answer": "statuses that are no page",
    "redirect": "redirects out, inward, in circles", "not the page": "200 with something else than the page",
    "encoding": "wrong charset, wrong content type", "robots": "robots.txt", "list": "list pages",
    "content": "what stands on the page is damaged or lies", "file": "hostile files", "machine": "the machine",
    "readers": "readers under load",
}  # fmt: skip
IN_FULL = ("machine", "readers")
"""Groups of which the README has every row; of the others it has the sum, and docs/faults.md the rows."""
HEAD = """| fault | tried | wrong facts | data lost | reader errors | needed a person | what happened |
|---|---|---|---|---|---|---|"""


@dataclass(frozen=True)
class Row:
    """A trial, and when and of which commit it was tried."""

    trial: Trial
    tried_on: str
    commit: str


def read() -> list[Row]:
    """The rows of the last trials; none where there were none."""
    if not RESULTS.exists():
        return []
    with RESULTS.open(encoding="utf-8", newline="") as file:
        return [_row(values) for values in csv.DictReader(file)]


def put(trials: Iterable[Trial], rows: list[Row]) -> list[Row]:
    """Rows with these trials in place of the earlier ones of the same faults."""
    now, commit = f"{datetime.now(UTC):%Y-%m-%d}", _commit()
    new = [Row(trial, now, commit) for trial in trials]
    names = {(row.trial.group, row.trial.fault) for row in new}
    return [row for row in rows if (row.trial.group, row.trial.fault) not in names] + new


def write(rows: Iterable[Row]) -> None:
    """Write the file of results, and the table of the README."""
    order = list(GROUPS)
    ordered = sorted(rows, key=lambda row: order.index(row.trial.group))
    with RESULTS.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow([*_NAMES, "tried_on", "commit"])
        for row in ordered:
            writer.writerow([*(getattr(row.trial, name) for name in _NAMES), row.tried_on, row.commit])
    text = README.read_text(encoding="utf-8")
    before, _, rest = text.partition(BEGIN)
    _, _, after = rest.partition(END)
    README.write_text(f"{before}{BEGIN}\n{summary(ordered)}\n{END}{after}", encoding="utf-8")
    ALL.write_text(f"{TITLE}\n\n{in_full(ordered)}\n", encoding="utf-8")


TITLE = """# Every fault that was tried, and what happened

Written by `make faults`; the README says what the columns mean."""


def summary(rows: Iterable[Row]) -> str:
    """The table of the README: a sum for each group and over all, and every fault of the machine."""
    rows = list(rows)
    lines = [HEAD]
    for group, title in GROUPS.items():
        mine = [row.trial for row in rows if row.trial.group == group]
        if not mine:
            continue
        if group in IN_FULL:
            lines += [_line(trial) for trial in mine]
        else:
            kinds = "1 kind" if len(mine) == 1 else f"{len(mine)} kinds"
            lines.append(f"| **{title}** ({kinds}) | {_cells(mine)} | {_plain(_outcomes(mine), 300)} |")
    lines.append(f"| **all** | {_cells([row.trial for row in rows], bold=True)} | |")
    tried = ", ".join(f"{day} at {commit}" for day, commit in sorted({(row.tried_on, row.commit) for row in rows}))
    return "\n".join([*lines, "", f"Tried on {tried}. Every fault by itself: [docs/faults.md](docs/faults.md)."])


def in_full(rows: Iterable[Row]) -> str:
    """Every fault with its row, by group."""
    rows = list(rows)
    parts = []
    for group, title in GROUPS.items():
        mine = [row.trial for row in rows if row.trial.group == group]
        if mine:
            parts.append("\n".join([f"## {title[0].upper()}{title[1:]}", "", HEAD, *map(_line, mine)]))
    return "\n\n".join(parts)


def _line(trial: Trial) -> str:
    told = f"; told: “{_plain(trial.told, 240)}”" if trial.told else ""
    return f"| {_plain(trial.fault, 120)} | {_cells([trial])} | {_plain(trial.happened, 400)}{told} |"


def _outcomes(trials: Iterable[Trial]) -> str:
    """How often each outcome came, the most frequent first."""
    counted = Counter(re.sub(r" \(\d+\)$", "", part) for trial in trials for part in trial.happened.split("; ") if part)
    return ", ".join(f"{words} ({count})" for words, count in counted.most_common())


def _cells(trials: Iterable[Trial], *, bold: bool = False) -> str:
    trials = list(trials)
    sums = [f"{sum(getattr(trial, name) for trial in trials)}" for name in COUNTS]
    return " | ".join(f"**{each}**" if bold else each for each in sums)


def _plain(text: str, most: int) -> str:
    """Words that cannot break a table."""
    words = " ".join(text.split()).replace("|", "\\|")
    return words if len(words) <= most else words[: most - 1] + "…"


def _row(values: dict[str, str]) -> Row:
    known = {name: int(values[name]) if name in COUNTS else values[name] for name in _NAMES}
    return Row(Trial(**known), values["tried_on"], values["commit"])  # type: ignore[arg-type]


def _commit() -> str:
    done = subprocess.run(["git", "rev-parse", "--short", "HEAD"], cwd=REPOSITORY, capture_output=True, text=True)
    return done.stdout.strip() or "unknown"


_NAMES = tuple(field.name for field in fields(Trial))
