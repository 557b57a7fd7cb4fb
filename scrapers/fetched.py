"""What came of one address, and how a token is kept out of it before it is stored or logged."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from json import dumps
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
    reason = fetched.reason
    for form in sorted(forms, key=len, reverse=True):
        reason = reason.replace(form, "…") if reason else reason
    told = [text for text in (fetched.etag, fetched.last_modified) if text and any(form in text for form in forms)]
    clean = replace(fetched, reason=reason, final_url=None)
    if told:
        clean = replace(clean, etag=None, last_modified=None)
    if _repeats(fetched.body, secrets, forms):
        reason = f"token_repeated: the answer repeats the token and is not kept{f' ({reason})' if reason else ''}"
        return replace(clean, outcome=Outcome.BLOCKED, reason=reason, body=None)
    return clean


def _repeats(body: bytes | None, secrets: Sequence[str], forms: Iterable[str]) -> bool:
    """True where a body holds a secret, as it is or written with escapes."""
    if not body:
        return False
    text = body.decode("latin-1")
    plain = re.sub(r"\\u00([0-9a-fA-F]{2})|&#x([0-9a-fA-F]{2});|%([0-9a-fA-F]{2})", _character, text)
    return any(form in text for form in forms) or any(secret in plain for secret in secrets)


def _character(escape: re.Match[str]) -> str:
    return chr(int(escape[1] or escape[2] or escape[3], 16))
