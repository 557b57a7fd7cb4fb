"""Pages per second of the parsers, family by family, against what pandas has for the same bytes in the same run."""

from __future__ import annotations

import io
import resource
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import pandas as pd

from scrapers.decoding import decode
from scrapers.parse import parse_page
from scrapers.records import Page, Refusal
from tests.bench.pages import ARTICLES, PROSE, Sample, families

ROUNDS = 15


def parsing() -> None:
    """Print a line a family. Ours are finished, checked records; those of pandas are frames of cells."""
    print(f"parsing (pages/s, best of {ROUNDS} rounds in turns; ours: checked records, pandas: frames of cells)")
    print(f"  {'family':<22} {'pages':>5} {'records':>7} {'ours':>6} {'pandas':>6} {'ratio':>6}")
    results = [measure(name, pages) for name, pages in families().items()]
    for result in results:
        print(f"  {result}")
    web = [result for result in results if result.rival == "read_html"]
    total("web pages that are tables", [result for result in web if result.family != ARTICLES])
    total("all web pages with tables", web)
    print(f"  peak memory {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024} MiB")


def total(name: str, results: Sequence[Measured]) -> None:
    ours, theirs = sum(r.ours for r in results), sum(r.theirs or 0 for r in results)
    print(f"  {name}: {theirs / ours:.2f} x pandas.read_html, goal 1")


@dataclass(frozen=True)
class Measured:
    """What reading all pages of a family took; `str` is its line."""

    family: str
    pages: int
    records: int
    refused: int
    ours: float
    """Seconds for all pages, in the best round."""
    theirs: float | None
    """The same for pandas, None where it has nothing for such files."""
    rival: str

    def __str__(self) -> str:
        line = f"{self.family:<22} {self.pages:5} {self.records:7} {self.pages / self.ours:6.0f}"
        ratio = "-"
        if self.theirs is None:
            line += f" {'-':>6}"
        else:
            line += f" {self.pages / self.theirs:6.0f}"
            ratio = f"{self.theirs / self.ours:.2f}" if self.refused < self.pages else "-"
        return f"{line} {ratio:>6}  {self.rival}" + (f" ({self.refused} refused)" if self.refused else "")


def measure(family: str, samples: Sequence[Sample]) -> Measured:
    records = refused = 0

    def ours() -> None:
        nonlocal records, refused
        records = refused = 0
        for sample in samples:
            try:
                records += len(parse_page(*sample)[1].records)
            except Refusal:
                refused += 1

    pages = [page for page, _ in samples]
    rival, read = _rival(pages) if family != PROSE else ("pandas reads no sentence", None)

    def theirs() -> None:
        for page in pages:
            try:
                read(page.body)  # type: ignore[misc]
            except ValueError:  # no tables found
                continue

    best = _best([ours, theirs] if read else [ours])
    return Measured(family, len(pages), records, refused, best[0], best[1] if read else None, rival)


def _best(works: Sequence[Callable[[], None]]) -> list[float]:
    """Seconds of each: the best of several rounds, in turns, so that a busy moment strikes both."""
    best = [float("inf")] * len(works)
    for _ in range(ROUNDS):
        for place, work in enumerate(works):
            started = time.perf_counter()
            work()
            best[place] = min(best[place], time.perf_counter() - started)
    return best


# --- what pandas has --------------------------------------------------------------------------------------------------


def _rival(pages: Sequence[Page]) -> tuple[str, Callable[[bytes], object] | None]:
    """The reader of pandas for the files of a family, by their content types."""
    kind = pages[0].knowledge.content_type or ""
    for words, name, read in (
        ("html", "read_html", _read_html),
        ("excel", "read_excel (calamine)", _read_excel),
        ("spreadsheet", "read_excel (calamine)", _read_excel),
        ("csv", "read_csv", _read_csv),
        ("json", "read_json", _read_json),
    ):
        if words in kind:
            return name, read
    return "pandas has nothing for such files", None


def _read_html(body: bytes) -> object:
    return pd.read_html(io.StringIO(decode(body).text), flavor="lxml")


def _read_excel(body: bytes) -> object:
    return pd.read_excel(io.BytesIO(body), engine="calamine", header=None, sheet_name=None)


def _read_csv(body: bytes) -> object:
    """Rows of different lengths (a title, a table, notes) need more columns than the first one has."""
    return pd.read_csv(io.StringIO(decode(body).text), header=None, names=range(50))


def _read_json(body: bytes) -> object:
    return pd.read_json(io.StringIO(decode(body).text), typ="series")
