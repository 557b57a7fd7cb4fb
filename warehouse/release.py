"""Releases: a published state of the marts in a folder of its own, and `current`, which points at one of them.

    releases/<id>/  marts.duckdb  parquet/*.parquet  manifest.json  report.md  data_docs/  SHA256SUMS
    current -> releases/<id>

A release is made under another name (`.<id>.partial`), written to the disk, and gets its own name by one rename; then
`current` is swapped by another. So a reader finds a whole release at every moment, and a killed publication leaves only
a `.partial` folder, which the next one clears away.
"""

from __future__ import annotations

import logging
import os
import re
import secrets
import shutil
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from pydantic import BaseModel

from scrapers.home import Home
from warehouse import marts, raw
from warehouse.code import code_version, git_commit
from warehouse.compare import Difference, compare
from warehouse.database import build_path
from warehouse.errors import ExitCode, Trouble
from warehouse.files import sha256_of, sync_folder
from warehouse.places import CURRENT, RELEASES, local_path

log = logging.getLogger("zhibiao.release")

KEEP = 14
DATABASE = "marts.duckdb"
MANIFEST = "manifest.json"
REPORT = "report.md"
CHECKSUMS = "SHA256SUMS"
RELEASE_ID = re.compile(r"^\d{8}T\d{6}Z-[0-9a-f]{4}$")
STAMP = "%Y%m%dT%H%M%SZ"


class FileInfo(BaseModel):
    """One file of a release."""

    sha256: str
    size: int


class Manifest(BaseModel):
    """What a release is, how it came about, and how to check it. Fields with a default may lack in older releases."""

    release_id: str
    run_id: str = "unknown"
    as_of: date
    """Publications known up to this day (Asia/Shanghai) are counted."""
    created_at: datetime
    """UTC."""
    code_version: str = "unknown"
    git_commit: str | None = None
    raw_schema_version: int | None = None
    duckdb_version: str = "unknown"
    storage_version: str = marts.STORAGE_VERSION
    """Oldest DuckDB that can open `marts.duckdb`."""
    previous: str | None = None
    """Release that was current before this one."""
    difference: Difference = Difference(note="its manifest does not say")
    tables: dict[str, marts.TableInfo]
    audit: list[dict[str, object]] = []
    files: dict[str, FileInfo]
    """Every file of the release but this one and SHA256SUMS, by its path in the release."""


class Release(BaseModel):
    """A release on the disk."""

    release_id: str
    folder: Path
    manifest: Manifest
    is_current: bool = False

    @property
    def database(self) -> Path:
        return self.folder / DATABASE

    @property
    def report(self) -> Path:
        return self.folder / REPORT


class ReleaseError(Trouble):
    """A release cannot be made, found or used. The message is for a person."""


class NoRelease(Trouble):
    """Nothing has been published yet, or there is no release of that id."""

    exit_code = ExitCode.NO_RELEASE


class ReleaseDamaged(Trouble):
    """The files of a release are not the ones that were published."""

    exit_code = ExitCode.REFUSED


def publish(
    home: Home,
    *,
    run_id: str,
    as_of: date,
    audit: Sequence[Mapping[str, object]],
    data_docs: Path | None = None,
    keep: int = KEEP,
) -> Release:
    """Make a release of the marts in the build database, make it current, and prune old ones (see `prune`).

    `audit`: the results of the audit as plain mappings with at least `severity`, `passed` and
    `check_name`. Content that equals the
    release before is published all the same, and the manifest says so: a release vouches for its night. Raises
    ReleaseError where a critical result failed or there are no marts; then nothing changes.
    """
    failed = [row for row in audit if row.get("severity") == "critical" and row.get("passed") is not True]
    if failed:
        names = ", ".join(sorted({str(row.get("check_name", "unnamed")) for row in failed}))
        raise ReleaseError(f"the audit failed, nothing is published: {names}")
    folder = local_path(home, RELEASES)
    folder.mkdir(parents=True, exist_ok=True)
    clean(home)
    before = current_id(home)
    release_id = _new_id(folder)
    partial = folder / f".{release_id}.partial"
    partial.mkdir()
    try:
        manifest = _fill(home, partial, release_id, run_id, as_of, audit, data_docs)
        _check_whole(partial)
        _sync(partial)
        partial.rename(folder / release_id)
        sync_folder(folder)
    except BaseException:
        shutil.rmtree(partial, ignore_errors=True)
        raise
    point_current_at(home, release_id)
    for old in prune(home, keep, spare=before):
        log.info("pruned release %s", old)
    log.info("release %s: %s", release_id, manifest.difference)
    return get(home, release_id)


def rollback(home: Home, release_id: str) -> Release:
    """Make an older (or newer) release current. Raises NoRelease, or ReleaseDamaged where its checksums fail."""
    release = get(home, release_id)
    problems = verify(release)
    if problems:
        raise ReleaseDamaged(f"release {release_id} is damaged and was not made current: {'; '.join(problems[:3])}")
    point_current_at(home, release_id)
    return get(home, release_id)


def releases(home: Home) -> list[Release]:
    """All releases, newest first. A folder whose manifest cannot be read is left out (`verify_all` names it)."""
    found = []
    for release_id in release_ids(home):
        try:
            found.append(get(home, release_id))
        except ReleaseDamaged as damage:
            log.warning("%s", damage)
    return found


def get(home: Home, release_id: str) -> Release:
    """One release by its id. Raises NoRelease, ReleaseDamaged."""
    folder = local_path(home, RELEASES, release_id)
    if not RELEASE_ID.fullmatch(release_id) or not folder.is_dir():
        known = ", ".join(release_ids(home)[:5]) or "none yet"
        raise NoRelease(f"there is no release {release_id} (newest: {known})")
    try:
        manifest = Manifest.model_validate_json((folder / MANIFEST).read_bytes())
    except (OSError, ValueError) as error:
        first = str(error).splitlines()[0]
        raise ReleaseDamaged(f"release {release_id} is damaged: its manifest cannot be read ({first})") from error
    return Release(
        release_id=release_id, folder=folder, manifest=manifest, is_current=current_id(home) == release_id
    )  # fmt: skip


def current(home: Home) -> Release:
    """The release that readers see. Raises NoRelease where nothing is published, ReleaseDamaged where it is broken."""
    release_id = current_id(home)
    if release_id is None:
        raise NoRelease(f"nothing is published yet in {home.root}; run `zhibiao refresh` first")
    try:
        return get(home, release_id)
    except (NoRelease, ReleaseDamaged):
        if current_id(home) in (release_id, None):
            raise
        return current(home)  # another one was published, and this one pruned, while it was looked at


def verify(release: Release) -> list[str]:
    """What is wrong with a release, one sentence each; empty where every file is what was published."""
    problems = []
    try:
        listed = listed_in((release.folder / CHECKSUMS).read_text())
    except (OSError, UnicodeDecodeError) as error:
        return [f"{CHECKSUMS} cannot be read: {error}"]
    present = {path.relative_to(release.folder).as_posix() for path in release.folder.rglob("*") if path.is_file()}
    for name, checksum in listed.items():
        if name not in present:
            problems.append(f"{name} is missing")
        elif sha256_of(release.folder / name) != checksum:
            problems.append(f"{name} is not the file that was published")
    expected = release.manifest.files.keys() | {MANIFEST}
    problems += [f"{CHECKSUMS} does not list {name}" for name in sorted(expected - listed.keys())]
    problems += [f"{name} does not belong to the release" for name in sorted(present - listed.keys() - {CHECKSUMS})]
    return problems


def listed_in(checksums: str) -> dict[str, str]:
    """SHA-256 by file name, of the text of a SHA256SUMS."""
    return {name: checksum for checksum, _, name in (line.partition("  ") for line in checksums.splitlines())}


def prune(home: Home, keep: int = KEEP, *, spare: str | None = None) -> list[str]:
    """Delete all but the newest `keep` releases, the current one and `spare`. Returns the ids that went.

    Readers that have a deleted release open keep it until they close it. To spare is the release that was current until
    now: a reader who has just followed the link to it must still be able to open its files.
    """
    if keep < 1:
        raise ValueError("at least one release is kept")
    serving = current_id(home)
    gone = []
    for release_id in release_ids(home)[keep:]:
        if release_id not in (serving, spare):
            doomed = local_path(home, RELEASES, f".{release_id}.partial")
            local_path(home, RELEASES, release_id).rename(doomed)  # first out of sight, then away
            shutil.rmtree(doomed, ignore_errors=True)
            gone.append(release_id)
    return gone


def clean(home: Home) -> list[str]:
    """Clear away what a killed publication or pruning left. Returns the names. Only for the holder of the lock."""
    left = sorted(local_path(home, RELEASES).glob(".*.partial"))
    left += sorted(local_path(home).glob(f".{CURRENT}.*.partial"))
    for path in left:
        log.info("clearing away %s, left by a refresh that did not end", path.name)
        path.unlink() if path.is_symlink() else shutil.rmtree(path, ignore_errors=True)
    return [path.name for path in left]


def _fill(
    home: Home,
    folder: Path,
    release_id: str,
    run_id: str,
    as_of: date,
    audit: Sequence[Mapping[str, object]],
    data_docs: Path | None,
) -> Manifest:
    """Write every file of the release into its partial folder, the checksums last."""
    import duckdb

    from warehouse.report import render

    tables = marts.copy(build_path(home), folder / DATABASE)
    marts.export(folder / DATABASE, folder / "parquet")
    if data_docs is not None and data_docs.is_dir():
        shutil.copytree(data_docs, folder / "data_docs")
    previous, difference = _difference(home, folder / DATABASE)
    manifest = Manifest(
        release_id=release_id,
        run_id=run_id,
        as_of=as_of,
        created_at=datetime.now(UTC),
        code_version=code_version(),
        git_commit=git_commit(),
        raw_schema_version=raw.SCHEMA_VERSION,
        duckdb_version=duckdb.__version__,
        storage_version=marts.STORAGE_VERSION,
        previous=previous,
        difference=difference,
        tables=tables,
        audit=[dict(row) for row in audit],
        files={},
    )
    (folder / REPORT).write_text(render(home, manifest, folder / DATABASE), encoding="utf-8")
    manifest.files = _files(folder)
    (folder / MANIFEST).write_text(manifest.model_dump_json(indent=1) + "\n", encoding="utf-8")
    lines = [f"{info.sha256}  {name}\n" for name, info in _files(folder).items()]
    (folder / CHECKSUMS).write_text("".join(lines))
    return manifest


def _difference(home: Home, new: Path) -> tuple[str | None, Difference]:
    """Against the release that is current; a damaged one is no reason not to publish a good one."""
    import duckdb

    try:
        previous = current(home)
        return previous.release_id, compare(previous.database, new, compared_with=previous.release_id)
    except NoRelease:
        return None, Difference(note="the first release: nothing to compare with")
    except (ReleaseDamaged, duckdb.Error) as error:
        first = str(error).splitlines()[0]
        log.warning("no comparison with the release before: %s", first)
        return current_id(home), Difference(note=f"the release before cannot be read: {first}")


def _check_whole(folder: Path) -> None:
    """Read back what was written, as a reader will. Raises ReleaseError."""
    manifest = Manifest.model_validate_json((folder / MANIFEST).read_bytes())
    counted = marts.count(folder / DATABASE)
    promised = {name: info.rows for name, info in manifest.tables.items()}
    if counted != promised:
        raise ReleaseError(f"the release does not read back as it was written: {counted} rows, not {promised}")
    problems = verify(Release(release_id=manifest.release_id, folder=folder, manifest=manifest))
    if problems:
        raise ReleaseError(f"the release does not read back as it was written: {'; '.join(problems[:3])}")


def point_current_at(home: Home, release_id: str) -> None:
    """Show a release to readers, by one rename. Raises ReleaseError where something else bears the name of the link."""
    link = local_path(home, CURRENT)
    if link.exists() and not link.is_symlink():
        raise ReleaseError(f"{link} is a folder, not a link: move it away (was the home copied without its links?)")
    fresh = link.with_name(f".{CURRENT}.{secrets.token_hex(4)}.partial")
    fresh.symlink_to(f"{RELEASES}/{release_id}")
    os.replace(fresh, link)
    sync_folder(link.parent)


def current_id(home: Home) -> str | None:
    """The release that `current` names, whether it is there or not; None where nothing is shown."""
    link = local_path(home, CURRENT)
    try:
        return link.readlink().name
    except OSError:
        return None


def release_ids(home: Home) -> list[str]:
    """Names of the releases, newest first, damaged ones too."""
    folder = local_path(home, RELEASES)
    names = [path.name for path in folder.iterdir() if path.is_dir()] if folder.is_dir() else []
    return sorted((name for name in names if RELEASE_ID.match(name)), reverse=True)


def _new_id(folder: Path) -> str:
    """UTC moment and four random hex digits; always after the newest, also where the clock was set back."""
    moment = datetime.now(UTC).replace(microsecond=0)
    taken = [path.name[:16] for path in folder.iterdir() if RELEASE_ID.match(path.name)]
    if taken:
        newest = datetime.strptime(max(taken), STAMP).replace(tzinfo=UTC)
        moment = max(moment, newest + timedelta(seconds=1))
    return f"{moment:{STAMP}}-{secrets.token_hex(2)}"


def _files(folder: Path) -> dict[str, FileInfo]:
    paths = sorted(path for path in folder.rglob("*") if path.is_file())
    return {
        path.relative_to(folder).as_posix(): FileInfo(sha256=sha256_of(path), size=path.stat().st_size)
        for path in paths
    }


def _sync(folder: Path) -> None:
    """Have every file and folder below on the disk; readers may read, whatever the umask says, and nobody may write."""
    folder.chmod(0o755)
    for path in sorted(folder.rglob("*"), reverse=True):
        path.chmod(0o444 if path.is_file() else 0o755)
        sync_folder(path)
    sync_folder(folder)
