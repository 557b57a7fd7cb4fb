"""Disks that are small or may not be written: real ones, mounted for a trial. Needs the right to mount."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path


def may_mount() -> bool:
    """True where this process may mount (on Linux, as root of the machine or of a container that allows it)."""
    if os.geteuid() != 0 or shutil.which("mount") is None:
        return False
    return subprocess.run(["unshare", "-m", "true"], capture_output=True).returncode == 0


@contextmanager
def small_disk(folder: Path, size: int) -> Iterator[Callable[[], None]]:
    """A disk of so many bytes at a folder. Yields what makes it large."""
    _run("mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", str(folder))
    try:
        yield lambda: _run("mount", "-o", "remount,size=2g", str(folder))
    finally:
        _run("umount", "-l", str(folder))


@contextmanager
def read_only_folder(folder: Path) -> Iterator[Callable[[], None]]:
    """A folder that nobody may write. Yields what makes it writable again."""
    _run("mount", "--bind", str(folder), str(folder))
    _run("mount", "-o", "remount,ro,bind", str(folder))
    mounted = [True]

    def writable() -> None:
        if mounted:
            _run("umount", "-l", str(folder))
            mounted.clear()

    try:
        yield writable
    finally:
        writable()


def size_of(folder: Path) -> int:
    """Bytes that the files of a folder take on a disk of 4 KiB blocks."""
    return sum((path.lstat().st_size // 4096 + 1) * 4096 for path in folder.rglob("*"))


def _run(*command: str) -> None:
    subprocess.run(command, check=True, capture_output=True)
