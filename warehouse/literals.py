"""Values and names inside statements that take no parameters (ATTACH, COPY, COMMENT, SET); everything else is bound."""

from __future__ import annotations

import re


def quoted(value: object) -> str:
    """A value as an SQL string literal."""
    return "'" + str(value).replace("'", "''") + "'"


def identifier(name: str) -> str:
    """The name of a table or column as SQL writes one."""
    return '"' + name.replace('"', '""') + '"'


def no_pattern(path: str) -> str:
    """A path of one file, for a function that would take `*`, `?` and `[` in the name of a home for a pattern."""
    return re.sub(r"[*?\[]", r"[\g<0>]", path)
