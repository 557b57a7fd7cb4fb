"""One run of the refresh: what it is about, and its stages. The DAG's tasks call these one by one.

begin ─▶ due_sources ─▶ scrape ─▶ pending_batches ─▶ parse (each) ─▶ check_plans
      ─▶ load ─▶ build ─▶ audit ─▶ publish ─▶ report ─▶ end (also where one of them failed)
"""

from __future__ import annotations

import json
import logging
import os
import secrets
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime
from functools import cached_property, wraps
from typing import TYPE_CHECKING, Any, TypeVar
from zoneinfo import ZoneInfo

from scrapers.home import Home
from warehouse.lock import refresh_lock
from warehouse.places import CURRENT, RUNS, local_path
from warehouse.room import check_room, full_disk

if TYPE_CHECKING:
    from scrapers.sources import Source

log = logging.getLogger("zhibiao")

Result = TypeVar("Result")

SHANGHAI = ZoneInfo("Asia/Shanghai")
RUN_VARIABLE = "ZHIBIAO_RUN_ID"
"""Set by the refresh in one process, so that its own name for the run is used."""


STOPPING = ("pending_batches", "load", "build", "audit", "publish")
"""Stages whose failure ends the run: what they say stands in the run's file, for `zhibiao status`."""
NOTED = (*STOPPING, "scrape", "check_plans")
"""Stages that note their beginning, so that a run that was cut off says where; batches of `parse` run side by side."""


def stage(method: Callable[..., Result]) -> Callable[..., Result]:
    """A stage that fails says so in one line; its traceback goes where the logger sends tracebacks."""

    @wraps(method)
    def told(*args: Any, **kwargs: Any) -> Result:
        run = args[0] if args and isinstance(args[0], Run) else None
        try:
            if run is not None and method.__name__ in NOTED:
                run._note_if_possible(stage=method.__name__)
            return method(*args, **kwargs)
        except Exception as error:
            said = (full_disk(run.home, error) if run is not None else None) or str(error)
            log.error("%s failed: %s", method.__name__, said, exc_info=True)
            if run is not None and method.__name__ in STOPPING:
                run._note_if_possible(message=f"{method.__name__}: {said}")
            raise

    return told


class RefreshError(Exception):
    """A stage that cannot go on. The message is for a person; no traceback is needed to act on it."""


@dataclass(frozen=True)
class Run:
    """One refresh. Plain values only: it travels between Airflow tasks as JSON."""

    run_id: str
    as_of: str
    """`YYYY-MM-DD`, Asia/Shanghai: what was published later does not count."""
    live: bool
    sources: tuple[str, ...] = ()
    """Source ids asked for; none means all that are due."""

    @classmethod
    @stage
    def begin(cls, params: Mapping[str, Any], dag_run: str | None = None) -> Run:
        """The run that a DAG's parameters ask for, on a home that was brought to today's layout and quickly mended.

        `dag_run` is Airflow's name of the run. A run that cannot begin leaves a file that says why if it can. Raises
        Locked where another refresh works on the home, RefreshError for an unknown source.
        """
        run_id = os.environ.get(RUN_VARIABLE) or new_run_id()
        try:
            return cls._begin(run_id, params, None if RUN_VARIABLE in os.environ else dag_run)
        except Exception as error:
            now = datetime.now(UTC).isoformat()
            failed = cls(run_id, today().isoformat(), False)
            failed._note_if_possible(
                run_id=run_id, started_at=now, finished_at=now, state="failed", stage="begin", dag_run=dag_run,
                message=f"begin: {error}",
            )  # fmt: skip
            raise

    @classmethod
    def _begin(cls, run_id: str, params: Mapping[str, Any], dag_run: str | None) -> Run:
        from warehouse.care import layout
        from warehouse.care.first_aid import first_aid

        as_of = params.get("as_of") or today().isoformat()
        run = cls(run_id, date.fromisoformat(as_of).isoformat(), bool(params.get("live")), tuple(params["sources"]))
        layout.check(run.home)
        check_room(run.home)
        with refresh_lock(run.home, purpose=f"refresh {run_id}"):
            first_aid(run.home)
        unknown = sorted(set(run.sources) - set(run.catalog))
        if unknown:
            raise RefreshError(f"no such source: {', '.join(unknown)} (known: {', '.join(sorted(run.catalog))})")
        log.info("refresh %s, as of %s, %s", run.run_id, run.as_of, "live" if run.live else "archive only")
        if run.as_of < today().isoformat():
            log.info("pages that bear no date of their own count from the day they came in; later ones are left out")
        run._note(started_at=datetime.now(UTC).isoformat(), stage="begin", dag_run=dag_run, **run.as_dict())
        return run

    @classmethod
    def of(cls, values: Mapping[str, Any]) -> Run:
        return cls(values["run_id"], values["as_of"], values["live"], tuple(values["sources"]))

    def as_dict(self) -> dict[str, Any]:
        return asdict(self) | {"sources": list(self.sources)}

    @cached_property
    def home(self) -> Home:
        return Home.at()

    @cached_property
    def catalog(self) -> dict[str, Source]:
        from scrapers.sources import load_catalog

        return load_catalog()

    # --- the stages -------------------------------------------------------------------------------------------------

    @stage
    def due_sources(self) -> list[str]:
        from scrapers.scrape import due_sources

        due = due_sources(
            self.home, self.catalog, selected=self.sources, as_of=date.fromisoformat(self.as_of), live=self.live
        )
        log.info("sources: %d due of %d", len(due), len(self.catalog))
        return due

    @stage
    def scrape(self, source_ids: Sequence[str]) -> dict[str, str]:
        """Visit the sources, all at the same time; what came of each, in a line.

        Raises RefreshError once all are done where this machine (not a site) stood in the way of some.
        """
        from scrapers.schedule import scrape_all

        lines, troubled = {}, []
        visits: dict[str, dict[str, Any]] = {}
        sources = [self.catalog[source_id] for source_id in source_ids]
        as_of = date.fromisoformat(self.as_of)  # what is due was judged by this day, too
        for summary in scrape_all(self.home, sources, run_id=self.run_id, live=self.live, as_of=as_of):
            lines[summary.source_id] = summary.line()
            first = f" (first: {summary.reasons[0]})" if summary.reasons else ""
            log.log(logging.ERROR if summary.trouble else logging.INFO, "scrape: %s%s", summary.line(), first)
            troubled += [summary.source_id] if summary.trouble else []
            if summary.live and (summary.counts or summary.trouble):
                first_reason = summary.reasons[0] if summary.reasons else None
                visits[summary.source_id] = {
                    "counts": dict(summary.counts), "first": first_reason, "trouble": summary.trouble,
                }  # fmt: skip
        self._note_if_possible(visits=visits)
        if troubled:
            raise RefreshError(f"trouble of this machine while it visited {', '.join(sorted(troubled))}")
        return lines

    @stage
    def pending_batches(self, size: int) -> list[list[str]]:
        """Capture ids that the newest parsers have not read, `size` to a batch."""
        from scrapers.parse import pending

        waiting = pending(self.home, self.catalog)
        log.info("parse: %d captures to read", len(waiting))
        return [waiting[start : start + size] for start in range(0, len(waiting), size)]

    @stage
    def parse(self, capture_ids: list[str]) -> dict[str, int]:
        """Returns the number of pages by verdict."""
        from scrapers.parse import parse_captures

        counts: dict[str, int] = {}
        for outcome in parse_captures(self.home, capture_ids, self.catalog):
            counts[str(outcome.verdict)] = counts.get(str(outcome.verdict), 0) + 1
            if outcome.verdict not in ("accepted", "incomplete"):
                log.warning("%s: %s (%s): %s", outcome.verdict, outcome.url, outcome.reason, outcome.message)
        log.info("parse: %s", ", ".join(f"{count} {verdict}" for verdict, count in sorted(counts.items())))
        return counts

    @stage
    def check_plans(self) -> dict[str, int]:
        """Every registered plan against its newest capture; a plan that drifted is told, and stops nothing.

        Returns the number of plans that the home has a capture of, and of those that drifted.
        """
        from scrapers.register.check import check_plans

        compared = [drift for drift in check_plans(self.home, self.catalog) if drift.capture_id]
        drifted = [drift for drift in compared if drift.has_drifted]
        for drift in drifted:
            log.warning("the newest page of a plan says something else: %s (%s)", drift, drift.url)
        self._note(
            drift=[{"plan_id": drift.plan_id, "url": drift.url, "found": dict(drift.counts)} for drift in drifted]
        )
        log.info("plans: %d compared with their newest captures, %d drifted", len(compared), len(drifted))
        return {"compared": len(compared), "drifted": len(drifted)}

    @stage
    def load(self) -> dict[str, Any]:
        """Record files that turn out damaged are made again from their captures at once: they are only derived."""
        from scrapers.parse import pending
        from warehouse.load import load

        with self._writing():
            summary = load(self.home, self.catalog)
            if summary.given_back:  # outcomes that turned out damaged: their pages are read again at once
                log.warning("load: %d outcomes are damaged, their pages are read again", len(summary.given_back))
                self.parse(pending(self.home, self.catalog))
                summary = load(self.home, self.catalog).after(summary)
            self._own_build()
            self._note_layouts()
        for problem in summary.problems:
            log.warning("register: %s", problem)
        log.info("load: %s", summary)
        return {"summary": str(summary)}

    @stage
    def build(self) -> dict[str, Any]:
        """Marts from the raw schema; left as they are where nothing that they rest on has changed."""
        from warehouse.build import build
        from warehouse.built import is_built, mark_of, remember

        as_of = date.fromisoformat(self.as_of)
        with self._writing():
            self._check_build()
            mark = mark_of(self.home, as_of)
            if is_built(self.home, mark):
                summary = f"nothing is new since the marts were built as of {as_of}"
            else:
                summary = str(build(self.home, as_of))
                remember(self.home, mark)
        log.info("build: %s", summary)
        return {"summary": summary}

    @stage
    def audit(self) -> dict[str, Any]:
        """Raises RefreshError naming the critical expectations that failed."""
        from expectations.gate import audit
        from warehouse.care.published import last_marts
        from warehouse.database import build_path

        with self._writing(), last_marts(self.home) as last:
            self._check_build()
            found = audit(
                build_path(self.home),
                last_release=last,
                run_id=self.run_id,
                data_docs=local_path(self.home, RUNS, self.run_id, "data_docs"),
            )
        self._write("audit.json", [asdict(result) for result in found.results])
        for warning in found.warnings:
            log.warning("audit: %s", warning.message)
        if found.critical_failures:
            for failure in found.critical_failures:
                log.error("audit: %s: %s", failure.check_name, failure.message)
            names = ", ".join(sorted({failure.check_name for failure in found.critical_failures}))
            raise RefreshError(f"the audit stopped publication: {names}")
        log.info("audit: %d expectations, %d warnings", len(found.rules), len(found.warnings))
        return {"expectations": len(found.rules), "warnings": len(found.warnings)}

    @stage
    def publish(self) -> str:
        from warehouse.release import publish

        with self._writing():
            self._check_build()
            release = publish(
                self.home,
                run_id=self.run_id,
                as_of=date.fromisoformat(self.as_of),
                audit=json.loads(self.home.read(RUNS, self.run_id, "audit.json")),
                data_docs=local_path(self.home, RUNS, self.run_id, "data_docs"),
            )
        log.info("published release %s", release.release_id)
        self._note(finished_at=datetime.now(UTC).isoformat(), state="published", release_id=release.release_id)
        return release.release_id

    @stage
    def report(self, release_id: str) -> None:
        """The report of the release, line by line, to the log."""
        text = local_path(self.home, "releases", release_id, "report.md").read_text(encoding="utf-8")
        log.info("report of release %s\n%s", release_id, text)

    def end(self) -> None:
        """Record how the run ended, and tell people. Readers of a run that published nothing keep what they have."""
        from warehouse.telling import run_file
        from warehouse.telling.night import tell

        known = run_file.read(self.home, self.run_id)
        if known is None or known.state != "published":
            self._note_if_possible(finished_at=datetime.now(UTC).isoformat(), state="failed", **self.as_dict())
            current = local_path(self.home, CURRENT)
            serving = current.resolve().name if current.exists() else "none yet"
            log.error("refresh %s published nothing; release in use: %s", self.run_id, serving)
        tell(self.home, self.run_id)

    # --- the run's own files, and its claim on the build --------------------------------------------------------------

    def _writing(self) -> Any:
        return refresh_lock(self.home, purpose=f"refresh {self.run_id}", wait_seconds=60)

    def _note_layouts(self) -> None:
        """Pages that are laid out otherwise than before: all in the run's file, the new ones in the log."""
        from warehouse.layout_drift import layout_drift
        from warehouse.telling import run_file

        known = run_file.read(self.home, self.run_id)
        drift = layout_drift(self.home, known.started_at if known else None)
        for page in drift:
            if page["is_new"]:
                log.warning("another layout, not used: %s: %s", page["url"], page["difference"])
        self._note(layout_drift=drift)

    def _own_build(self) -> None:
        self.home.write(self.run_id.encode(), "build", "run")

    def _check_build(self) -> None:
        """The stages of a run are separate tasks: what another refresh has loaded in between is not ours to judge."""
        owner = self.home.read("build", "run").decode()
        if owner != self.run_id:
            raise RefreshError(f"refresh {owner} has taken over the build; this run ({self.run_id}) ends here")

    def _note(self, **values: Any) -> None:
        from warehouse.telling import run_file

        run_file.note(self.home, self.run_id, **values)

    def _note_if_possible(self, **values: Any) -> None:
        """A note of what happened; that it cannot be written must not hide what happened."""
        try:
            self._note(**values)
        except OSError as error:
            log.warning("the run's file cannot be written: %s", error)

    def _write(self, name: str, content: Any) -> None:
        text = json.dumps(content, ensure_ascii=False, indent=1, default=str)
        self.home.write(text.encode(), RUNS, self.run_id, name)


def today() -> date:
    """The day in Asia/Shanghai, in which as-of dates are counted."""
    return datetime.now(SHANGHAI).date()


def new_run_id() -> str:
    """Sortable name of a run: UTC time and four random hex digits."""
    return f"{datetime.now(UTC):%Y%m%dT%H%M%SZ}-{secrets.token_hex(2)}"
