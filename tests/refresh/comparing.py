"""Compares the marts of two releases: which facts and which figures of single pages differ."""

from __future__ import annotations

from collections import defaultdict
from decimal import Decimal
from pathlib import Path

from tests.refresh.running import ask

Key = tuple[str, ...]
_KEY = "region_id, indicator_id, breakdown, period_kind, period_start::text, period_end::text"


def facts(release: Path) -> dict[Key, Decimal]:
    """The facts of a release by their keys."""
    rows = ask(release / "marts.duckdb", f"select {_KEY}, value from marts.fct_region_indicator")
    return {tuple(key): value for *key, value in rows}


def figures(release: Path) -> dict[str, dict[Key, Decimal]]:
    """What each address contributes: the observations that may become facts, whichever of them was chosen."""
    query = f"select url, {_KEY}, value from marts.fct_observation where not (is_contradicted or is_superseded)"
    found: dict[str, dict[Key, Decimal]] = defaultdict(dict)
    for url, *key, value in ask(release / "marts.duckdb", query):
        found[url][tuple(key)] = value
    return dict(found)


def wrong(before: dict[Key, Decimal], after: dict[Key, Decimal]) -> dict[Key, tuple[Decimal | None, Decimal]]:
    """Figures that are not those of before; the missing ones are not counted."""
    return {key: (before.get(key), value) for key, value in after.items() if before.get(key) != value}
