"""What came of one source in one run, counted attempt by attempt."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

from scrapers.captures import Attempt, Outcome

_MOST_REASONS = 20


@dataclass
class ScrapeSummary:
    """What came of one source in one run."""

    source_id: str
    run_id: str
    live: bool
    counts: Counter[str] = field(default_factory=Counter)
    """Attempts by outcome."""
    reasons: list[str] = field(default_factory=list)
    """`address: reason` of attempts without a capture, at most 20."""
    capture_ids: list[str] = field(default_factory=list)
    """New captures."""
    starter: int = 0
    """Shipped captures that were registered."""
    left: int = 0
    """Addresses left for the next run, because a limit of the catalog was reached."""
    trouble: str | None = None
    """What went wrong on this machine (disk, memory), where that ended the visit: no doing of the site."""

    def line(self) -> str:
        """One line for a task log."""
        parts = [f"{count} {outcome}" for outcome, count in sorted(self.counts.items())]
        if self.starter:
            parts.append(f"{self.starter} from the starter archive")
        if self.left:
            parts.append(f"{self.left} left for the next run")
        if self.trouble:
            parts.append(f"ended by {self.trouble}")
        return f"{self.source_id}: {', '.join(parts) or ('nothing due' if self.live else 'nothing to register')}"

    def count(self, attempt: Attempt) -> None:
        """Take in one logged attempt."""
        self.counts[str(attempt.outcome)] += 1
        if attempt.outcome is Outcome.NEW and attempt.capture:
            self.capture_ids.append(attempt.capture.capture_id)
        if attempt.outcome not in {Outcome.NEW, Outcome.UNCHANGED} and len(self.reasons) < _MOST_REASONS:
            self.reasons.append(f"{attempt.url}: {attempt.reason}")

    def add(self, other: ScrapeSummary) -> None:
        """Take in what came of another part of the same source."""
        self.counts.update(other.counts)
        self.reasons = [*self.reasons, *other.reasons][:_MOST_REASONS]
        self.capture_ids.extend(other.capture_ids)
        self.starter += other.starter
        self.left += other.left
        self.trouble = self.trouble or other.trouble
