"""What an audit finds: the rows of `marts.audit_results`."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass


@dataclass(frozen=True)
class AuditResult:
    """One row of `marts.audit_results`, column for column."""

    audit_id: str
    run_id: str
    stage: str
    suite: str
    check_name: str
    severity: str
    passed: bool
    observed: str | None
    message: str
    capture_id: str | None
    table_name: str | None


@dataclass(frozen=True)
class AuditReport:
    """All results of one audit, this one's and those of the pages that the build had found before it."""

    results: list[AuditResult]

    @property
    def rules(self) -> list[AuditResult]:
        """The results but for notes, as that there was no release to compare with."""
        return [result for result in self.results if result.severity != "info"]

    @property
    def critical_failures(self) -> list[AuditResult]:
        return [result for result in self.results if not result.passed and result.severity == "critical"]

    @property
    def warnings(self) -> list[AuditResult]:
        return [result for result in self.results if not result.passed and result.severity == "warning"]


def result(
    run_id: str,
    stage: str,
    suite: str,
    name: str,
    severity: str,
    passed: bool,
    observed: str | None,
    message: str,
    table: str | None = None,
) -> AuditResult:
    """One result; its id is stable within a run."""
    audit_id = hashlib.sha256(f"{run_id}\n{suite}\n{table}\n{name}".encode()).hexdigest()[:32]
    return AuditResult(audit_id, run_id, stage, suite, name, severity, passed, observed, message, None, table)
