"""The table of all trials: kept as docs/faults.csv, shown in the README between two marks."""

from __future__ import annotations

import csv
import subprocess
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
GROUPS = {
    "site": "what a site answers", "page": "what stands on a page", "file": "hostile files", "machine": "the machine",
    "readers": "readers under load",
}  # fmt: skip


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
    README.write_text(f"{before}{BEGIN}\n{render(ordered)}\n{END}{after}", encoding="utf-8")


def render(rows: Iterable[Row]) -> str:
    """The table in Markdown: a sum for each group and over all, then every fault."""
    rows = list(rows)
    lines = [
        "| fault | tried | wrong facts | data lost | reader errors | needed a person | what happened |",
        "|---|---|---|---|---|---|---|",
    ]
    for group, title in GROUPS.items():
        mine = [row.trial for row in rows if row.trial.group == group]
        if not mine:
            continue
        lines.append(f"| **{title}** | {_cells(mine, bold=True)} | |")
        for trial in mine:
            told = f"; told: “{_plain(trial.told, 240)}”" if trial.told else ""
            lines.append(f"| {trial.fault} | {_cells([trial])} | {_plain(trial.happened, 400)}{told} |")
    lines.append(f"| **all** | {_cells([row.trial for row in rows], bold=True)} | |")
    commits = sorted({(row.tried_on, row.commit) for row in rows})
    tried = ", ".join(f"{day} at {commit}" for day, commit in commits)
    return "\n".join([*lines, "", f"Tried on {tried} ([docs/faults.csv](docs/faults.csv) says which)."])


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
