"""One contract under the fuzzer, in a process of its own: `python -m tests.fuzz.target NAME [options of libFuzzer]`.

The readers are instrumented as they are imported, so that the fuzzer sees which of their branches an input reaches.
"""

from __future__ import annotations

import sys

import atheris

with atheris.instrument_imports(include=["scrapers"]):
    from tests.fuzz.contracts import CONTRACTS, holds

from scrapers.isolation import INSIDE


def main() -> None:
    name = sys.argv.pop(1)
    assert name in CONTRACTS, f"no contract is named {name}; there are {', '.join(CONTRACTS)}"
    INSIDE.append(True)  # the readers themselves are fuzzed, in this process
    atheris.Setup(sys.argv, lambda data: holds(name, data))
    atheris.Fuzz()


if __name__ == "__main__":
    main()
