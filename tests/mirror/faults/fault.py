"""What a fault is: a function from the good answer of an address to the bad one, and what a refresh must say of it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import StrEnum

from tests.mirror.server import Answer

Change = Callable[[Answer], Answer | None]
"""From the good answer to the bad one; None where the fault does not apply to such a page."""


class Place(StrEnum):
    """Which address of a site the fault lies on."""

    PAGE = "page"
    LIST = "list"
    ROBOTS = "robots"


@dataclass(frozen=True)
class Fault:
    """One way in which a site blocks, breaks, lies or changes."""

    name: str
    """In words, as `--fault` takes it and the table of faults shows it."""
    group: str
    """`connection`, `answer`, `redirect`, `not the page`, `encoding`, `content`, `robots`, `list`."""
    change: Change
    told: str | None
    """Regular expression for the reason that is to be told; None where the page is right after all and may serve."""
    place: Place = Place.PAGE

    @property
    def is_harmless(self) -> bool:
        """True where the figures of the page are right whatever is odd about it."""
        return self.told is None

    def fits(self, reason: str | None) -> bool:
        """True for a reason that tells a person what this fault is."""
        return self.told is None or re.match(self.told, reason or "") is not None


def by_name(faults: Iterable[Fault]) -> dict[str, Fault]:
    """The faults by their names, each of which is given once."""
    found: dict[str, Fault] = {}
    for fault in faults:
        if fault.name in found:
            raise ValueError(f"two faults are named {fault.name!r}")
        found[fault.name] = fault
    return found
