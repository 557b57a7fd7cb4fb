"""The data home: one folder (any fsspec address) under which captures, records, builds and releases lie."""

from __future__ import annotations

import os
import tempfile
import uuid
from dataclasses import dataclass
from pathlib import Path
from typing import cast

import fsspec
from fsspec import AbstractFileSystem

HOME_VARIABLE = "ZHIBIAO_HOME"
DEFAULT_HOME = ".zhibiao"


@dataclass(frozen=True)
class Home:
    """Paths and the few file operations that every room needs. All paths given are relative to the home."""

    fs: AbstractFileSystem
    root: str

    @classmethod
    def at(cls, address: str | os.PathLike[str] | None = None) -> Home:
        """The home at `address`, else at `ZHIBIAO_HOME`, else `.zhibiao/` in the working folder."""
        chosen = os.fspath(address) if address is not None else os.environ.get(HOME_VARIABLE) or DEFAULT_HOME
        fs, root = fsspec.core.url_to_fs(chosen)
        return cls(fs=fs, root=cast(str, root).rstrip("/"))

    @property
    def is_local(self) -> bool:
        """True where the home is a folder of this machine (the build and the releases need one)."""
        return "file" in (self.fs.protocol if isinstance(self.fs.protocol, tuple) else (self.fs.protocol,))

    def path(self, *parts: str) -> str:
        """Full path of a place in the home."""
        return "/".join((self.root, *parts))

    def lock_folder(self, name: str) -> Path:
        """A folder for lock files, made where it is missing: in the home, or on this machine for a home elsewhere."""
        folder = Path(self.path(name)) if self.is_local else Path(tempfile.gettempdir()) / f"zhibiao-{name}"
        folder.mkdir(parents=True, exist_ok=True)
        return folder

    def exists(self, *parts: str) -> bool:
        return bool(self.fs.exists(self.path(*parts)))

    def read(self, *parts: str) -> bytes:
        """Bytes of a file. Raises FileNotFoundError."""
        return cast(bytes, self.fs.cat_file(self.path(*parts)))

    def mark(self, *parts: str) -> str:
        """What changes when a file is written again: its size and the time of writing. Raises FileNotFoundError."""
        if self.is_local:
            stat = Path(self.path(*parts)).stat()
            return f"{stat.st_size} {stat.st_mtime_ns}"
        info = self.fs.info(self.path(*parts))
        return f"{info.get('size')} {info.get('ETag') or info.get('LastModified') or info.get('created')}"

    def write(self, data: bytes, *parts: str) -> None:
        """Write a file whole or not at all: under another name first, then one rename; on disk before it shows."""
        target = self.path(*parts)
        self.fs.makedirs(target.rsplit("/", 1)[0], exist_ok=True)
        if not self.is_local:
            self.fs.pipe_file(target, data)  # an object store shows an object only when it is complete
            return
        partial = f"{target}.{uuid.uuid4().hex}.partial"
        try:
            with open(partial, "wb") as file:
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
            os.replace(partial, target)
        except BaseException:
            if os.path.exists(partial):
                os.unlink(partial)
            raise

    def list(self, *parts: str, suffix: str = "") -> list[str]:
        """Paths below a folder, relative to the home, sorted; files being written are left out."""
        folder = self.path(*parts)
        if not self.fs.exists(folder):
            return []
        found = cast("list[str]", self.fs.find(folder))
        return sorted(p[len(self.root) + 1 :] for p in found if p.endswith(suffix) and not p.endswith(".partial"))
