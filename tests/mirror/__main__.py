"""Starts the mirror and tells how to refresh against it; ends on Ctrl-C. `make mirror`, or `python -m tests.mirror`."""

from __future__ import annotations

import argparse
import signal
import sys
import tempfile
import threading
from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path

from scrapers.imports import STARTER
from scrapers.visits.due import SHANGHAI
from tests.mirror.catalog import write_catalog
from tests.mirror.faults import FAULTS
from tests.mirror.sites import Sites

FIRST_PORT = 8710
_ARCHIVE = "folder of captures with index.csv files; may be repeated (default: the starter archive)"
_FAULT = (
    "switch a fault on at the addresses (host/path) that fit a pattern such as '*/year2022/*'; without one, wherever "
    "it applies; may be repeated"
)


def main(arguments: Sequence[str] | None = None) -> int:
    """Serve until interrupted. Returns 2 for a wrong argument, with a line that says what is allowed."""
    asked = _parser().parse_args(arguments)
    if asked.list:
        for fault in FAULTS.values():
            print(f"{fault.group:14} {fault.name}{'  (harmless)' if fault.is_harmless else ''}")
        return 0
    wanted = [_split(text) for text in asked.fault]
    if unknown := [name for name, _ in wanted if name not in FAULTS]:
        print(f"no such fault: {', '.join(unknown)} (--list shows all)", file=sys.stderr)
        return 2
    with tempfile.TemporaryDirectory(prefix="zhibiao-mirror-") as scratch:
        try:
            sites = Sites(asked.archive or [STARTER], port=asked.port)
        except (OSError, OverflowError) as error:
            print(f"the mirror cannot start: {error} (another --archive or --port?)", file=sys.stderr)
            return 2
        with sites:
            if asked.trials:
                sites.add_trials()
            if asked.trials == "bad":
                sites.spoil_trials()
            for name, pattern in wanted:
                spoilt = sites.spoil(FAULTS[name], pattern)
                print(f"{name}: at {len(spoilt)} addresses", *spoilt[:5], *(["…"] if spoilt[5:] else []), sep="\n  ")
            _serve(sites, write_catalog(sites, asked.catalog or Path(scratch) / "catalog"))
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m tests.mirror", description=__doc__)
    add = parser.add_argument
    add("--archive", action="append", type=Path, metavar="DIR", help=_ARCHIVE)
    add("--fault", action="append", default=[], metavar="NAME[=PATTERN]", help=_FAULT)
    add("--trials", choices=["good", "bad"], help="a site of its own for every fault: sound (first night), or faulty")
    add("--list", action="store_true", help="show the faults and end")
    add("--catalog", type=Path, metavar="DIR", help="write the catalog there (default: a scratch folder)")
    add("--port", type=int, default=FIRST_PORT, help=f"of the first host, the others follow; 0: any ({FIRST_PORT})")
    return parser


def _split(text: str) -> tuple[str, str]:
    """Name and pattern; names hold no `=`."""
    name, _, pattern = text.partition("=")
    return name.strip(), pattern.strip() or "*"


def _serve(sites: Sites, catalog: Path) -> None:
    print(f"\nthe mirror plays {len(sites.captures)} captures:")
    shown = [name for name in sites.mirrors if not name.startswith("trial_")]
    for name in shown:
        print(f"  {sites.url(name):26} {name}")
    if sites.trials:
        print(f"  and {len(sites.trials)} trial sites, one for each fault")
    print(f"\nrefresh against it:\n  ZHIBIAO_CATALOG={catalog} ZHIBIAO_HOME=.zhibiao-mirror zhibiao refresh --live")
    tomorrow = datetime.now(SHANGHAI).date() + timedelta(days=1)
    print("the same day again, all addresses (with other faults: end this and start it anew, the ports stay):")
    print(f"  ZHIBIAO_CATALOG={catalog} ZHIBIAO_HOME=.zhibiao-mirror zhibiao refresh --live --as-of {tomorrow}")
    print("\nCtrl-C ends it.", flush=True)
    ended = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: ended.set())
    ended.wait()
    print(f"\n{len(sites.asked())} requests came.")


if __name__ == "__main__":
    sys.exit(main())
