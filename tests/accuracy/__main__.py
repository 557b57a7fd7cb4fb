"""Print recall and precision of the extractor per plan, type and form; fail where a floor is broken."""

from __future__ import annotations

import sys

from tests.accuracy import floors
from tests.accuracy.measure import REPOSITORY, Reading, Score, plans, promises_of_other_pages, read_plan, total


def main() -> None:
    archive = REPOSITORY.parent / "shared" / "archive"
    if not archive.is_dir():
        sys.exit("the archive of real pages (../shared/archive) is not on this machine: nothing to measure")
    readings = [reading for plan in plans() for reading in read_plan(archive, plan)]
    print(f"{'plan':18} {'form':12} {'with a figure':>24} {'without a figure':>28}")
    for reading in readings:
        print(f"{reading.plan:18} {reading.form:12} {_told(total([reading], lambda r: r.figures))} {_words([reading])}")
        for wrong in reading.wrong if "-v" in sys.argv else []:
            print(f"    {wrong}")
    print("\nby type (text and html)")
    archived = [r for r in readings if r.form in ("text", "html")]
    for kind in sorted({kind for r in archived for kind in (*r.figures, *(r.words or {}))}):
        parts = [part[kind] for r in archived for part in (r.figures, r.words or {}) if kind in part]
        score = Score()
        for part in parts:
            score.add(part)
        print(f"{kind:31} {_told(score)}")
    print("\nby form")
    for form in dict.fromkeys(r.form for r in readings):
        chosen = [r for r in readings if r.form == form]
        print(f"{form:31} {_told(total(chosen, lambda r: r.figures))} {_words(chosen)}")
    others = promises_of_other_pages(archive)
    print(f"\npromises taken from pages that make none: {len(others)}", *others, sep="\n    ")
    broken = floors.broken(readings, len(others))
    if broken:
        sys.exit("below the floor (tests/accuracy/floors.csv):\n" + "\n".join(broken))


def _told(score: Score) -> str:
    return f"{score.hits:4} of {score.wanted:3}  R {score.recall:5.1%} P {score.precision:5.1%}"


def _words(readings: list[Reading]) -> str:
    """Empty where promises without a figure are not measured."""
    measured = any(reading.words is not None for reading in readings)
    return _told(total(readings, lambda r: r.words)) if measured else ""


if __name__ == "__main__":
    main()
