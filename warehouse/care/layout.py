"""The layout of a home: its number in `home.json`, and the steps that bring an older home to today's.

A home without `home.json` has layout 1. Steps run in order under the lock; each may be killed and run again, and its
number is written when it is done. A home of a newer layout is refused and not touched.
"""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import dataclass

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from scrapers.home import Home
from warehouse import raw
from warehouse.code import code_version
from warehouse.database import BuildBusy, BuildDamaged, build_path, connect_build, put_aside
from warehouse.errors import ExitCode, Trouble

FILE = "home.json"
FIRST = 1
"""Layout of a home that does not say."""


class Stated(BaseModel):
    """What `home.json` says. A later version may say more; what it says here it keeps."""

    model_config = ConfigDict(extra="allow")

    layout: int = Field(ge=FIRST)
    home_id: str | None = None
    """Given once; goes with the home into its backups, so that two homes are not mixed in one."""
    made_by: str | None = None
    """Version of zhibiao that wrote it."""
    restoring: str | None = None
    """The backup that is being brought back: until it is whole the home cannot be used."""


@dataclass(frozen=True)
class Step:
    """From the layout before to `to`. `apply` gives the same home however often it is killed and run again."""

    to: int
    what: str
    apply: Callable[[Home], None]


class HomeNewer(Trouble):
    """A newer zhibiao has written this home."""

    exit_code = ExitCode.REFUSED


class HomeUnreadable(Trouble):
    """`home.json` is damaged, so nobody knows which layout the home has."""

    exit_code = ExitCode.REFUSED


class HomeUnfinished(Trouble):
    """A restore into this home did not end."""

    exit_code = ExitCode.REFUSED


def stated(home: Home) -> Stated:
    """What the home says of itself; layout 1 where it says nothing. Raises HomeUnreadable."""
    try:
        return Stated.model_validate_json(home.read(FILE))
    except FileNotFoundError:
        return Stated(layout=FIRST)
    except NotADirectoryError as error:
        raise HomeUnreadable(f"{home.root} is no folder; name another one with --home or $ZHIBIAO_HOME") from error
    except ValidationError as error:
        raise HomeUnreadable(
            f"{home.path(FILE)} cannot be read, so that nobody knows which layout this home has; "
            "run `zhibiao doctor --mend`, which brings it to the layout of this version"
        ) from error


def check(home: Home, *, steps: Sequence[Step] | None = None) -> Stated:
    """Refuse a home that this version must not touch. Reads one small file.

    Raises HomeNewer, HomeUnfinished, HomeUnreadable.
    """
    found, newest = stated(home), _newest(steps)
    if found.layout > newest:
        raise HomeNewer(
            f"the home {home.root} has layout {found.layout} (written by {found.made_by or 'a newer zhibiao'}); this "
            f"zhibiao ({code_version()}) knows up to {newest}: install that version, or use another home (--home)"
        )
    if found.restoring is not None:
        raise HomeUnfinished(
            f"a restore into {home.root} did not end: run `zhibiao restore {found.restoring}` again, "
            "or remove the folder"
        )
    return found


def migrate(home: Home, *, steps: Sequence[Step] | None = None, anew: bool = False) -> list[str]:
    """Bring the home to today's layout and say what was done, one line a step. Only for the holder of the lock.

    `anew` runs every step, for a home whose `home.json` is lost. Raises as `check` does.
    """
    found = Stated(layout=FIRST) if anew else check(home, steps=steps)
    if steps is None and not anew and _is_new(home):
        write(home, found.model_copy(update={"layout": _newest(steps)}))
        return []
    done = []
    for step in STEPS if steps is None else steps:
        if step.to > found.layout:
            step.apply(home)
            found = write(home, found.model_copy(update={"layout": step.to}))
            done.append(f"layout {step.to}: {step.what}")
    return done


def write(home: Home, told: Stated) -> Stated:
    """Write `home.json`, whole or not at all; a home without an id gets one."""
    told = told.model_copy(update={"home_id": told.home_id or uuid.uuid4().hex, "made_by": code_version()})
    text = json.dumps(told.model_dump(exclude_none=True), ensure_ascii=False, indent=1)
    home.write(text.encode() + b"\n", FILE)
    return told


def _is_new(home: Home) -> bool:
    """True where nothing was ever collected, entered or built: there is nothing to be brought anywhere."""
    return not any(
        home.exists(name) for name in (FILE, "captures", "records", "plans", "evidence", "releases", "build")
    )


def _newest(steps: Sequence[Step] | None = None) -> int:
    return max((step.to for step in (STEPS if steps is None else steps)), default=FIRST)


def _old_build_aside(home: Home) -> None:
    """A build database of an older raw schema would only be found out by the load; who asks of a past date sooner."""
    if not home.is_local or not build_path(home).exists():
        return
    try:
        with closing(connect_build(home, read_only=True, wait_seconds=5)) as connection:
            is_other = raw.version(connection) != raw.SCHEMA_VERSION
    except BuildDamaged:
        is_other = True
    except BuildBusy:
        return  # the load finds out
    if is_other:
        put_aside(home)


STEPS: tuple[Step, ...] = (
    Step(2, "it says its layout; a build database of an older raw schema was put aside", _old_build_aside),
)
"""All steps there ever were, in order. A new one goes to the end; an old one is never changed."""

LAYOUT = _newest(STEPS)
