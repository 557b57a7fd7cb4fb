"""What must hold, read from `suites/*.yaml`: one file a layer, one entry a table, one line a rule."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Literal

import yaml
from pydantic import BaseModel, ConfigDict, ValidationError, model_validator

SUITES = Path(__file__).parent / "suites"


class SuiteError(Exception):
    """A suite file that cannot be used. The message names the file and the entry."""


class Rule(BaseModel):
    """One expectation. Either a type of Great Expectations with its arguments, or rows that must not exist."""

    model_config = ConfigDict(extra="forbid")

    name: str
    """snake_case; unique within the table; stands in `audit_results` and in the log."""
    severity: Literal["critical", "warning"] = "critical"
    says: str
    """What a failure means, for the person who reads the log."""
    expect: str | None = None
    """A type of Great Expectations, e.g. `expect_column_values_to_be_unique`."""
    with_: dict[str, Any] = {}
    rows: str | None = None
    """SQL that selects offending rows; `{batch}` is the table. Regex expectations do not exist on DuckDB: use this."""

    @model_validator(mode="before")
    @classmethod
    def _plain_with(cls, values: Any) -> Any:
        if isinstance(values, dict) and "with" in values:
            values = {**values, "with_": values["with"]}
            del values["with"]
        return values

    @model_validator(mode="after")
    def _one_form(self) -> Rule:
        if (self.expect is None) == (self.rows is None):
            raise ValueError("give exactly one of `expect` and `rows`")
        return self


class TableRules(BaseModel):
    """The rules of one table."""

    model_config = ConfigDict(extra="forbid")

    table: str
    """`schema.table`"""
    rules: list[Rule]


class Suite(BaseModel):
    """One file: a layer."""

    model_config = ConfigDict(extra="forbid")

    layer: Literal["raw", "marts", "release"]
    tables: list[TableRules]


def load_suites(folder: Path = SUITES) -> list[Suite]:
    """All suites, in the order of their file names. Raises SuiteError."""
    suites = []
    for path in sorted(folder.glob("*.yaml")):
        try:
            suites.append(Suite.model_validate(yaml.safe_load(path.read_text(encoding="utf-8"))))
        except (ValidationError, yaml.YAMLError) as error:
            raise SuiteError(f"{path.name}: {error}") from error
    for suite in suites:
        tables = [table.table for table in suite.tables]
        if len(tables) != len(set(tables)):
            raise SuiteError(f"layer {suite.layer}: a table stands twice")
        for table in suite.tables:
            names = [rule.name for rule in table.rules]
            if len(names) != len(set(names)):
                raise SuiteError(f"{table.table}: a rule's name stands twice")
    return suites


def expectation_of(rule: Rule) -> Any:
    """The Great Expectations object of a rule."""
    import great_expectations.expectations as gxe

    meta = {"name": rule.name, "says": rule.says}
    if rule.rows is not None:
        return gxe.UnexpectedRowsExpectation(
            unexpected_rows_query=rule.rows, description=rule.says, severity=rule.severity, meta=meta
        )
    class_name = "".join(part.capitalize() for part in str(rule.expect).split("_"))
    kind = getattr(gxe, class_name, None)
    if kind is None:
        raise SuiteError(f"{rule.name}: Great Expectations has no {rule.expect}")
    return kind(**rule.with_, severity=rule.severity, description=rule.says, meta=meta)
