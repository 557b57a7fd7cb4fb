"""`make fuzz`: every contract under the coverage-guided fuzzer for a bounded time, or against faults that are planted.

make fuzz                               each contract for a minute
make fuzz ARGS="numbers spans --seconds 300"
make fuzz ARGS=--plant                  how long it takes to find each planted fault, as a table
"""

from __future__ import annotations

import argparse
import hashlib
import os
import re
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from tests.fuzz.contracts import CONTRACTS
from tests.fuzz.material import seeds
from tests.fuzz.plants import PLANTS, REPOSITORY, Plant, planted

FOUND = Path(__file__).parent / "found"
"""Inputs on which a contract did not hold once, `<contract>-<hash>`: tried by every `make test`."""
_LONGEST_INPUT = {"pdfs": 20_000, "sheets": 20_000, "archives": 4_000, "nbs": 2_000, "portals": 1_000}
_SLOWEST = 20
"""Seconds that one input may take."""
_MEMORY_MB = 2048


def main() -> int:
    parser = argparse.ArgumentParser(prog="make fuzz", description=__doc__)
    parser.add_argument("contracts", nargs="*", help="their names; without any, all")
    parser.add_argument("--seconds", type=int, help="for each (default 60; with --plant 120 at most)")
    parser.add_argument("--plant", action="store_true", help="plant faults; an error where one is not found")
    told = parser.parse_args()
    if wrong := set(told.contracts) - CONTRACTS.keys():
        parser.error(f"no contract is named {', '.join(sorted(wrong))}; there are {', '.join(CONTRACTS)}")
    names = told.contracts or list(CONTRACTS)
    if told.plant:
        return _plant([plant for plant in PLANTS if plant.contract in names], told.seconds or 120)
    return _fuzz(names, told.seconds or 60)


def _fuzz(names: list[str], seconds: int) -> int:
    broken = 0
    for name in names:
        with tempfile.TemporaryDirectory(prefix="zhibiao-fuzz-") as folder:
            found, taken, runs = run(name, seconds, Path(folder), REPOSITORY)
            print(
                f"{name:<12} {taken:6.1f} s  {runs:9} inputs  {'holds' if found is None else 'DOES NOT HOLD'}",
                flush=True,
            )
            if found is not None:
                broken += 1
                FOUND.mkdir(exist_ok=True)
                kept = FOUND / f"{name}-{hashlib.sha256(found).hexdigest()[:12]}"
                kept.write_bytes(found)
                print((Path(folder) / "log").read_text(encoding="utf-8", errors="replace")[-3000:])
                print(f"kept as {kept.relative_to(REPOSITORY)}: commit it with what mends it", flush=True)
    return 1 if broken else 0


def _plant(plants: list[Plant], seconds: int) -> int:
    missed = 0
    print("| contract | planted fault | found after |\n|---|---|---|")
    for plant in plants:
        with tempfile.TemporaryDirectory(prefix="zhibiao-fuzz-") as folder:
            found, taken, runs = run(plant.contract, seconds, Path(folder), planted(plant, Path(folder)))
        missed += found is None
        told = f"{taken:.1f} s, {runs} inputs" if found is not None else f"**not within {seconds} s**, {runs} inputs"
        print(f"| {plant.contract} | {plant.kind} | {told} |", flush=True)
    print(f"\n{len(plants) - missed} of {len(plants)} found")
    return 1 if missed else 0


def run(name: str, seconds: int, folder: Path, readers: Path) -> tuple[bytes | None, float, int]:
    """Fuzz one contract over the readers under `readers`: the input that breaks it or None, seconds, inputs tried."""
    corpus = folder / "corpus"
    corpus.mkdir()
    for number, seed in enumerate([*seeds(name), *(kept.read_bytes() for kept in FOUND.glob(f"{name}-*"))]):
        (corpus / str(number)).write_bytes(seed)
    command = [
        *(sys.executable, "-m", "tests.fuzz.target", name, str(corpus)),
        *(f"-max_total_time={seconds}", f"-timeout={_SLOWEST}", f"-rss_limit_mb={_MEMORY_MB}"),
        *(f"-max_len={_LONGEST_INPUT.get(name, 300)}", f"-artifact_prefix={folder}/broken-", "-print_final_stats=1"),
    ]
    environment = os.environ | {"PYTHONPATH": os.pathsep.join([str(readers), str(REPOSITORY), *_beside()])}
    started = time.monotonic()
    with (folder / "log").open("wb") as log:
        subprocess.run(command, stdout=log, stderr=subprocess.STDOUT, env=environment, cwd=folder, check=False)
    taken = time.monotonic() - started
    broken = next(folder.glob("broken-*"), None)
    told = (folder / "log").read_text(encoding="utf-8", errors="replace")
    runs = re.search(r"stat::number_of_executed_units:\s*(\d+)", told) or re.findall(r"#(\d+)", told)[-1:]
    count = int(runs[1] if isinstance(runs, re.Match) else runs[0] if runs else 0)
    if broken is None and not count:
        raise SystemExit(f"the fuzzer did not run:\n{told[-3000:]}")
    return broken.read_bytes() if broken else None, taken, count


def _beside() -> list[str]:
    """Where `make fuzz` has put the fuzzer: beside the environment, not in it."""
    return [place for place in os.environ.get("PYTHONPATH", "").split(os.pathsep) if place]


if __name__ == "__main__":
    sys.exit(main())
