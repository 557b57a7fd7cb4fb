"""Names from outside never become paths: what is imported, how plans, releases and sources are called."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from scrapers.archive import Archive
from scrapers.home import Home
from scrapers.imports import import_path
from scrapers.register.add import PLAN_ID
from scrapers.source_model import Source
from tests.mirror.visiting import source
from warehouse import release

ODD = ["../../x", "/etc/passwd", "..", "a/b", "a\\b", "x\0y", "", "a\nb", "x" * 5000, "CON:", "%2e%2e%2fx", "．．/x"]


def test_a_folder_gives_no_file_from_outside_of_it(tmp_path: Path) -> None:
    """Links out, circles, devices, pipes, and rows of an index that climb: named, refused, and the rest is taken."""
    secret, folder = tmp_path / "secret.html", tmp_path / "in"
    secret.write_text("SECRET")
    folder.mkdir()
    (folder / "link.html").symlink_to(secret)
    (folder / "circle.html").symlink_to("circle.html")
    (folder / "zero.html").symlink_to("/dev/zero")
    (folder / "more").symlink_to(tmp_path)
    os.mkfifo(folder / "pipe.html")
    Path(os.fsdecode(os.fsencode(folder) + b"/\xff.html")).write_text("bytes")
    (folder / "A.html").write_text("one")
    (folder / "a.html").write_text("two")
    home = Home.at(tmp_path / "home")
    summary = import_path(home, folder, run_id="../../run", catalog={})
    assert summary.new == 2 and {"link.html"} <= {name for name, _ in summary.failed}
    names = ["../secret.html", str(secret), "link.html", "a\0b.html", "y" * 5000 + ".html", "A.html"]
    (folder / "index.csv").write_text("file,url\n" + "".join(f"{name},\n" for name in names))
    summary = import_path(home, folder, run_id="../../run", catalog={})
    assert summary.unchanged == 1 and len(summary.failed) == 5
    files = [path for path in Path(home.root).rglob("*") if path.is_file()]
    assert not [path for path in files if b"SECRET" in path.read_bytes()]
    assert {path.parts[-2] for path in files if path.suffix == ".jsonl"} == {
        f"{Archive(home).captures()[0].fetched_at:%Y-%m}"
    }
    assert sorted(path.name for path in tmp_path.iterdir()) == ["home", "in", "secret.html"]


@pytest.mark.parametrize("name", ODD)
def test_ids_that_are_paths_are_none(tmp_path: Path, name: str) -> None:
    assert not PLAN_ID.fullmatch(name)
    with pytest.raises(ValueError, match="source_id"):
        Source(**{**source().model_dump(), "source_id": name})
    with pytest.raises(release.NoRelease):
        release.get(Home.at(tmp_path), name)
