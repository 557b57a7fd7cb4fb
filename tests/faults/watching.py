"""A reader who looks at `current` without a break, and what a release says, for comparison."""

from __future__ import annotations

import json
import threading
from pathlib import Path
from types import TracebackType
from typing import Self

import duckdb

FACTS = """
    select 'fact', region_id, indicator_id, breakdown, period_kind, period_start, period_end, value, unit_base
    from zhibiao.marts.fct_region_indicator
    union all
    select 'status', target_id, status, reason_code, null, evaluation_date, null, actual_value, null
    from zhibiao.marts.fct_target_progress
"""


def fact_rows(database: Path) -> list[tuple[object, ...]]:
    """Facts and statuses of a release as rows that can be compared."""
    with duckdb.connect() as connection:
        connection.execute(f"ATTACH '{database}' AS zhibiao (READ_ONLY)")
        return connection.execute(FACTS).fetchall()


class Watcher:
    """Reads the release that is current again and again: its manifest and its tables must be of one kind, always."""

    def __init__(self, home: Path) -> None:
        self._current = home / "current"
        self.answers = 0
        self.troubles: list[str] = []
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._read, daemon=True)

    def _read(self) -> None:
        while not self._stop.wait(0.1):
            try:
                self._look(self._current.resolve(strict=True))
                self.answers += 1
            except Exception as error:
                self.troubles.append(repr(error)[:300])

    def _look(self, folder: Path) -> None:
        manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
        with duckdb.connect() as connection:
            connection.execute(f"ATTACH '{folder / 'marts.duckdb'}' AS zhibiao (READ_ONLY)")
            for table in ("fct_region_indicator", "fct_target_progress", "open_questions"):
                count = connection.execute(f"select count(*) from zhibiao.marts.{table}").fetchall()[0][0]
                if count != manifest["tables"][table]["rows"]:
                    raise AssertionError(f"{folder.name}: {count} rows in {table}, not as its manifest says")

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stop.set()
        self._thread.join(30)
