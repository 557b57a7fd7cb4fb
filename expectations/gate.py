"""The gate before publication: run all suites over the build, write what they found, say what stops it."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from dataclasses import astuple, fields
from pathlib import Path

from expectations.comparison import prepare
from expectations.results import AuditReport, AuditResult, result
from expectations.suites import SUITES, load_suites
from warehouse.child_environment import without_tokens


class AuditError(Exception):
    """The suites could not be run. The message carries the last lines of what was said."""


def audit(
    database: Path, last_release: Path | None, run_id: str, data_docs: Path | None, suites: Path = SUITES
) -> AuditReport:
    """Judge the build at `database` against the suites and against the last release (its `marts.duckdb`).

    The results are appended to `marts.audit_results` in the build, so that a release carries them. An expectation
    that crashes is our own error and counts as a critical failure, whatever its severity. Raises SuiteError,
    AuditError.
    """
    load_suites(suites)
    why_no_comparison = prepare(database, last_release)
    results = _validate(database, suites, run_id, data_docs)
    if why_no_comparison:
        message = f"not compared: {why_no_comparison}"
        results.append(result(run_id, "release", "comparison", "compared", "info", True, None, message))
    _append(database, results)
    return AuditReport(results)


def _validate(database: Path, suites: Path, run_id: str, data_docs: Path | None) -> list[AuditResult]:
    """Run Great Expectations in a process of its own: it never lets go of a DuckDB file that it has opened."""
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "results.json"
        command = [sys.executable, "-m", "expectations.validate", str(database), str(suites), run_id, str(out)]
        done = subprocess.run(
            command + ([str(data_docs)] if data_docs else []),
            cwd=Path(__file__).parent.parent,
            capture_output=True,
            text=True,
            env=without_tokens(),
        )
        if done.returncode:
            raise AuditError("the audit could not run: " + " / ".join(done.stderr.strip().splitlines()[-3:]))
        return [AuditResult(**row) for row in json.loads(out.read_text(encoding="utf-8"))]


def _append(database: Path, results: list[AuditResult]) -> None:
    import duckdb

    columns = ", ".join(field.name for field in fields(AuditResult))
    marks = ", ".join("?" for _ in fields(AuditResult))
    with duckdb.connect(str(database)) as connection:
        connection.execute("delete from marts.audit_results where run_id is not null")
        connection.executemany(
            f"insert into marts.audit_results ({columns}) values ({marks})", [astuple(found) for found in results]
        )
