"""What the extractor finds in the archive's plans, held against the register that was coded by hand."""

from __future__ import annotations

import csv
import hashlib
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path

from scrapers.decoding import decode
from scrapers.plans.extract import Extraction, extract
from scrapers.plans.targets import Target
from scrapers.records import Page
from scrapers.seeds import SEEDS
from scrapers.traditional import SIMPLIFIED, TRADITIONAL

REPOSITORY = Path(__file__).parent.parent.parent
_BACK = str.maketrans(dict(zip(reversed(SIMPLIFIED), reversed(TRADITIONAL), strict=True)))
_GLOSSES = {"产": "產(chǎn)", "权": "權(quán)", "标": "標(biāo)"}
_WIDTH = 36
"""Characters a line of a wrapped copy."""
Row = dict[str, str]


@dataclass
class Score:
    """Counts of one cut through the promises: wanted, found, and both at once."""

    wanted: int = 0
    found: int = 0
    hits: int = 0

    def add(self, other: Score) -> None:
        self.wanted, self.found, self.hits = (
            self.wanted + other.wanted,
            self.found + other.found,
            self.hits + other.hits,
        )

    @property
    def recall(self) -> float:
        """1 where nothing was wanted."""
        return self.hits / self.wanted if self.wanted else 1.0

    @property
    def precision(self) -> float:
        """1 where nothing was found."""
        return self.hits / self.found if self.found else 1.0


@dataclass
class Reading:
    """One plan in one form."""

    plan: str
    form: str
    figures: dict[str, Score] = field(default_factory=dict)
    """Promises with a figure, by type."""
    words: dict[str, Score] | None = None
    """Promises without one, by type; None where places cannot be compared."""
    wrong: list[str] = field(default_factory=list)
    """Each miss and each promise too many, in words."""


def forms(archive: Path, plan: str) -> Iterator[tuple[str, bytes, bool]]:
    """Name, bytes, and whether places are those of the register, of every form of a plan."""
    text = (archive / "plans" / f"{plan}.txt").read_bytes()
    decoded = decode(text).text
    yield "text", text, True
    yield "html", (archive / "plans" / f"{plan}.html").read_bytes(), True
    yield "traditional", decoded.translate(_BACK).encode(), True
    yield "glossed", _glossed(decoded).encode(), False
    yield "wrapped", _wrapped(decoded).encode(), False


def read_plan(archive: Path, plan: str) -> Iterator[Reading]:
    """Every form of one plan against the register."""
    wanted = [row for row in _register() if row["plan_id"] == plan]
    text = (archive / "plans" / f"{plan}.txt").read_bytes()
    for form, body, has_places in forms(archive, plan):
        places = _places(hashlib.sha256(body if form == "html" else text).hexdigest())
        found = extract(Page(body), plan_id=plan)
        reading = Reading(plan, form)
        _figures(wanted, found, reading)
        if has_places:
            _words([row for row in wanted if not row["target_value"]], found, places, reading)
        yield reading


def plans() -> list[str]:
    """The plans of the register, in its order."""
    return list(dict.fromkeys(row["plan_id"] for row in _register()))


def promises_of_other_pages(archive: Path) -> list[tuple[str, str]]:
    """Page and quote of everything that is taken for a promise on pages that promise nothing."""
    pages = sorted((archive / "stats").glob("*.html"))
    return [(page.name, t.quote) for page in pages for t in extract(Page(page.read_bytes())).targets]


def total(readings: Iterable[Reading], pick: Callable[[Reading], dict[str, Score] | None]) -> Score:
    """One score over readings."""
    score = Score()
    for reading in readings:
        for part in (pick(reading) or {}).values():
            score.add(part)
    return score


# --- the two kinds of promises ----------------------------------------------------------------------------------------


def _figures(wanted: list[Row], found: Extraction, reading: Reading) -> None:
    asked = Counter(_key_of_row(row) for row in wanted if row["target_value"])
    given = Counter(_key_of_target(t) for t in found.targets if t.target_value is not None)
    for kind in sorted({key[-1] for key in (*asked, *given)}):
        a, g = (Counter({k: n for k, n in counts.items() if k[-1] == kind}) for counts in (asked, given))
        reading.figures[kind] = Score(a.total(), g.total(), (a & g).total())
    reading.wrong += [f"missed {' '.join(key)}" for key in (asked - given).elements()]
    reading.wrong += [f"too many {' '.join(key)}" for key in (given - asked).elements()]


def _words(wanted: list[Row], found: Extraction, places: dict[str, list[tuple[int, int]]], reading: Reading) -> None:
    free = [t for t in found.targets if t.target_value is None]
    scores = {kind: Score(found=n) for kind, n in Counter(t.target_type for t in free).items()}
    for row in wanted:
        score = scores.setdefault(row["target_type"], Score())
        score.wanted += 1
        hit = next((t for t in free if _stands_at(t, row, places, found)), None)
        if hit is None:
            reading.wrong.append(f"missed {row['target_id']} {row['target_type']} {row['indicator_zh']}")
            continue
        free.remove(hit)
        score.hits += 1
    reading.wrong += [f"too many {t.target_type} {t.indicator_zh}" for t in free]
    reading.words = scores


def _stands_at(target: Target, row: Row, places: dict[str, list[tuple[int, int]]], found: Extraction) -> bool:
    if target.target_type != row["target_type"]:
        return False
    for number in target.statement_nos:
        statement = found.statements[number - 1]
        for start, end in places.get(row["target_id"], []):
            common = min(end, statement.end) - max(start, statement.start)
            if common >= 0.5 * min(end - start, statement.end - statement.start):
                return True
    return False


def _key_of_row(row: Row) -> tuple[str, ...]:
    return (
        _number(row["target_value"]), _number(row["target_value_high"]), row["unit_zh"], row["target_year"],
        row["target_type"],
    )  # fmt: skip


def _key_of_target(target: Target) -> tuple[str, ...]:
    return (
        _number(target.target_value), _number(target.target_value_high), target.unit_zh or "",
        str(target.target_year or ""), target.target_type,
    )  # fmt: skip


def _number(value: object) -> str:
    return "" if value in (None, "") else format(Decimal(str(value)).normalize(), "f")


# --- labels and forms -------------------------------------------------------------------------------------------------


def _register() -> list[Row]:
    with (SEEDS / "targets.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _places(body_sha256: str) -> dict[str, list[tuple[int, int]]]:
    places: dict[str, list[tuple[int, int]]] = {}
    with (SEEDS / "target_places.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            if row["body_sha256"] == body_sha256:
                places.setdefault(row["target_id"], []).append((int(row["start"]), int(row["end"])))
    return places


def _glossed(text: str) -> str:
    """As copies with pinyin glosses and doubled punctuation print it."""
    return re.sub("[产权标]", lambda m: _GLOSSES[m.group()], text.translate(_BACK)).replace("，", ",,")


def _wrapped(text: str) -> str:
    """Lines cut at a fixed width, as copies of printed pages have them; lines of a table stay whole."""
    lines = []
    for line in text.split("\n"):
        prose = len(line) > 2 * _WIDTH
        lines += [line[at : at + _WIDTH] for at in range(0, len(line), _WIDTH)] if prose else [line]
    return "\n".join(lines)
