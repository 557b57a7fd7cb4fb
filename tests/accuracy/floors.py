"""Below what accuracy must not fall: `floors.csv`, a row per form and kind of promise. A floor is only ever raised."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from pathlib import Path

from tests.accuracy.measure import Reading, total

FLOORS = Path(__file__).parent / "floors.csv"


def broken(readings: Sequence[Reading], promises_elsewhere: int) -> list[str]:
    """What lies below its floor, in words. A floor of a form holds for every plan in it, not only for their sum."""
    told = [f"{promises_elsewhere} promises taken from pages that make none"] if promises_elsewhere else []
    with FLOORS.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    for row in rows:
        for reading in (r for r in readings if r.form == row["form"]):
            score = total([reading], lambda r: r.figures if row["promises"] == "figures" else r.words)  # noqa: B023
            for measure in ("recall", "precision"):
                reached = getattr(score, measure)
                if reached < float(row[measure]):
                    told.append(f"{reading.plan} {row['form']} {row['promises']}: {measure} {reached:.3f}")
    return told
