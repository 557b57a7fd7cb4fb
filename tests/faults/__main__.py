"""`make faults`: try every fault for real, tell as it goes, and write the table of the README."""

from __future__ import annotations

import argparse
import importlib
import sys
import tempfile
import time
from pathlib import Path

from tests.faults import table

PARTS = {
    "web": "web:trials", "hostile": "hostile:trials", "readers": "readers:trials", "damages": "machine:damage_trials",
    "disks": "machine:disk_trials", "kills": "machine:kill_trials",
}  # fmt: skip
"""Parts of the work: module and function."""


def main() -> int:
    """Run the trials. Exit code 1 where a fact was wrong, something accepted was lost or a reader met an error."""
    options = _options()
    rows = table.read()
    bad = 0
    with tempfile.TemporaryDirectory(prefix="zhibiao-faults-", ignore_cleanup_errors=True) as folder:
        for name in options.only or PARTS:
            module, _, function = PARTS[name].partition(":")
            trials = getattr(importlib.import_module(f"tests.faults.{module}"), function)
            started = time.monotonic()
            for trial in trials(Path(folder) / name):
                print(f"{time.monotonic() - started:6.0f} s  {trial}", flush=True)
                bad += trial.wrong_facts + trial.lost + trial.reader_errors
                rows = table.put([trial], rows)
                if not options.dry:
                    table.write(rows)  # at once: whoever stops an hour's work keeps what was tried
    return 1 if bad else 0


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="make faults", description=__doc__)
    parser.add_argument("--only", action="append", choices=list(PARTS), help="only these trials (may be repeated)")
    parser.add_argument("--dry", action="store_true", help="tell, and leave the table as it is")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
