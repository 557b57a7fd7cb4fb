"""Whatever reads bytes from outside runs in a reading process with limits: mark the function with `@isolated`.

A marked function is pure and returns values whose declared type pydantic can write and check as JSON. Called anywhere,
it runs in a reading process (`child`), which is kept for the next call; called inside one, it simply runs. Beside its
own Refusal it raises Refusal `too_slow_to_read`, `too_much_memory` and `reader_died` where a limit ended it,
`ReaderError` where the reader broke, and `ReadersUnavailable` where this machine starts no process.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from typing import ParamSpec, TypeVar

_P = ParamSpec("_P")
_R = TypeVar("_R")

INSIDE: list[bool] = []
"""Not empty in a reading process, and within `here`."""


def isolated(function: Callable[_P, _R]) -> Callable[_P, _R]:
    """Have a function of module level run in a reading process. Arguments are anything that can be pickled."""

    @wraps(function)
    def elsewhere(*arguments: _P.args, **keywords: _P.kwargs) -> _R:
        if INSIDE:
            return function(*arguments, **keywords)
        from scrapers.isolation.crew import crew

        result: _R = crew().call(function, arguments, keywords)
        return result

    return elsewhere


@contextmanager
def here() -> Iterator[None]:
    """Run marked functions in this process, without limits: for measuring and fuzzing the readers themselves."""
    INSIDE.append(True)
    try:
        yield
    finally:
        INSIDE.pop()
