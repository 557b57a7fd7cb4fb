"""Tries every fault of the mirror's registry through whole nights, and counts what came of it in the marts."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from scrapers.visits.due import SHANGHAI
from tests.faults.trial import Trial
from tests.mirror.faults import FAULTS
from tests.refresh.comparing import Key, figures, wrong
from tests.refresh.mirrored import came_of, play

PAGES = 6
"""So many pages of different families are tried with each fault of the content."""
_FINE = ("new", "unchanged")
Figures = dict[str, dict[Key, Any]]


def trials(scratch: Path) -> Iterator[Trial]:
    """Three nights: all is well; every fault is on; all is well again.

    A figure counts as wrong where the release has it from the faulty address and the good night had another or none:
    also where another page was chosen for the fact.
    """
    told = _played(scratch / "web", ("good", "bad", "repaired"))
    good, bad, repaired = (figures(Path(told[f"{night}_release"])) for night in ("good", "bad", "repaired"))
    for name, sites in _tried(told, good).items():
        yield _trial(name, sites, told, good, bad, repaired)


def trials_at_first_sight(scratch: Path) -> Iterator[Trial]:
    """The faults of the content where an empty home meets them before any good page: the page alone can tell.

    What no page tells of itself stays wrong here until another issue of its table comes (`repeated_issue`,
    `another_scale`, `year_on_year`): these counts measure how much that is, and are no promise of none.
    """
    told = _played(scratch / "first", ("good", "unseen"))
    good, unseen = (figures(Path(told[f"{night}_release"])) for night in ("good", "unseen"))
    for name, sites in _tried(told, good).items():
        if FAULTS[name].group == "content" and not FAULTS[name].is_harmless:
            yield _at_first_sight(name, sites, told, good, unseen)


def _played(place: Path, nights: tuple[str, ...]) -> dict[str, Any]:
    place.mkdir(parents=True)
    as_of = (datetime.now(SHANGHAI).date() + timedelta(days=1)).isoformat()
    return play(place / "home", as_of, nights, pages=PAGES)


def _tried(told: dict[str, Any], good: Figures) -> dict[str, list[dict[str, Any]]]:
    """Trial sites by their fault, those that had figures on the good night."""
    tried: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for trial in told["trials"]:
        if good.get(trial["page"]):
            tried[trial["fault"]].append(trial)
    return tried


def _trial(
    name: str, sites: list[dict[str, Any]], told: dict[str, Any], good: Figures, bad: Figures, repaired: Figures
) -> Trial:
    """One fault at pages that had been good the night before."""
    release = Path(told["bad_release"])
    stuck = [
        site
        for site in sites
        if came_of(site, Path(told["repaired_release"]), told["repaired"])[0] not in _FINE
        or repaired.get(site["page"]) != good[site["page"]]
    ]
    return Trial(
        group=FAULTS[name].group,
        fault=name,
        happened=_happened([came_of(site, release, told["bad"]) for site in sites]),
        tried=len(sites),
        wrong_facts=sum(len(wrong(good[site["page"]], bad.get(site["page"], {}))) for site in sites),
        lost=sum(len(good[site["page"]].keys() - bad.get(site["page"], {}).keys()) for site in sites),
        needed_person=len(stuck),
        told=_happened([came_of(site, Path(told["repaired_release"]), told["repaired"]) for site in stuck]),
    )


def _at_first_sight(
    name: str, sites: list[dict[str, Any]], told: dict[str, Any], good: Figures, unseen: Figures
) -> Trial:
    """The same fault where no good page is known to compare with."""
    return Trial(
        group="content",
        fault=f"{name}, on a page never seen before",
        happened=_happened([came_of(site, Path(told["unseen_release"]), told["unseen"]) for site in sites]),
        tried=len(sites),
        wrong_facts=sum(len(wrong(good[site["page"]], unseen.get(site["page"], {}))) for site in sites),
    )


def _happened(found: list[tuple[str, str | None]]) -> str:
    """Outcomes and reason codes, the most frequent first."""
    words = Counter(f"{outcome}: {reason.split(':')[0]}" if reason else outcome for outcome, reason in found)
    return "; ".join(text if count == len(found) else f"{text} ({count})" for text, count in words.most_common())
