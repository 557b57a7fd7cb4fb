"""What every test may ask for: the archive of real pages beside the repository, where it is present."""

from pathlib import Path

import pytest

REPOSITORY = Path(__file__).parent.parent
LONG = ("test_again.py", "test_mirror_night.py")
"""Files that take minutes each, and wait for nobody: one for each of the two workers to begin with."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with what takes longest, so that no worker is left alone with it at the end, or waits for the other."""
    items.sort(key=lambda item: LONG.index(item.path.name) if item.path.name in LONG else len(LONG))


@pytest.fixture(scope="session")
def archive() -> Path:
    """Folder of real plans and statistics pages; tests that read it skip where it is absent."""
    folder = REPOSITORY.parent / "shared" / "archive"
    if not folder.is_dir():
        pytest.skip("the archive of real pages (../shared/archive) is not on this machine")
    return folder
