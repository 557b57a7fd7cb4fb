"""Run the suites with Great Expectations: `python -m expectations.validate DATABASE SUITES RUN_ID OUT [DATA_DOCS]`."""

from __future__ import annotations

import json
import sys
from dataclasses import asdict
from pathlib import Path
from typing import Any

from expectations.data_docs import make_local
from expectations.engine import context_for
from expectations.results import AuditResult, result
from expectations.suites import Suite, expectation_of, load_suites

EXAMPLES = 3
"""Offending rows quoted in a message."""


def main(database: str, suites: str, run_id: str, out: str, data_docs: str | None = None) -> None:
    """Write the results to `out` as JSON rows of AuditResult, sorted by suite, table and name."""
    results = run(Path(database), load_suites(Path(suites)), run_id, Path(data_docs) if data_docs else None)
    if data_docs:
        make_local(Path(data_docs), results)
    Path(out).write_text(json.dumps([asdict(found) for found in results], ensure_ascii=False), encoding="utf-8")


def run(database: Path, suites: list[Suite], run_id: str, data_docs: Path | None) -> list[AuditResult]:
    import great_expectations as gx
    from great_expectations.checkpoint import UpdateDataDocsAction, ValidationAction

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
    actions: list[ValidationAction] = (
        [UpdateDataDocsAction(name="data_docs", site_names=["release"])] if data_docs else []
    )
    checkpoint = context.checkpoints.add(
        gx.Checkpoint(name=run_id, validation_definitions=definitions, actions=actions, result_format="COMPLETE")
    )
    outcome = checkpoint.run()
    results = []
    for validation in outcome.run_results.values():
        table = validation.suite_name
        stage = "release" if layers[table] == "release" else "model"
        results += [_of(run_id, stage, table, layers[table], found) for found in validation.results]
    return sorted(results, key=lambda found: (found.suite, str(found.table_name), found.check_name))


def _of(run_id: str, stage: str, table: str, layer: str, found: Any) -> AuditResult:
    config = found.expectation_config
    name, says = config.meta["name"], config.meta["says"]
    crash = _crash(found.exception_info)
    if crash:
        message = f"{table}: {name} could not be tested: {crash}"
        return result(run_id, stage, layer, name, "critical", False, None, message, table)
    severity = str(getattr(config.severity, "value", config.severity))
    observed, examples = _observed(found.result)
    passed = bool(found.success)
    message = f"{table}: {says}" + ("" if passed else f" ({observed}{examples})")
    return result(run_id, stage, layer, name, severity, passed, observed, message, table)


def _crash(exception_info: dict[str, Any]) -> str | None:
    """First message of an expectation that raised; the info is one dictionary, or one per metric."""
    entries = [exception_info] if "raised_exception" in exception_info else list(exception_info.values())
    for entry in entries:
        if isinstance(entry, dict) and entry.get("raised_exception"):
            return str(entry.get("exception_message")).splitlines()[0]
    return None


def _observed(seen: dict[str, Any]) -> tuple[str | None, str]:
    """What was seen, in one phrase, and a few offending rows or values."""
    rows = (seen.get("details") or {}).get("unexpected_rows") or []
    values = seen.get("partial_unexpected_list") or []
    examples = [str(dict(row) if isinstance(row, dict) else row) for row in (rows or values)[:EXAMPLES]]
    if "unexpected_count" in seen:
        observed: str | None = f"{seen['unexpected_count']} of {seen.get('element_count')} rows"
    elif rows or "details" in seen:
        observed = f"{seen.get('observed_value')} rows"
    else:
        observed = None if seen.get("observed_value") is None else str(seen["observed_value"])
    return observed, f", e.g. {'; '.join(examples)}" if examples else ""


if __name__ == "__main__":
    main(*sys.argv[1:])
