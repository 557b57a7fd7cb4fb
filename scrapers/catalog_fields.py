"""Types of the fields of a catalog file: addresses, templates, patterns, each with what is allowed in words."""

from __future__ import annotations

import re
from string import Formatter
from typing import Annotated

from pydantic import AfterValidator, ConfigDict, Field

from scrapers.web_address import is_web_address


def check_address(url: str) -> str:
    """The address, if it is one without a password in it. Raises ValueError."""
    if "@" in url.partition("//")[2].partition("/")[0]:
        raise ValueError("an address must not carry a user name or password")
    if not is_web_address(url):
        raise ValueError("not an address; allowed: http://… or https://… with a host")
    return url


def check_template(text: str) -> str:
    """The template, if it has placeholders and is an address without them. Raises ValueError."""
    try:
        names = placeholders(text)
    except ValueError as error:
        raise ValueError(f"not a template ({error}); allowed: an address with {{year}} or {{name of a part}}") from None
    check_address(_PLACEHOLDER.sub("1", text))
    if not names:
        raise ValueError("a template without a placeholder; allowed: an address with {year} or {name of a part}")
    return text


def _pattern(text: str) -> str:
    try:
        re.compile(text)
    except re.error as error:
        raise ValueError(f"not a regular expression: {error}") from None
    return text


def _host(name: str) -> str:
    if not re.fullmatch(r"[a-z0-9.-]+(:\d+)?", name):
        raise ValueError("not a host name; allowed: lower-case names such as www.example.org, without scheme or path")
    return name


def code_text(value: object) -> object:
    """A code that YAML took for a number as text."""
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else value


_PLACEHOLDER = re.compile(r"\{\w+\}")

Address = Annotated[str, AfterValidator(check_address)]
Template = Annotated[str, AfterValidator(check_template)]
Pattern = Annotated[str, AfterValidator(_pattern)]
Host = Annotated[str, AfterValidator(_host)]
Words = Annotated[str, Field(min_length=1)]


STRICT = ConfigDict(extra="forbid", frozen=True, strict=True)
"""Of every part of a catalog file: no unknown fields, no values of another type."""


def placeholders(template: str) -> list[str]:
    """Names of the placeholders of a template, in their order. Raises ValueError for an odd one."""
    names = [name for _, name, _, _ in Formatter().parse(template) if name is not None]
    odd = [name for name in names if not re.fullmatch(r"[a-z_]+", name)]
    if odd:
        raise ValueError(f"odd placeholder {{{odd[0]}}}")
    return names
