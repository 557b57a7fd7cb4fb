"""Pages per second of the parsers, family by family, against what pandas has for the same bytes in the same run."""

from __future__ import annotations

import io
import resource
import time
from collections.abc import Callable, Sequence

import pandas as pd

from scrapers.decoding import decode
from scrapers.page_reading import parse_page
from scrapers.records import Page, Refusal
from tests.bench.pages import ARTICLES, PROSE, Sample, families

ROUNDS = 15


def parsing() -> None:
    """Print a line a family. Ours are finished, checked records; those of pandas are frames of cells."""
    results = [Family(name, samples) for name, samples in families().items()]
    for _ in range(ROUNDS):  # families in turns: the few pages that the parsers remember are others by then
        for family in results:
            family.measure()
    print(f"parsing (pages per second of processor, best of {ROUNDS} rounds; ours: checked records, pandas: cells)")
    print(f"  {'family':<22} {'pages':>5} {'records':>7} {'ours':>6} {'pandas':>6} {'ratio':>6}")
    for family in results:
        print(f"  {family}")
    web = [family for family in results if family.rival == "read_html"]
    total("web pages that are tables", [family for family in web if family.name != ARTICLES])
    total("all web pages with tables", web)
    print(f"  peak memory {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024} MiB")


def total(name: str, measured: Sequence[Family]) -> None:
    ratio = sum(family.theirs for family in measured) / sum(family.ours for family in measured)
    print(f"  {name}: {ratio:.2f} x pandas.read_html, goal 1")


class Family:
    """The pages of a family, and the best that was measured; `str` is its line."""

    def __init__(self, name: str, samples: Sequence[Sample]) -> None:
        self.name, self.samples = name, samples
        self.records = self.refused = 0
        self.ours = self.theirs = float("inf")
        """Processor seconds for all pages, in the best round."""
        pages = [page for page, _ in samples]
        self.rival, self.read = _rival(pages) if name != PROSE else ("pandas reads no sentence", None)

    def measure(self) -> None:
        """One round: ours, then pandas, so that a busy machine strikes both alike."""
        self.ours = min(self.ours, _seconds(self._parse))
        if self.read:
            self.theirs = min(self.theirs, _seconds(self._read))

    def _parse(self) -> None:
        self.records = self.refused = 0
        for sample in self.samples:
            try:
                self.records += len(parse_page(*sample)[1].records)
            except Refusal:
                self.refused += 1

    def _read(self) -> None:
        assert self.read is not None
        for page, _ in self.samples:
            try:
                self.read(page.body)
            except ValueError:  # no tables found
                continue

    def __str__(self) -> str:
        count = len(self.samples)
        rate = f"{count / self.theirs:.0f}" if self.read else "-"
        ratio = f"{self.theirs / self.ours:.2f}" if self.read and self.refused < count else "-"
        line = f"{self.name:<22} {count:5} {self.records:7} {count / self.ours:6.0f} {rate:>6} {ratio:>6}  {self.rival}"
        return line + (f" ({self.refused} refused)" if self.refused else "")


def _seconds(work: Callable[[], None]) -> float:
    started = time.process_time()
    work()
    return time.process_time() - started


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
