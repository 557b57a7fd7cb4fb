"""Which zhibiao this is: its version, and its commit where it runs from a clone."""

from __future__ import annotations

import shutil
import subprocess
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path


def code_version() -> str:
    """Version of this zhibiao."""
    try:
        return version("zhibiao")
    except PackageNotFoundError:
        return "unknown"


def git_commit() -> str | None:
    """Commit of the code where it runs from a clone, with `+` where files differ from it."""
    git = shutil.which("git")
    if git is None:
        return None
    here = str(Path(__file__).parent)
    commit = subprocess.run([git, "-C", here, "rev-parse", "HEAD"], capture_output=True, text=True)
    if commit.returncode:
        return None
    changed = subprocess.run([git, "-C", here, "status", "--porcelain", "-uno"], capture_output=True, text=True)
    return commit.stdout.strip() + ("+" if changed.stdout.strip() else "")
