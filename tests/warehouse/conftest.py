"""A data home of its own for every test."""

from pathlib import Path

import pytest

from scrapers.home import Home


@pytest.fixture
def home(tmp_path: Path) -> Home:
    """An empty home."""
    folder = tmp_path / "home"
    folder.mkdir()
    return Home.at(folder)
