"""The words of a report in Chinese and English, from `report_words.csv`: codes, units, headings and sentences."""

from __future__ import annotations

import csv
from datetime import date
from enum import StrEnum
from functools import cache
from pathlib import Path

FILE = Path(__file__).parent / "report_words.csv"


class Language(StrEnum):
    """Language of a report; quotes of plans stay Chinese."""

    ZH = "zh"
    EN = "en"


class WordMissingError(KeyError):
    """A code that `report_words.csv` does not know: add its row."""


class Words:
    """The words of one language."""

    def __init__(self, language: Language) -> None:
        self.language = language
        self._known = {(kind, code): zh if language is Language.ZH else en for kind, code, zh, en in _rows()}

    def of(self, kind: str, code: str) -> str:
        """The words of a code of the marts. Raises WordMissingError."""
        try:
            return self._known[kind, code]
        except KeyError:
            raise WordMissingError(f"{FILE.name} has no words for {kind} {code!r}") from None

    def reason(self, code: str, *, of_task: bool) -> str:
        """Why a target stands where it stands; a task waits for evidence where others wait for a figure."""
        return (of_task and self._known.get(("task_reason", code))) or self.of("reason_code", code)

    def text(self, code: str, **values: object) -> str:
        """A heading or a sentence with its values filled in."""
        return self.of("text", code).format(**values)

    def unit(self, unit: str | None) -> str:
        """A unit; one without a translation stays as the plan has it."""
        return self._known.get(("unit", unit or ""), unit or "")

    def section(self, section: str | None) -> tuple[str, str]:
        """A section as the plan numbers it: the group that gets a heading, and the number inside it."""
        name = section or ""
        for (kind, code), words in self._known.items():
            if kind == "section" and name.startswith(code + " "):
                return words, name.removeprefix(code).strip()
        return name, ""

    def day(self, day: date | None) -> str:
        """A date; empty for none."""
        if day is None:
            return ""
        return self.text("date", year=day.year, month=day.month, day=day.day, iso=day.isoformat())

    def join(self, parts: list[str]) -> str:
        """Short words in a row."""
        return self.text("separator").join(part for part in parts if part)


@cache
def _rows() -> tuple[tuple[str, str, str, str], ...]:
    with FILE.open(encoding="utf-8", newline="") as lines:
        return tuple((row["kind"], row["code"], row["zh"], row["en"]) for row in csv.DictReader(lines))
