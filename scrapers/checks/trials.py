"""What came of the declared checks of a page (seeds/family_checks.csv): how often they were tried, or why not."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache

from scrapers.records import CheckState, Finding, PageCheck
from scrapers.seeds import seed_rows

EVERY_FAMILY = "*"
"""Stands for the families without rows of their own."""


@dataclass(slots=True)
class Trial:
    """One check over all tables of a page. Checks count on it what they compare; findings are kept apart."""

    check: str
    compared: int = 0
    tolerated: int = 0
    failed: int = 0
    first_failure: str | None = None
    not_tried: list[str] = field(default_factory=list)
    """Why tables had nothing to compare, once each."""

    def compare(self, times: int = 1) -> None:
        """Count comparisons."""
        self.compared += times

    def tolerate(self) -> None:
        """Count a comparison that is off by rounding and let pass."""
        self.tolerated += 1

    def cannot(self, reason: str) -> None:
        """Say why a table has nothing to compare."""
        if reason not in self.not_tried:
            self.not_tried.append(reason)

    def keep(self, findings: Iterable[Finding]) -> list[Finding]:
        """The findings of the check, with the failed ones counted."""
        found = list(findings)
        failed = [finding for finding in found if not finding.passed]
        self.failed += len(failed)
        if failed and self.first_failure is None:
            self.first_failure = failed[0].message
        self.compared = max(self.compared, self.failed)
        return found

    def result(self) -> PageCheck:
        """The outcome as it is stored."""
        if self.failed:
            return PageCheck(
                self.check, CheckState.FAILED, self.compared, self.tolerated, self.failed, self.first_failure
            )
        if self.compared:
            return PageCheck(self.check, CheckState.HELD, self.compared, self.tolerated)
        reason = "; ".join(self.not_tried) or "the page has no table of regions"
        return PageCheck(self.check, CheckState.NOT_TRIED, message=reason)


@cache
def _declared() -> Mapping[str, tuple[str, ...]]:
    stages = {row["check_name"]: row["stage"] for row in seed_rows("checks")}
    families: dict[str, list[str]] = defaultdict(list)
    for row in seed_rows("family_checks"):
        if stages[row["check_name"]] == "page":
            families[row["family"]].append(row["check_name"])
    return {family: tuple(checks) for family, checks in families.items()}


def declared_checks(family: str) -> tuple[str, ...]:
    """Names of the page checks that a family declares; those of every family where it declares none."""
    declared = _declared()
    return declared.get(family, declared[EVERY_FAMILY])
