"""Releases: whole or not, which of them readers see, and what the next audit may be held against."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

from scrapers.home import Home
from warehouse import release
from warehouse.care.aside import move_aside
from warehouse.care.donors import Donors
from warehouse.care.findings import MEND, Finding, mendable, ok, person
from warehouse.database import workspace
from warehouse.errors import ExitCode, Trouble
from warehouse.files import sha256_of
from warehouse.literals import identifier, no_pattern, quoted
from warehouse.places import CURRENT, RELEASES, local_path
from warehouse.release import CHECKSUMS, DATABASE, RELEASE_ID

AHEAD = timedelta(minutes=10)
"""How far ahead of this machine's clock a release may have been made."""


class LastReleaseLost(Trouble):
    """The release that the next one must be held against cannot be read."""

    exit_code = ExitCode.REFUSED


def check(home: Home, donors: Donors, *, quick: bool) -> Iterator[Finding]:
    """Findings about releases and `current`. `quick` verifies only the one that readers see."""
    ids = release.release_ids(home)
    serving = release.current_id(home)
    wrong = {}
    for release_id in ids:
        if problems := look(home, release_id) if not quick or release_id == serving else []:
            wrong[release_id] = problems
    yield from _damaged(home, donors, wrong, serving)
    if ids and not wrong:
        yield ok(
            "releases", RELEASES, "the one that readers see is whole" if quick else f"{len(ids)} releases, all whole"
        )
    if serving not in wrong:
        yield from _current(home, [each for each in ids if each not in wrong], serving)
    folder = local_path(home, RELEASES)
    strays = [path.name for path in folder.iterdir()] if folder.is_dir() else []
    strays = [name for name in strays if not RELEASE_ID.match(name) and not name.endswith(".partial")]
    if strays:
        yield ok("releases", f"{RELEASES}/{strays[0]}", f"{len(strays)} things that are no releases; nobody reads them")
    for release_id in ids:
        made = datetime.strptime(release_id[:16], release.STAMP).replace(tzinfo=UTC)
        if made > datetime.now(UTC) + AHEAD:
            yield person(
                "clock",
                f"{RELEASES}/{release_id}",
                f"it was made in the future, at {made:%Y-%m-%d %H:%M} UTC",
                "compare `date -u` with another clock; if this one is right now there is nothing else to do: "
                "later releases get later names",
            )


def look(home: Home, release_id: str) -> list[str]:
    """What is wrong with a release, one sentence each."""
    try:
        return release.verify(release.get(home, release_id))
    except (Trouble, OSError) as trouble:
        return [str(trouble)]


def newest_whole(home: Home, but: str | None = None) -> str | None:
    """The newest release whose files are all what was published."""
    return next((each for each in release.release_ids(home) if each != but and not look(home, each)), None)


def show_whole(home: Home) -> str | None:
    """Make sure that readers see a whole release: says what was done, None where nothing had to be.

    Raises LastReleaseLost where there are releases and none is whole, or something else bears the name of the link.
    """
    link, serving = local_path(home, CURRENT), release.current_id(home)
    if not release.release_ids(home) and not link.is_symlink() and not link.exists():
        return None
    if serving is not None and not look(home, serving):
        return None
    if link.exists() and not link.is_symlink():
        return _unfold(home)
    whole = newest_whole(home, but=serving)
    if whole is None:
        raise LastReleaseLost(f"no whole release is left for readers (`{CURRENT}` is {serving or 'missing'})")
    release.point_current_at(home, whole)
    return f"readers now see {whole}, the newest whole release, instead of {serving or 'none'}"


@contextmanager
def last_marts(home: Home) -> Iterator[Path | None]:
    """The marts that a new build must be held against: those of the release that readers see; None before the first.

    Where its database is damaged and its Parquet files are whole, a database made of these stands in. Raises
    LastReleaseLost where neither can be read: then losses would go unnoticed.
    """
    serving = release.current_id(home)
    if serving is None:
        yield None
        return
    folder = local_path(home, RELEASES, serving)
    problems = look(home, serving)
    if not any(word in problem for problem in problems for word in (DATABASE, CHECKSUMS, "manifest", "no release")):
        yield folder / DATABASE
        return
    whole = _whole_parquet(folder)
    if not whole:
        raise LastReleaseLost(
            f"release {serving} is damaged, so that nobody can tell whether facts were lost since: {problems[0]}; "
            "run `zhibiao doctor --mend` (with `--from BACKUP` where there is one), then refresh again"
        )
    with tempfile.TemporaryDirectory(prefix="zhibiao-") as scratch:
        yield _from_parquet(whole, Path(scratch) / DATABASE)


def _whole_parquet(folder: Path) -> list[Path]:
    """The Parquet files of a damaged release, where every one that its checksums list is what was published."""
    try:
        listed = release.listed_in((folder / CHECKSUMS).read_text())
        tables = {folder / name: checksum for name, checksum in listed.items() if name.endswith(".parquet")}
        return sorted(tables) if all(sha256_of(path) == known for path, known in tables.items()) else []
    except (OSError, UnicodeDecodeError):
        return []


def _from_parquet(files: list[Path], target: Path) -> Path:
    with workspace() as connection:
        connection.execute(f"ATTACH {quoted(target)} AS made")
        connection.execute("CREATE SCHEMA made.marts")
        for path in files:
            source = quoted(no_pattern(str(path)))
            connection.execute(f"CREATE TABLE made.marts.{identifier(path.stem)} AS FROM read_parquet({source})")
    return target


def _damaged(home: Home, donors: Donors, wrong: dict[str, list[str]], serving: str | None) -> Iterator[Finding]:
    for release_id, problems in wrong.items():
        place = f"{RELEASES}/{release_id}"
        told = "; ".join(problems[:3]) + (f" and {len(problems) - 3} more" if len(problems) > 3 else "")
        who = "readers see it" if release_id == serving else "nobody sees it"
        mend = partial(_mend_release, home, donors, release_id)
        yield mendable(
            "release",
            place,
            f"damaged ({who}): {told}",
            mend,
            f"{MEND}: takes its files from --from BACKUP, else shows the newest whole release and moves this one "
            "to damaged/",
        )


def _mend_release(home: Home, donors: Donors, release_id: str) -> str:
    """Bring files back from a backup and take strays out; else move the release aside and show a whole one."""
    if _from_backup(home, donors, release_id) and not look(home, release_id):
        return "its files were brought back, and it is whole again"
    serving = release.current_id(home) == release_id
    done = ""
    if serving:
        whole = newest_whole(home, but=release_id)
        if whole is not None:
            release.point_current_at(home, whole)
            done = f"readers now see {whole}; "
        else:
            local_path(home, CURRENT).unlink(missing_ok=True)
            done = "no other release is whole: `zhibiao refresh` publishes a new one; "
    moved = move_aside(home, f"{RELEASES}/{release_id}")
    return f"{done}the damaged release was moved to {moved}"


def _from_backup(home: Home, donors: Donors, release_id: str) -> bool:
    """Strays out of the release, damaged files back in; True where anything was done."""
    place = f"{RELEASES}/{release_id}"
    listing = donors.file(f"{place}/{CHECKSUMS}")
    if listing is None:
        try:
            listing = home.read(place, CHECKSUMS)
        except OSError:
            return False
    listed = release.listed_in(listing.decode(errors="replace"))
    folder, changed = local_path(home, place), False
    for path in sorted(path for path in folder.rglob("*") if path.is_file()):
        name = path.relative_to(folder).as_posix()
        if name not in listed and name != CHECKSUMS:
            move_aside(home, f"{place}/{name}")
            changed = True
    for name, checksum in {**listed, CHECKSUMS: None}.items():
        path = folder / name
        wanted = listing if name == CHECKSUMS else donors.file(f"{place}/{name}", checksum)
        if wanted is not None and (not path.is_file() or path.read_bytes() != wanted):
            home.write(wanted, place, name)
            path.chmod(0o444)
            changed = True
    return changed


def _current(home: Home, whole: list[str], serving: str | None) -> Iterator[Finding]:
    link = local_path(home, CURRENT)
    if link.exists() and not link.is_symlink():
        yield mendable(
            "current",
            CURRENT,
            "it is no link: the home was copied without its links; no refresh can publish",
            partial(_unfold, home),
        )
    elif serving in whole:
        yield ok("current", CURRENT, f"readers see {serving}")
    elif whole:
        lost = f"points at {serving}, which is not there" if serving else "is missing"
        yield mendable("current", CURRENT, f"it {lost}: readers find nothing", partial(_point, home, whole[0]))
    elif serving or release.release_ids(home):
        yield person(
            "current",
            CURRENT,
            "no whole release is there for readers",
            "run `zhibiao refresh`, or `zhibiao doctor --mend --from BACKUP`",
        )
    else:
        yield ok("current", CURRENT, "nothing is published yet: `zhibiao refresh`")


def _point(home: Home, release_id: str) -> str:
    release.point_current_at(home, release_id)
    return f"readers now see {release_id}"


def _unfold(home: Home) -> str:
    """`current` as a folder or file: aside with it (a release that is nowhere else gets its place), and a link."""
    copied = local_path(home, CURRENT)
    try:
        told = release.Manifest.model_validate_json((copied / release.MANIFEST).read_bytes()).release_id
    except (OSError, ValueError):
        told = ""
    if RELEASE_ID.match(told) and told not in release.release_ids(home):
        local_path(home, RELEASES).mkdir(exist_ok=True)
        copied.rename(local_path(home, RELEASES, told))
    else:
        move_aside(home, CURRENT)
    wanted = told if told in release.release_ids(home) and not look(home, told) else newest_whole(home)
    if wanted is None:
        raise LastReleaseLost("no whole release is left for readers; run `zhibiao refresh`")
    return _point(home, wanted)
