"""Runs one dbt command in a process of its own, and ends with the process that asked for it.

dbt keeps the DuckDB file locked for as long as its process lives (dbt-core issue 11980), so it never runs inside the
refresh; and a refresh that is killed must not leave a dbt behind that goes on writing. The asking process holds the
other end of standard input: when it closes, however that happens, this process stops at once.
"""

from __future__ import annotations

import os
import sys
import threading


def main() -> None:
    """Run dbt with the arguments of the command line."""
    threading.Thread(target=_stop_with_the_other_end, daemon=True).start()
    from dbt.cli.main import cli

    # dbt takes the path of the database apart as it would an address, and its name goes into statements: in its own
    # folder it is `warehouse.duckdb`, whatever signs the path of the home has.
    os.chdir(os.environ.get("ZHIBIAO_BUILD_FOLDER") or ".")
    cli(sys.argv[1:])


def _stop_with_the_other_end() -> None:
    while os.read(0, 1024):
        pass
    os._exit(130)


if __name__ == "__main__":
    main()
