"""Print what the refresh, the fetch schedule and the parsers cost, as ratios within one run.

Names choose: `python -m tests.bench fetching parsing`.
"""

from __future__ import annotations

import sys

from tests.bench.fetching import fetching
from tests.bench.parsing import parsing
from tests.bench.refreshing import refreshing

PARTS = {"refreshing": refreshing, "fetching": fetching, "parsing": parsing}


def main() -> None:
    for name in sys.argv[1:] or PARTS:
        PARTS[name]()


if __name__ == "__main__":
    main()
