"""What the notice of whole nights says, in words that a person reads at three in the morning."""

from __future__ import annotations

import json
from typing import Any

from tests.refresh.conftest import Night


def notices(night: Night) -> list[dict[str, Any]]:
    """The notices of a home, oldest first."""
    return [json.loads(path.read_text()) for path in sorted((night.home / "runs").glob("*/notice.json"))]


def test_the_first_night_tells_also_of_the_one_that_was_killed(fresh: Night) -> None:
    (told,) = notices(fresh)
    assert told["subject"].startswith("zhibiao: published, the first release, ") and told["remarks"] == []
    assert "1 earlier run untold" in told["subject"] and "was cut off during" in told["text"]
    assert told["subject"] in fresh.told["refresh"] and told["release_id"] == fresh.release.name


def test_the_night_after_an_import_tells_how_many_facts_came_and_what_else_is_new(full: Night) -> None:
    first, told = notices(full)
    assert told["outcome"] == "published" and told["previous_release_id"] == first["release_id"]
    assert told["facts"]["added"] > 1000 and " added" in told["subject"]
    assert told["remarks"] == [] and len(told["text"].splitlines()) < 150
