"""What one call of a reading process may take: time, processor, memory, size of the answer, files. Set from outside."""

from __future__ import annotations

import os
from dataclasses import asdict, dataclass
from functools import lru_cache

_MEGABYTE = 1024 * 1024
_LEAST = {"memory_mb": 512}
"""With less, every page would be refused, and none would be to blame."""


@dataclass(frozen=True, slots=True)
class Limits:
    """Limits of one call; the memory is that of the whole process."""

    seconds: int = 120
    """Wall clock of one call (`ZHIBIAO_READER_SECONDS`). Also holds where the parent is gone: the kernel keeps it."""
    cpu_seconds: int = 60
    """Processor time of one call (`ZHIBIAO_READER_CPU_SECONDS`): a busy machine does not make a page a slow one."""
    memory_mb: int = 2048
    """Address space (`ZHIBIAO_READER_MEMORY_MB`). macOS does not enforce it: there time is the only bound."""
    answer_mb: int = 512
    """Largest answer that is taken from a reading process (`ZHIBIAO_READER_ANSWER_MB`)."""
    calls: int = 500
    """Calls after which a process is replaced (`ZHIBIAO_READER_CALLS`): what leaks, or was planted, lives no longer."""

    @property
    def memory_bytes(self) -> int:
        return self.memory_mb * _MEGABYTE

    @property
    def answer_bytes(self) -> int:
        return self.answer_mb * _MEGABYTE

    def as_arguments(self) -> list[str]:
        """For the command line of the reading process; read by `from_arguments`."""
        return [f"{name}={value}" for name, value in asdict(self).items()]

    @classmethod
    def from_arguments(cls, arguments: list[str]) -> Limits:
        return cls(**{name: int(value) for name, _, value in (told.partition("=") for told in arguments)})


class ReadersUnavailable(OSError):  # noqa: N818 - named after what is the case
    """No reading process can be started: trouble of this machine, never a fault of a page."""


class BadLimit(ReadersUnavailable):
    """A variable of the environment that is no limit; the message says what it may be."""


@lru_cache(maxsize=8)
def _limits(told: tuple[str | None, ...]) -> Limits:
    chosen = {}
    for (field, variable), value in zip(VARIABLES.items(), told, strict=True):
        if value is None or not value.strip():
            continue
        bare = value.strip()
        if not (bare.isascii() and bare.isdigit() and 0 < int(bare[:10]) < 10_000_000 and len(bare) < 9):
            raise BadLimit(f"{variable} is {value[:40]!r}; allowed: a whole number above 0")
        if int(bare) < _LEAST.get(field, 1):
            raise BadLimit(f"{variable} is {bare}; a reading process needs {_LEAST[field]} by itself")
        chosen[field] = int(bare)
    return Limits(**chosen)


VARIABLES = {
    name: f"ZHIBIAO_READER_{name.upper()}" for name in ("seconds", "cpu_seconds", "memory_mb", "answer_mb", "calls")
}
"""Field of `Limits` → variable of the environment."""


def limits() -> Limits:
    """The limits of now: those of the environment, else the usual ones. Raises `BadLimit`."""
    return _limits(tuple(os.environ.get(variable) for variable in VARIABLES.values()))
