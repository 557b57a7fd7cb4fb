"""The reference data of the project: the seeds of dbt, which collecting and reading need as well."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from pathlib import Path

SEEDS = Path(__file__).parents[1] / "dbt_project" / "seeds"


def seed_rows(seed: str) -> Iterator[dict[str, str]]:
    """The rows of one seed, by its name without `.csv`."""
    with (SEEDS / f"{seed}.csv").open(encoding="utf-8", newline="") as source:
        yield from csv.DictReader(source)
