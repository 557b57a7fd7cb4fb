"""The gate before publication: run all suites over the build, write what they found, say what stops it."""

from __future__ import annotations

import hashlib
from dataclasses import astuple, dataclass, fields
from pathlib import Path
from typing import Any

from expectations.comparison import prepare
from expectations.engine import context_for
from expectations.suites import Suite, expectation_of, load_suites

EXAMPLES = 3
"""Offending rows quoted in a message."""


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
    def critical_failures(self) -> list[AuditResult]:
        return [result for result in self.results if not result.passed and result.severity == "critical"]

    @property
    def warnings(self) -> list[AuditResult]:
        return [result for result in self.results if not result.passed and result.severity == "warning"]


def audit(database: Path, last_release: Path | None, run_id: str, data_docs: Path | None) -> AuditReport:
    """Judge the build at `database` against the suites and against the last release (its `marts.duckdb`).

    The results are appended to `marts.audit_results` in the build, so that a release carries them. An expectation
    that crashes is our own error and counts as a critical failure, whatever its severity.
    """
    why_no_comparison = prepare(database, last_release)
    suites = load_suites()
    results = _run(database, suites, run_id, data_docs)
    if why_no_comparison:
        results.append(
            _result(
                run_id, "release", "comparison", "compared", "info", True, None, f"not compared: {why_no_comparison}"
            )
        )
    _append(database, results)
    return AuditReport(results)


def _run(database: Path, suites: list[Suite], run_id: str, data_docs: Path | None) -> list[AuditResult]:
    import great_expectations as gx
    from great_expectations.checkpoint import UpdateDataDocsAction

    context, source = context_for(database, data_docs)
    definitions = []
    layers = {}
    for suite in suites:
        for table in suite.tables:
            layers[table.table] = suite.layer
            asset = source.add_query_asset(table.table, query=f"select * from {table.table}")
            batch = asset.add_batch_definition_whole_table("all")
            expectations = [expectation_of(rule) for rule in table.rules]
            gx_suite = context.suites.add(gx.ExpectationSuite(name=table.table, expectations=expectations))
            definition = gx.ValidationDefinition(name=table.table, data=batch, suite=gx_suite)
            definitions.append(context.validation_definitions.add(definition))
    actions = [UpdateDataDocsAction(name="data_docs", site_names=["release"])] if data_docs else []
    checkpoint = context.checkpoints.add(
        gx.Checkpoint(name=run_id, validation_definitions=definitions, actions=actions, result_format="SUMMARY")
    )
    outcome = checkpoint.run()
    results = []
    for validation in outcome.run_results.values():
        table = validation.suite_name
        stage = "release" if layers[table] == "release" else "model"
        results += [_of(run_id, stage, table, layers[table], result) for result in validation.results]
    return sorted(results, key=lambda result: (result.suite, str(result.table_name), result.check_name))


def _of(run_id: str, stage: str, table: str, layer: str, result: Any) -> AuditResult:
    config = result.expectation_config
    name, says = config.meta["name"], config.meta["says"]
    crash = _crash(result.exception_info)
    if crash:
        message = f"{table}: {name} could not be tested: {crash}"
        return _result(run_id, stage, layer, name, "critical", False, None, message, table)
    severity = str(getattr(config.severity, "value", config.severity))
    observed, examples = _observed(result.result)
    passed = bool(result.success)
    message = f"{table}: {says}" + ("" if passed else f" ({observed}{examples})")
    return _result(run_id, stage, layer, name, severity, passed, observed, message, table)


def _crash(exception_info: dict[str, Any]) -> str | None:
    """First message of an expectation that raised; the info is one dictionary, or one per metric."""
    entries = [exception_info] if "raised_exception" in exception_info else list(exception_info.values())
    for entry in entries:
        if isinstance(entry, dict) and entry.get("raised_exception"):
            return str(entry.get("exception_message")).splitlines()[0]
    return None


def _observed(result: dict[str, Any]) -> tuple[str | None, str]:
    """What was seen, in one phrase, and a few offending rows or values."""
    rows = (result.get("details") or {}).get("unexpected_rows") or []
    values = result.get("partial_unexpected_list") or []
    examples = [str(dict(row) if isinstance(row, dict) else row) for row in (rows or values)[:EXAMPLES]]
    if "unexpected_count" in result:
        observed = f"{result['unexpected_count']} of {result.get('element_count')} rows"
    elif rows or "details" in result:
        observed = f"{result.get('observed_value')} rows"
    else:
        observed = None if result.get("observed_value") is None else str(result["observed_value"])
    return observed, f", e.g. {'; '.join(examples)}" if examples else ""


def _result(
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
    audit_id = hashlib.sha256(f"{run_id}\n{suite}\n{table}\n{name}".encode()).hexdigest()[:32]
    return AuditResult(audit_id, run_id, stage, suite, name, severity, passed, observed, message, None, table)


def _append(database: Path, results: list[AuditResult]) -> None:
    import duckdb

    columns = ", ".join(field.name for field in fields(AuditResult))
    marks = ", ".join("?" for _ in fields(AuditResult))
    with duckdb.connect(str(database)) as connection:
        connection.execute("delete from marts.audit_results where run_id is not null")
        connection.executemany(
            f"insert into marts.audit_results ({columns}) values ({marks})", [astuple(result) for result in results]
        )
