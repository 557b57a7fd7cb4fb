"""What every test may ask for: the archive of real pages beside the repository, where it is present."""

from pathlib import Path

import pytest

REPOSITORY = Path(__file__).parent.parent


@pytest.fixture(scope="session")
def archive() -> Path:
    """Folder of real plans and statistics pages; tests that read it skip where it is absent."""
    folder = REPOSITORY.parent / "shared" / "archive"
    if not folder.is_dir():
        pytest.skip("the archive of real pages (../shared/archive) is not on this machine")
    return folder
