"""Which text is an address that may be asked or stored, and how an address that is none is told."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")
_CREDENTIALS = re.compile(r"//[^/?#\s]*@")


def is_web_address(text: str) -> bool:
    """True for an absolute http or https address with a host, and without credentials or control characters."""
    try:
        parts = urlsplit(text)
        usable = parts.scheme in {"http", "https"} and bool(parts.hostname) and parts.port != 0
    except ValueError:
        return False
    return usable and "@" not in parts.netloc and not _CONTROL.search(text)


def told(text: str) -> str:
    """An address, or what was given for one, as it may stand in a message: quoted, without credentials, short."""
    return repr(_CREDENTIALS.sub("//…@", text)[:200])
