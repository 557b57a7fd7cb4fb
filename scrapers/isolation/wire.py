"""How parent and reading process speak: frames of one kind letter, a length and JSON.

Calls go down pickled, since the parent is trusted. Answers come up as JSON only and are checked against the declared
return type of the function: a process that a page has taken over can lie about pages, but not have its parent run
anything.
"""

from __future__ import annotations

import base64
import json
import socket
import struct
import traceback
from collections.abc import Callable
from functools import cache
from typing import Any, get_type_hints

from pydantic import EncodedBytes, EncoderProtocol, TypeAdapter

READY, RESULT, REFUSAL, ERROR, NO_MEMORY, CALL = b"y", b"r", b"x", b"e", b"m", b"c"
LIFELINE = "ZHIBIAO_READER_LIFELINE"
"""Variable that names the descriptor by which a reading process notices that its parent is gone."""
_HEAD = struct.Struct(">cQ")
_PIECE = 1 << 20
LONGEST_WORDS = 2000


class _Base64(EncoderProtocol):
    """Bytes within JSON."""

    @classmethod
    def decode(cls, data: bytes) -> bytes:
        return base64.b64decode(data, validate=True)

    @classmethod
    def encode(cls, value: bytes) -> bytes:
        return base64.b64encode(value)

    @classmethod
    def get_json_format(cls) -> str:
        return "base64"


Base64 = EncodedBytes(encoder=_Base64)
"""Marks bytes in the result of a function: `Annotated[bytes, Base64]`."""


class BrokenWire(Exception):  # noqa: N818 - named after what is the case
    """What came is no frame, or larger than is taken."""


def send(channel: socket.socket, kind: bytes, content: bytes) -> None:
    """Send one frame. Raises OSError."""
    channel.sendall(_HEAD.pack(kind, len(content)))
    channel.sendall(content)


def receive(channel: socket.socket, most: int | None) -> tuple[bytes, bytes] | None:
    """The next frame as kind and content; None where the other end is closed. Raises OSError, `BrokenWire`."""
    head = _exactly(channel, _HEAD.size)
    if head is None:
        return None
    kind, size = _HEAD.unpack(head)
    if most is not None and size > most:
        raise BrokenWire(f"an answer of {size} bytes is more than the {most} that are taken")
    content = _exactly(channel, size)
    return None if content is None else (kind, content)


def _exactly(channel: socket.socket, size: int) -> bytes | None:
    made = bytearray()
    while len(made) < size:
        piece = channel.recv(min(_PIECE, size - len(made)))
        if not piece:
            return None
        made += piece
    return bytes(made)


@cache
def _answers(function: Callable[..., Any]) -> TypeAdapter[Any]:
    """The declared return type of a function, as what writes and checks its answers."""
    declared: Any = get_type_hints(function, include_extras=True)["return"]
    return TypeAdapter(declared)


def dump(function: Callable[..., Any], result: object) -> bytes:
    """A result as JSON. Raises where it is not what the function declares."""
    return _answers(function).dump_json(result, warnings="error")


def load(function: Callable[..., Any], answer: bytes) -> Any:
    """A result, checked. Raises ValueError."""
    return _answers(function).validate_json(answer)


def as_json(told: list[str]) -> bytes:
    """Short words for a refusal or an error."""
    return json.dumps(told).encode()


def words_of(error: Exception) -> tuple[str, str]:
    """An error for a person, with the place where it was raised; and its trace for the log."""
    place = traceback.extract_tb(error.__traceback__)[-1]
    told = f"{type(error).__name__}: {str(error)[:LONGEST_WORDS]} ({place.name}, line {place.lineno})"
    return told, "".join(traceback.format_exception(error))[-4 * LONGEST_WORDS :]


def words(answer: bytes) -> tuple[str, str]:
    """The two words of a refusal or an error. Raises ValueError."""
    first, second = json.loads(answer)
    if not (isinstance(first, str) and isinstance(second, str)):
        raise ValueError("not two words")
    return first, second
