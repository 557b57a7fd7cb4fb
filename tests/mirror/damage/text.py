"""A damage is a function from the bytes of a page to other bytes, or None where it does not apply."""

from __future__ import annotations

from collections.abc import Callable

from scrapers.decoding import decode

Damage = Callable[[bytes], bytes | None]


def text_of(body: bytes) -> tuple[str, str]:
    decoded = decode(body, None)
    return decoded.text, decoded.encoding


def of_text(change: Callable[[str], str | None]) -> Damage:
    """A damage of the text; the encoding stays."""

    def damage(body: bytes) -> bytes | None:
        text, encoding = text_of(body)
        changed = change(text)
        return None if changed is None or changed == text else changed.encode(encoding)

    return damage


def pick(data: list[int], which: float) -> int:
    return data[round(which * (len(data) - 1))]
