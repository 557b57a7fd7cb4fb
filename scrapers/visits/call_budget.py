"""How often a token was used today: kept in the home, so that it holds for all processes and runs of a day."""

from __future__ import annotations

import json
from datetime import datetime

from filelock import FileLock

from scrapers.home import Home
from scrapers.visits.due import SHANGHAI

FOLDER = "budgets"
_LONGEST_WAIT = 30.0


class CallBudget:
    """The requests that one token is good for on one day (Asia/Shanghai, where the portals count). Never the token."""

    def __init__(self, home: Home, name: str, calls_per_day: int) -> None:
        self._home, self._file, self._most = home, f"{name}.json", calls_per_day
        self._lock = FileLock(home.lock_folder(FOLDER) / f"{name}.lock", timeout=_LONGEST_WAIT)

    def take(self, now: datetime | None = None) -> bool:
        """Count one request, before it is made; False where the day has none left. Raises `filelock.Timeout`."""
        today = (now or datetime.now(SHANGHAI)).astimezone(SHANGHAI).date().isoformat()
        with self._lock:
            day, calls = self._read()
            if day < today:
                day, calls = today, 0
            if calls >= self._most:
                return False
            self._home.write(json.dumps({"day": day, "calls": calls + 1}).encode(), FOLDER, self._file)
            return True

    def _read(self) -> tuple[str, int]:
        try:
            kept = json.loads(self._home.read(FOLDER, self._file))
            return str(kept["day"]), int(kept["calls"])
        except FileNotFoundError:
            return "", 0
        except (ValueError, KeyError, TypeError):  # who damaged it may have used it up: nothing more today
            return datetime.now(SHANGHAI).date().isoformat(), self._most
