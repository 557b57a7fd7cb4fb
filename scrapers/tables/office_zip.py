"""XLSX is a ZIP: how large its parts become is measured before a library opens it."""

from __future__ import annotations

import io
import zipfile
import zlib

from scrapers.records import Refusal

MAX_UNPACKED = 300_000_000
"""Bytes of all parts together; a workbook of a million cells has some 60 million."""
_BEST_PACKING = 1032
"""No deflated byte becomes more than so many."""
_PIECE = 1 << 20
UNREADABLE = (zipfile.BadZipFile, zlib.error, EOFError, ValueError, NotImplementedError, RuntimeError, OSError)
"""What the library raises for a ZIP that it cannot read: damage, and packing or encryption that it does not know."""


def refuse_bomb(body: bytes) -> None:
    """Raise Refusal `table_too_large` for a ZIP that unpacks to more than the limit, whatever its directory claims."""
    if not body.startswith(b"PK") or len(body) * _BEST_PACKING <= MAX_UNPACKED:
        return
    left = MAX_UNPACKED
    try:
        with zipfile.ZipFile(io.BytesIO(body)) as archive:
            for entry in archive.infolist():
                with archive.open(entry) as part:
                    while left > 0 and (piece := part.read(_PIECE)):
                        left -= len(piece)
                if left <= 0:
                    raise Refusal("table_too_large", f"the spreadsheet unpacks to more than {MAX_UNPACKED} bytes")
    except UNREADABLE as error:
        raise Refusal("damaged_spreadsheet", f"the spreadsheet cannot be opened: {str(error)[:200]}") from error
