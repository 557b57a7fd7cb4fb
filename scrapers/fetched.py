"""What came of one address, and how a token is kept out of it before it is stored or logged."""

from __future__ import annotations

import re
from base64 import b64encode
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from json import dumps
from typing import Any
from urllib.parse import quote, quote_plus

from scrapers.captures import Outcome


@dataclass(frozen=True, slots=True)
class Fetched:
    """What came of one address. `new` means that a page came; whether it is new to the archive, the archive says."""

    outcome: Outcome
    reason: str | None = None
    """`code: words` for every outcome but `new` and `unchanged`."""
    status: int | None = None
    final_url: str | None = None
    """Where redirects led, None if nowhere else."""
    body: bytes | None = None
    """The page; for `blocked` the evidence."""
    content_type: str | None = None
    charset: str | None = None
    etag: str | None = None
    last_modified: str | None = None


def without_secrets(fetched: Fetched, secrets: Sequence[str]) -> Fetched:
    """What came, without anything that tells a secret: reasons are blanked, a body that repeats one is not kept."""
    forms = {form for secret in secrets for form in (secret, quote(secret, safe=""), quote_plus(secret))}
    forms |= {dumps(secret)[1:-1] for secret in secrets}
    headers = ("content_type", "charset", "etag", "last_modified")
    told: dict[str, Any] = {
        name: None for name in headers if _repeats(str(getattr(fetched, name) or "").encode(), secrets, forms)
    }
    if {"etag", "last_modified"} & told.keys():
        told |= {"etag": None, "last_modified": None}
    reason = _blanked(fetched.reason, forms) if fetched.reason else None
    clean = replace(fetched, reason=reason, final_url=None, **told)
    if _repeats(fetched.body, secrets, forms):
        reason = f"token_repeated: the answer repeats the token and is not kept{f' ({reason})' if reason else ''}"
        return replace(clean, outcome=Outcome.BLOCKED, reason=reason, body=None)
    return clean


_SHORTEST_PIECE = 6


def _blanked(text: str, forms: Iterable[str]) -> str:
    """A text without the secrets, and without the beginning of one that was cut off."""
    for form in sorted(forms, key=len, reverse=True):
        for length in range(len(form), min(_SHORTEST_PIECE, len(form)) - 1, -1):
            text = text.replace(form[:length], "…")
    return text


def _repeats(body: bytes | None, secrets: Sequence[str], forms: Iterable[str]) -> bool:
    """True where a body holds a secret: as it is, written with escapes (also twice), in UTF-16, or in base 64."""
    if not body:
        return False
    text = body.decode("latin-1").replace("\0", "")
    once = _ESCAPED.sub(_character, text)
    twice = _ESCAPED.sub(_character, once)
    written = [piece for secret in secrets for piece in _in_base_64(secret)]
    return (
        any(form in text for form in forms)
        or any(secret in plain for secret in secrets for plain in (once, twice))
        or any(piece in text for piece in written)
    )


_ESCAPED = re.compile(
    r"\\u00([0-9a-fA-F]{2})|\\x([0-9a-fA-F]{2})|&#[xX]0*([0-9a-fA-F]{2});|%([0-9a-fA-F]{2})|&#0*([0-9]{2,3});|\\([/\\\"'])"
)


def _character(escape: re.Match[str]) -> str:
    hexadecimal = escape[1] or escape[2] or escape[3] or escape[4]
    return chr(int(hexadecimal, 16)) if hexadecimal else chr(int(escape[5])) if escape[5] else escape[6]


def _in_base_64(secret: str) -> Iterator[str]:
    """What a text in base 64 holds of a secret, wherever it begins in it: the letters that no neighbour changes."""
    for before in range(3):
        coded = b64encode(b"\0" * before + secret.encode()).decode().rstrip("=")
        inner = coded[(0, 2, 3)[before] : len(coded) - 1]
        yield from (inner, inner.replace("+", "-").replace("/", "_"))
