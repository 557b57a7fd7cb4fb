"""What a report can be asked for; apart, so that the command line knows it without loading the rest."""

from __future__ import annotations

from enum import StrEnum


class Kind(StrEnum):
    """Kinds of evaluation; without one the plan is judged on the as-of date itself."""

    ANNUAL = "annual"
    MIDTERM = "midterm"
    FINAL = "final"


class Language(StrEnum):
    """Languages of the report."""

    ZH = "zh"
    EN = "en"


class FileFormat(StrEnum):
    """What is written."""

    HTML = "html"
    DOCX = "docx"
    ALL = "all"
