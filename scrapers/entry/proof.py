"""The source of an entry: an address, or a file that is kept in the archive as it is and read by no parser."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from scrapers.archive import Archive
from scrapers.captures import PROOF, Knowledge, Origin
from scrapers.imports import MOST_BYTES
from scrapers.index_rows import content_type_of
from scrapers.web_address import is_web_address, told


class EntryRefused(ValueError):  # noqa: N818 - named after what is the case
    """An entry that cannot be believed or understood; the message says what would do."""


@dataclass(frozen=True, slots=True)
class Source:
    """Where an entry comes from, checked and not yet kept."""

    url: str
    """Address, or `imported:proof/<name>` for a file."""
    body: bytes | None = None
    content_type: str | None = None

    @property
    def identity(self) -> str:
        """The address, or the hash of the file: the same scan under another name is the same source."""
        return self.url if self.body is None else hashlib.sha256(self.body).hexdigest()

    @property
    def body_sha256(self) -> str | None:
        """Hash of the file; None for an address."""
        return None if self.body is None else self.identity


def source_of(url: str | None, file: Path | None) -> Source:
    """The source that a command line names, an address or a file. Raises `EntryRefused`."""
    if (url is None) == (file is None):
        raise EntryRefused(
            "one source is needed: --url ADDRESS or --file FILE (a page that was saved by hand and has an address: "
            "`zhibiao import FILE --url ADDRESS` first, then --url)"
        )
    if file is None:
        return Source(_address(url or ""))
    try:
        if file.stat().st_size > MOST_BYTES:
            raise EntryRefused(f"{file} has more than the {MOST_BYTES} bytes that are taken in")
        body = file.read_bytes()
    except OSError as error:
        raise EntryRefused(f"{file} cannot be read: {error.strerror or error}") from error
    if not body.strip():
        raise EntryRefused(f"{file} is empty")
    return Source(f"imported:proof/{file.name}", body, content_type_of(file.name))


def keep(archive: Archive, source: Source, published_on: date | None, run_id: str) -> str | None:
    """The capture of a source: a file is taken into the archive; of an address the newest that is there, or None."""
    if source.body is None:
        known = archive.latest(source.url)
        return known.capture_id if known else None
    entry = archive.add(
        source_id=PROOF,
        url=source.url,
        body=source.body,
        origin=Origin.IMPORTED,
        knowledge=Knowledge(content_type=source.content_type, published_on=published_on),
        run_id=run_id,
    )
    return entry.capture.capture_id if entry.capture else None


def checked_name(by: str) -> str:
    """The name of a person on one line. Raises `EntryRefused` where it is empty."""
    name = " ".join(by.split())
    if not name:
        raise EntryRefused("who enters this? --by NAME says so")
    return name


def checked_day(option: str, day: date | None, today: date) -> None:
    """Raise `EntryRefused` for a day that has not come yet (Asia/Shanghai)."""
    if day is not None and day > today:
        raise EntryRefused(f"{option} {day} has not come yet (today is {today})")


def _address(url: str) -> str:
    if not is_web_address(url.strip()) or any(c.isspace() for c in url.strip()):
        raise EntryRefused(f"{told(url)} is no web address; allowed: http://… or https://…, without a password")
    return url.strip()
