"""A home before a night that has work to do, and what a whole night makes of it: what every trial is held against."""

from __future__ import annotations

import hashlib
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import yaml

from scrapers.archive import Archive
from scrapers.home import Home
from tests.faults.watching import fact_rows
from tests.mirror import Mirror
from tests.refresh.running import Refresh, refreshed
from warehouse import release

STARTER = Path(__file__).parent.parent.parent / "scrapers" / "starter"
CATALOG = Path(__file__).parent.parent.parent / "scrapers" / "catalog"
SOURCE = "night_tables"
"""The only source that is visited: its pages lie on this machine."""
PAGES = 24
"""New pages that wait on the local server: enough for a visit that takes a few seconds."""


@dataclass(frozen=True)
class Evening:
    """A home with a published release, new pages on a server of this machine, and the facts of an undisturbed night."""

    home: Path
    done: Path
    """The same home after an undisturbed night."""
    catalog: Path
    as_of: str
    facts: frozenset[tuple[object, ...]]
    """Facts and statuses that the undisturbed night published."""
    said: str
    """What the undisturbed night said."""
    moments: dict[str, float]
    """Seconds from the start of the undisturbed night to each of its lines, by the first words of the line."""

    def copy(self, place: Path) -> Path:
        """A home of its own for one trial."""
        shutil.copytree(self.home, place, symlinks=True)
        return place

    def copy_done(self, place: Path) -> Path:
        """A home after the undisturbed night."""
        shutil.copytree(self.done, place, symlinks=True)
        return place

    def start(self, home: Path) -> Refresh:
        """The night's refresh on a home."""
        return Refresh(
            home, "--live", "--source", SOURCE, "--as-of", self.as_of, ZHIBIAO_CATALOG=str(self.catalog),
            ZHIBIAO_FULL_BUILD="0",
        )  # fmt: skip


LINES = (
    "starting Airflow", "as of", "sources:", "captures to read", "plans:", "load: ", "build: ", "audit: ",
    "published release",
)  # fmt: skip
"""Lines that a refresh writes as it goes on, in this order: the borders of its stages."""


@contextmanager
def evening(scratch: Path) -> Iterator[Evening]:
    """Make the home and the server. Runs two refreshes, about two minutes."""
    scratch.mkdir(parents=True, exist_ok=True)
    catalog = scratch / "catalog"
    shutil.copytree(CATALOG, catalog)
    as_of = (datetime.now(ZoneInfo("Asia/Shanghai")).date() + timedelta(days=1)).isoformat()
    first = scratch / "first" / "home"
    first.parent.mkdir()
    refreshed(first, "--offline", "--as-of", as_of)
    with Mirror() as site:
        _declare(catalog, [site.page(f"/t{number}.html", body, etag=True) for number, body in enumerate(_pages())])
        whole = scratch / "whole" / "home"
        shutil.copytree(first, whole, symlinks=True)
        made = Evening(first, whole, catalog, as_of, frozenset(), "", {})
        run = made.start(whole)
        moments = _moments(run)
        if run.end() != 0 or any(words not in moments for words in LINES):
            raise AssertionError(f"the undisturbed night did not publish:\n{run.said}")
        facts = frozenset(fact_rows(whole / "current" / "marts.duckdb"))
        yield Evening(first, whole, catalog, as_of, facts, run.said, moments)


def _moments(run: Refresh) -> dict[str, float]:
    """Watch a refresh to its end. Seconds from now to each of its lines, and to its end (`end`)."""
    started, found = time.monotonic(), dict[str, float]()
    while run.process.poll() is None:
        said = run.said
        for words in LINES:
            if words not in found and words in said:
                found[words] = time.monotonic() - started
        time.sleep(0.05)
    return found | {"end": time.monotonic() - started}


def _pages() -> list[bytes]:
    """Shipped tables, each laid at several addresses."""
    shipped = sorted(STARTER.glob("hunan_*.html"))
    return [shipped[number % len(shipped)].read_bytes() for number in range(PAGES)]


def _declare(catalog: Path, addresses: list[str]) -> None:
    content = {
        "source_id": SOURCE, "publisher_zh": "试验", "publisher_en": "Trial", "title_zh": "试验",
        "title_en": "Trial", "cadence": "monthly", "region_scope": "430000", "publisher_rank": 1, "is_official": True,
        "licence_note": "none", "freshness_limit_days": 4000, "minimum_records": 1, "parser": "prefecture_table",
        "addresses": addresses,
        "politeness": {
            "requests_per_second": 8.0, "timeout_seconds": 5.0, "deadline_seconds": 10.0, "backoff_seconds": 0.05,
            "max_attempts": 2, "allow_private_addresses": True,
        },
    }  # fmt: skip
    (catalog / f"{SOURCE}.yaml").write_text(yaml.safe_dump(content, allow_unicode=True), encoding="utf-8")


@dataclass(frozen=True)
class Accepted:
    """What a home has taken in and published: none of it may ever be lost."""

    attempts: frozenset[str]
    bodies: frozenset[str]
    """SHA-256 of bodies that the log speaks of and that are whole."""
    outcomes: frozenset[str]
    releases: frozenset[str]
    """Ids of releases whose files are all as published."""

    @classmethod
    def of(cls, home: Path) -> Accepted:
        place = Home.at(home)
        archive = Archive(place)
        attempts = list(archive.attempts())
        spoken_of = {attempt.capture.body_sha256 for attempt in attempts if attempt.capture}
        return cls(
            frozenset(attempt.attempt_id for attempt in attempts),
            frozenset(sha256 for sha256 in spoken_of if _is_whole(home, sha256)),
            frozenset(place.list("records", suffix=".json")),
            frozenset(each.release_id for each in release.releases(place) if not release.verify(each)),
        )

    def lost_in(self, later: Accepted, *, parsed_again: bool) -> int:
        """How many things are gone or altered. Parse outcomes are derived: they count once they had to be made again."""
        gone = len(self.attempts - later.attempts) + len(self.bodies - later.bodies)
        gone += len(self.releases - later.releases)
        return gone + (len(self.outcomes - later.outcomes) if parsed_again else 0)

    def unbacked(self, home: Path) -> int:
        """Log entries whose body is not there: the body must lie on the disk before the log speaks of it."""
        archive = Archive(Home.at(home))
        return sum(not archive.is_kept(capture) for capture in archive.captures())


def _is_whole(home: Path, sha256: str) -> bool:
    found = list((home / "captures" / "bodies").rglob(f"{sha256}*"))
    return bool(found) and hashlib.sha256(found[0].read_bytes()).hexdigest() == sha256
