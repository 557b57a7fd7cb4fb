"""The fetch schedule against its theoretical minimum, on a mirror of many hosts in a process of its own.

`python -m tests.bench.fetching serve HOSTS PAGES` is that mirror: it prints its hosts, and what it was asked when its
input ends.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import time
from contextlib import ExitStack
from itertools import pairwise
from pathlib import Path
from typing import Any

from tests.mirror import Mirror

REPOSITORY = Path(__file__).parent.parent.parent
HOSTS = 20
PAGES = 100
SECONDS_APART = 0.5
GOAL = 1.1


def fetching() -> None:
    """Print how long a first visit to all pages of all hosts takes. The minimum is max over hosts of pages x delay."""
    with (
        tempfile.TemporaryDirectory() as folder,
        subprocess.Popen(
            [sys.executable, "-m", "tests.bench.fetching", "serve", str(HOSTS), str(PAGES)],
            cwd=REPOSITORY, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        ) as mirror,
    ):  # fmt: skip
        assert mirror.stdout is not None
        hosts: list[str] = json.loads(mirror.stdout.readline())
        seconds, cpu, new = visit(Path(folder), hosts)
        seen = json.loads(mirror.communicate()[0])
    least = PAGES * SECONDS_APART
    print(f"fetch schedule ({HOSTS} hosts, {HOSTS * PAGES} pages, {SECONDS_APART} s apart at each host)")
    print(f"  at least {least:6.1f} s")
    print(f"  ours     {seconds:6.1f} s   {seconds / least:.2f} x the minimum, goal {GOAL}")
    print(f"  {seen['requests'] / seconds:.0f} requests/s with {cpu / seconds:.0%} of one core; {new} pages came")
    print(
        f"  smallest distance at any host {seen['smallest']:.3f} s; most requests at once at a host {seen['at_once']}"
    )


def visit(folder: Path, hosts: list[str]) -> tuple[float, float, int]:
    """Seconds, seconds of processor, pages that came. Every second host has two sources that share its pace."""
    from scrapers.home import Home
    from scrapers.schedule import scrape_all

    sources = []
    for number, host in enumerate(hosts):
        addresses = [f"http://{host}/{page}.html" for page in range(PAGES)]
        parts = [addresses[::2], addresses[1::2]] if number % 2 else [addresses]
        sources += [source(f"host_{number}_{part}", urls) for part, urls in enumerate(parts)]
    started, cpu = time.perf_counter(), time.process_time()
    summaries = list(scrape_all(Home.at(folder / "home"), sources, run_id="bench", live=True, starter=folder))
    new = sum(summary.counts["new"] for summary in summaries)
    return time.perf_counter() - started, time.process_time() - cpu, new


def source(source_id: str, addresses: list[str]) -> Any:
    """A source of the mirror."""
    from scrapers.source_model import Cadence, Politeness, Source

    rules = Politeness(requests_per_second=1 / SECONDS_APART, allow_private_addresses=True)
    return Source(
        source_id=source_id, publisher_zh="试验", publisher_en="Trial", title_zh="试验", title_en="Trial",
        addresses=addresses, cadence=Cadence.MONTHLY, politeness=rules, region_scope="country", publisher_rank=1,
        is_official=True, licence_note="none", freshness_limit_days=10, minimum_records=1,
    )  # fmt: skip


def serve(hosts: int, pages: int) -> None:
    """Serve pages of tables, all different, until the input ends."""
    shipped = [file.read_bytes() for file in sorted((REPOSITORY / "scrapers" / "starter").glob("*.html"))]
    with ExitStack() as stack:
        sites = [stack.enter_context(Mirror()) for _ in range(hosts)]
        for number, site in enumerate(sites):
            for page in range(pages):
                body = shipped[(number + page) % len(shipped)]
                site.page(f"/{page}.html", body + f"<p>{number}-{page}</p>".encode(), etag=True)
        print(json.dumps([site.host for site in sites]), flush=True)
        sys.stdin.read()
    gaps = [later.at - asked.at for site in sites for asked, later in pairwise(site.asked)]
    at_once = max(site.most_at_once for site in sites)
    print(json.dumps({"requests": len(gaps) + hosts, "smallest": min(gaps), "at_once": at_once}))


if __name__ == "__main__":
    if sys.argv[1:2] == ["serve"]:
        serve(int(sys.argv[2]), int(sys.argv[3]))
    else:
        fetching()
