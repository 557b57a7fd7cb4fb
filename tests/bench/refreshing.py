"""Seconds and memory of a whole refresh, as ratios to what the tools alone cost in the same run."""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

REPOSITORY = Path(__file__).parent.parent.parent
REPEATS = 3
WARM_GOAL = 1.3


def refreshing() -> None:
    """Print what a cold and a warm refresh cost against the floor."""
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
