"""What an address says of its source: an id, a pattern for its neighbours, whether the host is an office's."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

_HEX = re.compile(r"(?<![0-9a-z])[0-9a-f]{32}(?![0-9a-z])")
_PART = re.compile(r"(?<![0-9a-z])[0-9a-f]{32}(?![0-9a-z])|\d+")
_NO_NAME = frozenset({"www", "com", "cn", "gov", "org", "net", "edu", "http", "https", "html", "htm", "shtml", "index"})
_LONGEST_ID = 60


def pattern_of(url: str) -> str:
    """A regular expression for addresses that differ from this one in numbers and hashes only; http and https alike."""
    parts = urlsplit(url)
    rest = url.split("#")[0].removeprefix(f"{parts.scheme}://{parts.netloc}")
    made, last = [], 0
    for match in _PART.finditer(rest):
        made += [re.escape(rest[last : match.start()]), "[0-9a-f]{32}" if _HEX.fullmatch(match[0]) else r"\d+"]
        last = match.end()
    return f"^https?://{re.escape(parts.netloc)}{''.join(made)}{re.escape(rest[last:])}$"


def source_id_of(url: str, title: str) -> str:
    """A name for the source: the words of host and folders that are no numbers, in snake_case."""
    parts = urlsplit(url)
    host = [word for word in (parts.hostname or "").split(".") if word and word not in _NO_NAME and not word.isdigit()]
    folders = re.findall(r"[A-Za-z][A-Za-z0-9]+", parts.path.rpartition("/")[0])
    words = [*host, *folders[-2:]] or re.findall(r"[A-Za-z][A-Za-z0-9]+", title) or ["saved", "pages"]
    made = re.sub(r"[^a-z0-9]+", "_", "_".join(dict.fromkeys(words)).lower()).strip("_")
    return (made if made[:1].isalpha() else f"source_{made}")[:_LONGEST_ID]


def is_official_host(host: str) -> bool:
    """True for hosts under gov.cn, which only offices of the government have."""
    return host == "gov.cn" or host.endswith(".gov.cn")
