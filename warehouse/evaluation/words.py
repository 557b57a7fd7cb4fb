"""The report's words in one language: what a code of the marts is called, and the report's own phrases."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import cast

import yaml

from warehouse.evaluation.options import Language

FOLDER = Path(__file__).parent
CODES, PHRASES = "words.yaml", "phrases.yaml"


@dataclass(frozen=True)
class Words:
    """Words in one language."""

    language: Language

    def code(self, group: str, code: str) -> str:
        """What a code is called; the code itself where a unit or section has no words of its own. Raises KeyError."""
        known = codes()[group]
        if code not in known and group == "unit":
            return code
        return known[code][self.language]

    def say(self, phrase: str, **values: object) -> str:
        """A phrase of the report, filled in. Raises KeyError."""
        return phrases()[phrase][self.language].format(**values)

    def join(self, texts: list[str]) -> str:
        return self.say("join").join(texts)


@cache
def codes() -> dict[str, dict[str, dict[str, str]]]:
    """Group → code → language → words."""
    return cast(dict[str, dict[str, dict[str, str]]], yaml.safe_load((FOLDER / CODES).read_text(encoding="utf-8")))


@cache
def phrases() -> dict[str, dict[str, str]]:
    """Phrase → language → words."""
    return cast(dict[str, dict[str, str]], yaml.safe_load((FOLDER / PHRASES).read_text(encoding="utf-8")))
