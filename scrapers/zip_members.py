"""What a ZIP archive holds, as captures of their own: the ZIP is kept, and every readable file in it beside it.

A member goes by the address of the ZIP with its name behind `#`; its name never becomes a path. Archives inside
archives are not opened.
"""

from __future__ import annotations

import io
import re
import uuid
import zipfile
from datetime import UTC, datetime
from pathlib import PurePosixPath
from typing import Annotated, NamedTuple
from urllib.parse import quote

from scrapers.archive import Archive, ArchiveDamaged
from scrapers.captures import Attempt, Knowledge, Outcome
from scrapers.index_rows import content_type_of
from scrapers.isolation import isolated
from scrapers.isolation.wire import Base64
from scrapers.records import Refusal
from scrapers.tables.office_zip import UNREADABLE

MAX_MEMBERS = 200
MAX_MEMBER_BYTES = 60_000_000
MAX_TOTAL_BYTES = 200_000_000
MAX_RATIO = 150
"""How much larger than packed a member of more than a megabyte may be; tables of figures pack about twentyfold."""
_MEGABYTE = 1_000_000
_READABLE = frozenset({".xls", ".xlsx", ".csv", ".pdf", ".json", ".xml", ".html", ".htm", ".txt"})
_UTF8_NAME = 0x800
_ENCRYPTED = 0x1
_OFFICE = frozenset({"[Content_Types].xml", "mimetype"})
"""Members by which an office document is told from an archive of files."""


class Member(NamedTuple):
    """One readable file of an archive."""

    name: str
    body: Annotated[bytes, Base64]


def is_zip_archive(body: bytes) -> bool:
    """True for a ZIP that is no spreadsheet or other office document."""
    if not body.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return False
    try:
        return _is_no_office_file(body)
    except Refusal:  # over the limits of reading: told when it is read
        return True


@isolated
def _is_no_office_file(body: bytes) -> bool:
    try:
        with zipfile.ZipFile(io.BytesIO(body)) as archive:
            return not _OFFICE & set(archive.namelist()[:MAX_MEMBERS])
    except UNREADABLE:
        return False


@isolated
def members_of(body: bytes) -> list[Member]:
    """The readable files of an archive, in its order. Whatever the archive claims, no more than the limits is unpacked.

    Raises Refusal: `encrypted_zip`, `damaged_zip`, `zip_too_large` (number, size or ratio), `same_name_twice`.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(body)) as archive:
            return _members(archive)
    except UNREADABLE as error:
        raise Refusal("damaged_zip", f"the ZIP archive cannot be read: {str(error)[:200]}") from error


def _members(archive: zipfile.ZipFile) -> list[Member]:
    entries = [entry for entry in archive.infolist() if not entry.filename.endswith("/")]
    if len(entries) > MAX_MEMBERS:
        raise Refusal("zip_too_large", f"the archive holds {len(entries)} files, {MAX_MEMBERS} are read")
    if any(entry.flag_bits & _ENCRYPTED for entry in entries):
        raise Refusal("encrypted_zip", "the archive is protected by a password")
    found: list[Member] = []
    total = 0
    for entry in entries:
        name = _name(entry)
        if PurePosixPath(name).suffix.lower() not in _READABLE or "__MACOSX/" in name:
            continue
        body = _unpacked(archive, entry, name)
        total += len(body)
        if total > MAX_TOTAL_BYTES:
            raise Refusal("zip_too_large", f"the files of the archive have more than {MAX_TOTAL_BYTES} bytes")
        if any(name == member.name for member in found):
            raise Refusal("same_name_twice", f"the archive holds two files named {name[:80]!r}")
        found.append(Member(name, body))
    return found


def _unpacked(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, name: str) -> bytes:
    most = min(MAX_MEMBER_BYTES, max(_MEGABYTE, MAX_RATIO * entry.compress_size))
    with archive.open(entry) as file:
        body = file.read(most + 1)
    if len(body) > most:
        raise Refusal("zip_too_large", f"the file {name[:80]!r} unpacks to more than {most} bytes")
    return body


def _name(entry: zipfile.ZipInfo) -> str:
    """The name of a member: programs in China write it in GBK without saying so, which zipfile takes for cp437."""
    name = entry.filename
    if not entry.flag_bits & _UTF8_NAME and not name.isascii():
        raw = name.encode("cp437", errors="replace")
        for encoding in ("utf-8", "gb18030"):
            try:
                name = raw.decode(encoding)
                break
            except UnicodeDecodeError:
                continue
    return re.sub(r"[\x00-\x1f\\]", "/", name)[-200:]


# --- into the archive -------------------------------------------------------------------------------------------------


def archive_members(archive: Archive, of: Attempt) -> list[Attempt]:
    """Add the files of the ZIP that an attempt brought; the log entries, one that failed where it is refused.

    None for anything but a ZIP archive, and for one that is unchanged and whose files are kept (a run may have ended
    before they were added). Adding the same again archives nothing new.
    """
    if of.capture is None or (of.outcome is not Outcome.NEW and members_are_kept(archive, of.url)):
        return []
    try:
        body = archive.body(of.capture)
    except ArchiveDamaged:
        return []
    if not is_zip_archive(body):
        return []
    try:
        members = members_of(body)
        if not members:
            raise Refusal("no_members", "the archive holds no file of a kind that is read")
    except Refusal as refusal:
        failed = Attempt(
            attempt_id=uuid.uuid4().hex,
            run_id=of.run_id,
            source_id=of.source_id,
            url=of.url,
            attempted_at=datetime.now(UTC),
            outcome=Outcome.FAILED,
            origin=of.origin,
            reason=f"{refusal.code}: {refusal}",
        )
        archive.log(failed)
        return [failed]
    return [
        archive.add(
            source_id=of.source_id,
            url=f"{of.url}#{quote(member.name)}",
            body=member.body,
            origin=of.origin,
            knowledge=_knowledge(of.capture.knowledge, of.url, member),
            run_id=of.run_id,
        )
        for member in members
    ]


def members_are_kept(archive: Archive, url: str) -> bool:
    """True where files of the ZIP at an address are in the archive (a run may have ended before they were added)."""
    return any(capture.url.startswith(f"{url}#") for capture in archive.captures())


def _knowledge(known: Knowledge, address: str, member: Member) -> Knowledge:
    stem = PurePosixPath(member.name).stem
    title = stem if re.search(r"[\u4e00-\u9fff]{2}", stem) else known.title
    return Knowledge(
        content_type=content_type_of(member.name),
        title=title,
        publisher=known.publisher,
        published_on=known.published_on,
        linked_from=address,
    )
