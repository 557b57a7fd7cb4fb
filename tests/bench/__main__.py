"""Print what the refresh and the parsers cost, as ratios against what the tools alone cost in the same run."""

from __future__ import annotations

import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

REPOSITORY = Path(__file__).parent.parent.parent
REPEATS = 3
ROUNDS = 15
WARM_GOAL = 1.3


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        scratch = Path(folder)
        print("refresh (seconds, whole process; peak memory of the largest process)")
        refresh = [sys.executable, "-m", "warehouse.cli", "refresh", "--offline"]
        cold, memory = timed(refresh, scratch / "home")
        warm = [timed(refresh, scratch / "home") for _ in range(REPEATS)]
        anew = timed(refresh, scratch / "home", ZHIBIAO_FULL_BUILD="1")[0]
        floor_command = [sys.executable, "-m", "tests.bench.floor", str(count_models())]
        timed(floor_command, scratch / "floor")  # its first run migrates Airflow's database, as the cold one does
        floor = [timed(floor_command, scratch / "floor") for _ in range(REPEATS)]
        warm_seconds, floor_seconds = middle(warm), middle(floor)
        print(f"  floor {floor_seconds:6.1f}   ({max(peak for _, peak in floor)} MiB)")
        print(f"  cold  {cold:6.1f}   {cold / floor_seconds:.2f} x the floor ({memory} MiB)")
        ratio = warm_seconds / floor_seconds
        print(
            f"  warm  {warm_seconds:6.1f}   {ratio:.2f} x the floor, goal {WARM_GOAL} ({max(p for _, p in warm)} MiB)"
        )
        print(f"  warm, with all marts built anew {anew:.1f}   {anew / floor_seconds:.2f} x the floor")
    parsing()


def timed(command: list[str], home: Path, **variables: str) -> tuple[float, int]:
    """Seconds and peak memory (MiB, largest process of the tree) of one command with its own home."""
    home.mkdir(exist_ok=True)
    measure = (
        "import resource, subprocess, sys, time; started = time.perf_counter();"
        "code = subprocess.run(sys.argv[1:], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE);"
        "seconds = time.perf_counter() - started;"
        "peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // 1024;"
        "sys.stderr.buffer.write(code.stderr if code.returncode else b'');"
        "print(seconds, peak); sys.exit(code.returncode)"
    )
    environment = {**os.environ, "ZHIBIAO_HOME": str(home), **variables}
    done = subprocess.run(
        [sys.executable, "-c", measure, *command], cwd=REPOSITORY, env=environment, capture_output=True, text=True
    )
    if done.returncode:
        sys.exit(f"{' '.join(command)} failed:\n{done.stderr[-2000:]}")
    seconds, peak = done.stdout.split()
    return float(seconds), int(peak)


def middle(runs: list[tuple[float, int]]) -> float:
    return statistics.median(seconds for seconds, _ in runs)


def count_models() -> int:
    return len(list((REPOSITORY / "dbt_project" / "models").rglob("*.sql")))


def pages() -> list[bytes]:
    """HTML pages with tables: those of the archive of real pages where it is present, else the shipped ones."""
    real = REPOSITORY.parent / "shared" / "archive" / "stats"
    folder = real if real.is_dir() else REPOSITORY / "scrapers" / "starter"
    found = [path.read_bytes() for path in sorted(folder.rglob("*.html"))]
    return [body for body in found if body.count(b"<tr") > 5]


def parsing() -> None:
    """Pages per second of our parsers (finished, checked records) and of pandas.read_html (frames of cells).

    Articles with a table in them are told apart: we read their sentences too, pandas only the table.
    """
    from scrapers.parse import parse_page
    from scrapers.records import Page, Refusal

    tables, articles = [], []
    for body in pages():
        try:
            parser, _ = parse_page(Page(body=body))
        except Refusal:
            tables.append(body)
        else:
            (articles if parser.name == "prose" else tables).append(body)
    compare("pages that are tables", tables)
    compare("all pages with tables", tables + articles)
    print(f"peak memory of parsing {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024} MiB")


def compare(name: str, bodies: list[bytes]) -> None:
    import io

    import pandas as pd

    from scrapers.decoding import decode
    from scrapers.parse import parse_page
    from scrapers.records import Page, Refusal

    records = 0

    def ours() -> None:
        nonlocal records
        records = 0
        for body in bodies:
            try:
                records += len(parse_page(Page(body=body))[1].records)
            except Refusal:
                continue

    def pandas_reader() -> None:
        for body in bodies:
            try:
                pd.read_html(io.StringIO(decode(body).text))
            except ValueError:  # no tables found
                continue

    our_rate, pandas_rate = rates([ours, pandas_reader], len(bodies))
    print(f"parsing, {name} ({len(bodies)} pages, {records} records)")
    print(f"  ours             {our_rate:6.0f} pages/s   {our_rate / pandas_rate:.2f} x pandas.read_html, goal 1")
    print(f"  pandas.read_html {pandas_rate:6.0f} pages/s")


def rates(works: list[Callable[[], None]], count: int) -> list[float]:
    """Pages per second of each: the best of several rounds, in turns, so that a busy moment strikes both."""
    best = [float("inf")] * len(works)
    for _ in range(ROUNDS):
        for place, work in enumerate(works):
            started = time.perf_counter()
            work()
            best[place] = min(best[place], time.perf_counter() - started)
    return [count / seconds for seconds in best]


if __name__ == "__main__":
    main()
