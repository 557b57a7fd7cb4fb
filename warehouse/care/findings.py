"""What a look at the home finds, and how bad it is."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from enum import StrEnum

log = logging.getLogger("zhibiao.care")


class Severity(StrEnum):
    """What is left to do. Only the last two make `zhibiao doctor` end with exit code 1."""

    OK = "ok"
    """Nothing is wrong, or nothing has to be done about it."""
    MENDED = "mended"
    MENDABLE = "mendable"
    """`zhibiao doctor --mend` sets it right."""
    PERSON = "needs a person"


Mend = Callable[[], str]
"""Sets one thing right and says what was done. Raises where it cannot; safe to kill and to repeat."""


@dataclass(frozen=True)
class Finding:
    """One line of the doctor."""

    check: str
    """What was looked at: one word that docs/operations.md explains."""
    severity: Severity
    subject: str
    """Which file, page, release; relative to the home where it is a place in it."""
    message: str
    """What is the case, and what it means."""
    action: str = ""
    """What a person does about it, with the command."""
    mend: Mend | None = field(default=None, compare=False, repr=False)

    def told(self) -> dict[str, str]:
        """In JSON types."""
        names = ("check", "severity", "subject", "message", "action")
        return {name: str(getattr(self, name)) for name in names}

    def __str__(self) -> str:
        return f"{self.check}: {self.subject}: {self.message}" + (f"; {self.action}" if self.action else "")


MEND = "run `zhibiao doctor --mend`"
"""What most actions begin with."""


def ok(check: str, subject: str, message: str) -> Finding:
    return Finding(check, Severity.OK, subject, message)


def mendable(check: str, subject: str, message: str, mend: Mend, action: str = MEND) -> Finding:
    return Finding(check, Severity.MENDABLE, subject, message, action, mend)


def person(check: str, subject: str, message: str, action: str) -> Finding:
    return Finding(check, Severity.PERSON, subject, message, action)


def mended(findings: Iterable[Finding]) -> Iterator[Finding]:
    """The findings after what can be mended was: each as `mended`, or for a person where that failed."""
    for finding in findings:
        if finding.mend is None:
            yield finding
            continue
        try:
            done = finding.mend()
        except Exception as error:
            log.debug("mending %s", finding.subject, exc_info=True)
            yield replace(
                finding,
                severity=Severity.PERSON,
                mend=None,
                action=f"could not be mended: {error}; set it right by hand",
            )
        else:
            yield replace(finding, severity=Severity.MENDED, action=done, mend=None)


def left_to_do(findings: Iterable[Finding]) -> bool:
    """True where somebody has to do something."""
    return any(finding.severity in (Severity.MENDABLE, Severity.PERSON) for finding in findings)
