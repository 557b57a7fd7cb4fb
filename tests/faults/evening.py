"""A home before a night that has work to do, and what a whole night makes of it: what every trial is held against."""

from __future__ import annotations

import hashlib
import re
import shutil
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
    """A home with a published release, work for a night, and the facts of an undisturbed night."""

    home: Path
    done: Path
    """The same home after an undisturbed night."""
    arguments: tuple[str, ...]
    """Those of the night's refresh."""
    variables: dict[str, str]
    """Its environment."""
    facts: frozenset[tuple[object, ...]]
    """Facts and statuses that the undisturbed night published."""
    said: str
    """What the undisturbed night said."""

    @property
    def moments(self) -> dict[str, float]:
        """Seconds from the first line of the undisturbed night to each of LINES, and to its last (`end`)."""
        stamped = [(line[:8], line) for line in self.said.splitlines() if re.match(r"\d\d:\d\d:\d\d ", line)]
        clock = [
            sum(int(part) * unit for part, unit in zip(at.split(":"), (3600, 60, 1), strict=True)) for at, _ in stamped
        ]
        since = [(moment - clock[0]) % 86400 for moment in clock]
        found = {
            words: float(next(at for at, (_, line) in zip(since, stamped, strict=True) if words in line))
            for words in LINES
        }  # fmt: skip
        return found | {"end": float(since[-1])}

    def copy(self, place: Path) -> Path:
        """A home of its own for one trial."""
        shutil.copytree(self.home, place, symlinks=True, dirs_exist_ok=True)
        return place

    def copy_done(self, place: Path) -> Path:
        """A home after the undisturbed night."""
        shutil.copytree(self.done, place, symlinks=True)
        return place

    def start(self, home: Path) -> Refresh:
        """The night's refresh on a home."""
        return Refresh(home, *self.arguments, **self.variables)


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
        arguments = ("--live", "--source", SOURCE, "--as-of", as_of)
        variables = {"ZHIBIAO_CATALOG": str(catalog), "ZHIBIAO_FULL_BUILD": "0"}
        said = refreshed(whole, *arguments, **variables)
        yield Evening(first, whole, arguments, variables, facts_of(whole), said)


def facts_of(home: Path) -> frozenset[tuple[object, ...]]:
    """Facts and statuses of the release that is current."""
    return frozenset(fact_rows(home / "current" / "marts.duckdb"))


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
        """How many things are gone or altered. Parse outcomes are derived: they count once they are made again."""
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
