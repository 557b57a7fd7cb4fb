"""The registry of faults: everything that a site can do to a refresh, by name."""

from __future__ import annotations

from tests.mirror.faults.answers import encoding_faults, not_the_page, redirect_faults, status_faults
from tests.mirror.faults.connection import connection_faults
from tests.mirror.faults.content import content_faults
from tests.mirror.faults.fault import Change, Fault, Place, by_name
from tests.mirror.faults.site import list_faults, robots_faults

__all__ = ["FAULTS", "Change", "Fault", "Place"]

FAULTS: dict[str, Fault] = by_name(
    [
        *connection_faults(), *status_faults(), *redirect_faults(), *not_the_page(), *encoding_faults(),
        *content_faults(), *robots_faults(), *list_faults(),
    ]
)  # fmt: skip
