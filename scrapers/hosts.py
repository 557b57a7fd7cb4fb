"""What a run has learnt of the hosts that it asked: what their robots.txt says, and which do not answer."""

from __future__ import annotations

from dataclasses import dataclass, field

from protego import Protego

from scrapers.connection import Exchange

ROBOT = "zhibiao"
"""Name under which robots.txt may speak to this program."""

_ROBOTS_BYTES = 512 * 1024


@dataclass(frozen=True, slots=True)
class Robots:
    """What a robots.txt says."""

    rules: Protego | None
    forbidden: str | None = None

    def refusal(self, url: str) -> str | None:
        if self.forbidden:
            return self.forbidden
        if self.rules is not None and not self.rules.can_fetch(url, ROBOT):
            return "robots: robots.txt of the host forbids this address"
        return None

    @property
    def delay(self) -> float:
        return float(self.rules.crawl_delay(ROBOT) or 0) if self.rules is not None else 0.0

    @classmethod
    def of(cls, answer: Exchange) -> Robots:
        """The rules of an answer: a refusal allows all, a fault of the server forbids all (RFC 9309)."""
        if answer.status == 200:
            return cls(Protego.parse(answer.body[:_ROBOTS_BYTES].decode("utf-8", errors="replace")))
        if 400 <= answer.status < 500 and answer.status != 429:
            return cls(None)
        return cls(None, f"robots_unreachable: robots.txt answered with status {answer.status}")


@dataclass
class Hosts:
    """What a run has learnt of the hosts that it asked. Shared by its sources, so that none asks for it again."""

    robots: dict[str, Robots] = field(default_factory=dict)
    """By scheme and host."""
    closed: dict[str, str] = field(default_factory=dict)
    """Why a host is not asked any more."""
    silences: dict[str, int] = field(default_factory=dict)
    """Addresses in a row without any answer."""
