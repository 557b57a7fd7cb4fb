"""The build: one `dbt build` over the build database, and what came of every model and test."""

from __future__ import annotations

import json
import logging
import os
import re
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from scrapers.home import Home
from warehouse.child_environment import without_tokens
from warehouse.database import build_path, connect_build, is_damage, put_aside
from warehouse.errors import Trouble
from warehouse.places import DBT_LOGS, DBT_TARGET, DBT_TEMP, PROJECT, local_path

log = logging.getLogger("zhibiao.dbt")

PROJECT_VARIABLE = "ZHIBIAO_DBT_PROJECT"
THREADS = "2"
FAILED = ("error", "fail", "runtime error", "partial success")
WORTH_TELLING = re.compile(r"\b(ERROR|FAIL|WARN|Error|Failure|Warning)\b(?!=)")
"""Lines of dbt for the log of the run; the rest is there at level DEBUG and in `logs/dbt/` of the home."""

NAMED = 10
"""Failing models and tests named in an error; the log has them all."""


@dataclass(frozen=True)
class NodeResult:
    """What came of one model, seed or test."""

    unique_id: str
    kind: str
    """model, seed, test, unit_test, …"""
    status: str
    """success, pass, warn, fail, error, skipped, …"""
    seconds: float
    failures: int | None
    message: str | None

    @property
    def name(self) -> str:
        """The name without project and hash, as a person knows it."""
        parts = self.unique_id.split(".")[2:]
        if self.kind == "test" and len(parts) > 1:
            parts = parts[:-1]
        return ".".join(parts) or self.unique_id


@dataclass(frozen=True)
class BuildSummary:
    """What one build did."""

    as_of: date
    seconds: float
    nodes: list[NodeResult] = field(default_factory=list)

    @property
    def counts(self) -> dict[str, dict[str, int]]:
        """How many nodes of each kind came to each status."""
        found: dict[str, Counter[str]] = {}
        for node in self.nodes:
            found.setdefault(node.kind, Counter())[node.status] += 1
        return {kind: dict(statuses) for kind, statuses in sorted(found.items())}

    @property
    def tests(self) -> list[NodeResult]:
        """Data tests and unit tests."""
        return [node for node in self.nodes if node.kind in ("test", "unit_test")]

    @property
    def warnings(self) -> list[NodeResult]:
        return [node for node in self.nodes if node.status == "warn"]

    def __str__(self) -> str:
        told = "; ".join(
            f"{kind}: " + ", ".join(f"{number} {status}" for status, number in statuses.items())
            for kind, statuses in self.counts.items()
        )
        return f"built as of {self.as_of} in {self.seconds:.1f} s; {told}"


class BuildFailed(Trouble):
    """The marts were not built. The message names what failed and the first line of the error."""

    def __init__(self, message: str, summary: BuildSummary | None = None) -> None:
        super().__init__(message)
        self.summary = summary


class BuildDatabaseLost(BuildFailed):
    """The build database turned out damaged and was put aside: load again, then build again."""


def project_folder() -> Path:
    """The dbt project: beside the packages, or where `ZHIBIAO_DBT_PROJECT` says."""
    chosen = os.environ.get(PROJECT_VARIABLE)
    folder = Path(chosen) if chosen else PROJECT / "dbt_project"
    return folder.absolute()


def build(
    home: Home, as_of: date, *, full: bool = False, tests: bool = True, select: Iterable[str] = ()
) -> BuildSummary:
    """Run `dbt build` in a process of its own and return what came of every node.

    `as_of`: the date up to which publications are known. `full`: build incremental models anew. `tests`: with the data
    tests. `select`: only these (dbt's node selection). Raises BuildFailed, BuildDatabaseLost where the file is damaged.
    """
    folder = project_folder()
    if not (folder / "dbt_project.yml").is_file():
        raise BuildFailed(f"there is no dbt project in {folder}; set {PROJECT_VARIABLE} to the folder that has it")
    connect_build(home, read_only=True).close()  # waits for a process that is just letting go of it
    target, logs, scratch = (local_path(home, place) for place in (DBT_TARGET, DBT_LOGS, DBT_TEMP))
    for place in (target, logs, scratch):
        place.mkdir(parents=True, exist_ok=True)
    results = target / "run_results.json"
    results.unlink(missing_ok=True)
    arguments = ["build", "--project-dir", str(folder), "--profiles-dir", str(folder), "--target-path", str(target)]
    arguments += ["--log-path", str(logs), "--vars", json.dumps({"as_of": as_of.isoformat()}), "--no-use-colors"]
    # Unit tests judge the code with made-up rows: that is for the test suite, not for every night.
    arguments += ["--exclude-resource-type", "unit_test", *([] if tests else ["test"])]
    arguments += ["--full-refresh"] if full else []
    chosen = list(select)
    arguments += ["--select", *chosen] if chosen else []

    started = time.monotonic()
    code, lines = _run(arguments, _environment(home, scratch))
    summary = BuildSummary(as_of=as_of, seconds=time.monotonic() - started, nodes=_nodes(results))
    if code == 0:
        return summary
    trouble = _trouble(summary, lines)
    if is_damage(trouble):
        put_aside(home)
        raise BuildDatabaseLost(
            f"the build database is damaged and was put aside; the next load makes it anew from the home: {trouble}",
            summary,
        )
    raise BuildFailed(trouble, summary)


def _environment(home: Home, scratch: Path) -> dict[str, str]:
    settings = {
        "ZHIBIAO_BUILD_FOLDER": str(build_path(home).parent),
        "ZHIBIAO_BUILD_DATABASE": build_path(home).name,
        "ZHIBIAO_TEMP_DIRECTORY": os.path.relpath(scratch, build_path(home).parent),
        "DBT_SEND_ANONYMOUS_USAGE_STATS": "false",
        "DO_NOT_TRACK": "1",
        "PYTHONUNBUFFERED": "1",
    }
    return {"ZHIBIAO_THREADS": THREADS} | without_tokens() | settings


def _run(arguments: list[str], environment: dict[str, str]) -> tuple[int, list[str]]:
    """Run dbt, pass its lines on to the log as they come, and return its exit code and the lines."""
    command = [sys.executable, "-m", "warehouse.dbt_process", *arguments]
    lines: list[str] = []
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, env=environment, text=True,
        encoding="utf-8", errors="replace",
    ) as process:  # fmt: skip
        assert process.stdout
        try:
            for line in process.stdout:
                lines.append(line.rstrip())
                log.log(logging.WARNING if WORTH_TELLING.search(line) else logging.DEBUG, "%s", lines[-1])
        except BaseException:
            process.kill()
            raise
        return process.wait(), lines


def _nodes(results: Path) -> list[NodeResult]:
    """The nodes of dbt's run_results.json; none where dbt did not get so far."""
    if not results.is_file():
        return []
    told: dict[str, Any] = json.loads(results.read_text())
    return [
        NodeResult(
            unique_id=result["unique_id"],
            kind=result["unique_id"].split(".")[0],
            status=str(result["status"]),
            seconds=float(result["execution_time"]),
            failures=result.get("failures"),
            message=result.get("message"),
        )
        for result in told["results"]
    ]


def _trouble(summary: BuildSummary, lines: list[str]) -> str:
    """What failed, in a few lines: the failing nodes, or where dbt found none, what it said before it gave up."""
    failed = [node for node in summary.nodes if node.status in FAILED]
    if failed:
        told = [f"{node.kind} {node.name}: {_first_line(node.message)}" for node in failed[:NAMED]]
        more = f"\n… and {len(failed) - NAMED} more" if len(failed) > NAMED else ""
        return f"dbt build failed in {len(failed)} of {len(summary.nodes)} nodes:\n" + "\n".join(told) + more
    said = [re.sub(r"^\d\d:\d\d:\d\d\s*", "", line).strip() for line in lines]
    start = next((at for at, line in enumerate(said) if "error" in line.lower()), max(0, len(said) - NAMED))
    return "dbt build failed before it ran a model:\n" + "\n".join([line for line in said[start:] if line][:NAMED])


def _first_line(message: str | None) -> str:
    """The line of a dbt message that says what is wrong; its headings ('Runtime Error in model …') do not."""
    lines = [line.strip() for line in (message or "no message").splitlines() if line.strip()]
    telling = [line for line in lines if not re.match(r"^\w+( \w+)? Error in ", line)]
    return (telling or lines)[0]
