"""ZIP archives: every readable file becomes a capture of its own, and what an archive claims is never believed."""

from __future__ import annotations

import io
import struct
import zipfile
from pathlib import Path

import pytest

from scrapers import zip_members
from scrapers.archive import Archive
from scrapers.captures import Outcome
from scrapers.home import Home
from scrapers.imports import import_path
from scrapers.isolation import here
from scrapers.page_reading import parse_page
from scrapers.parse import parse_captures
from scrapers.records import Page, Refusal
from scrapers.tables import office_zip
from scrapers.tables.sources import content_of
from scrapers.zip_members import is_zip_archive, members_of

CSV = "地区,专利授权量(件),发明专利授权量(件)\n和平区,120,30\n河东区,140,44\n河西区,141,45\n南开区,150,51\n"


def packed(files: dict[str, bytes], *, gbk: bool = False) -> bytes:
    """A ZIP of files; with `gbk`, names are written as programs in China write them, without saying so."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, body in files.items():
            if not gbk:
                archive.writestr(name, body)
                continue
            place = "n" * len(name.encode("gbk"))
            archive.writestr(place, body)
    data = buffer.getvalue()
    for name in files if gbk else ():
        data = data.replace(b"n" * len(name.encode("gbk")), name.encode("gbk"), 2)
    return data


def encrypted(data: bytes) -> bytes:
    """The archive with the flag of a password on every member, in both directories."""
    for mark, place in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        start = data.find(mark)
        while start >= 0:
            (flags,) = struct.unpack_from("<H", data, start + place)
            data = data[: start + place] + struct.pack("<H", flags | 1) + data[start + place + 2 :]
            start = data.find(mark, start + 4)
    return data


def refusal(body: bytes) -> str:
    with pytest.raises(Refusal) as caught:
        members_of(body)
    return caught.value.code


def test_readable_files_are_members_and_the_rest_is_left() -> None:
    body = packed({"a/2023年专利.csv": CSV.encode(), "logo.png": b"x", "inner.zip": packed({"b.csv": b"1"})})
    assert [(member.name, member.body) for member in members_of(body)] == [("a/2023年专利.csv", CSV.encode())]


def test_names_in_gbk_are_read() -> None:
    body = packed({"专利授权量.csv": CSV.encode("gbk")}, gbk=True)
    assert [member.name for member in members_of(body)] == ["专利授权量.csv"]


def test_names_never_become_paths(tmp_path: Path) -> None:
    file = tmp_path / "in" / "evil.zip"
    file.parent.mkdir()
    file.write_bytes(packed({"../../../../outside.csv": CSV.encode(), "/absolute.csv": b"a,b\n1,2\n"}))
    home = Home.at(tmp_path / "deep" / "er" / "home")
    import_path(home, file, url="https://stats.example.org/z.zip", run_id="r", catalog={})
    assert not list(tmp_path.rglob("outside.csv")) and not Path("/absolute.csv").exists()
    assert "https://stats.example.org/z.zip#../../../../outside.csv" in {c.url for c in Archive(home).captures()}


def test_a_spreadsheet_is_no_archive() -> None:
    from openpyxl import Workbook

    buffer = io.BytesIO()
    book = Workbook()
    book.active.append(["地区", "专利授权量"])
    book.save(buffer)
    assert not is_zip_archive(buffer.getvalue())
    assert is_zip_archive(packed({"a.csv": b"1"}))


def test_encrypted_damaged_and_doubled_archives_are_refused() -> None:
    body = packed({"a.csv": CSV.encode()})
    assert refusal(encrypted(body)) == "encrypted_zip"
    spoilt = bytearray(body)
    spoilt[45] ^= 0xFF
    assert refusal(bytes(spoilt)) == "damaged_zip"
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive, pytest.warns(UserWarning):
        archive.writestr("a.csv", b"1")
        archive.writestr("a.csv", b"2")
    assert refusal(buffer.getvalue()) == "same_name_twice"


def test_limits_hold_whatever_the_directory_claims(monkeypatch: pytest.MonkeyPatch) -> None:
    bomb = packed({"a.csv": b"0" * 50_000_000})
    assert len(bomb) < 100_000
    assert refusal(bomb) == "zip_too_large"
    start = bomb.find(b"PK\x01\x02")  # the same, with a directory that says one kilobyte
    lying = bomb[: start + 24] + struct.pack("<I", 1000) + bomb[start + 28 :]
    assert refusal(lying) in {"zip_too_large", "damaged_zip"}
    with here():
        monkeypatch.setattr(zip_members, "MAX_MEMBERS", 3)
        assert refusal(packed({f"{n}.csv": b"1" for n in range(4)})) == "zip_too_large"
        monkeypatch.setattr(zip_members, "MAX_TOTAL_BYTES", 10)
        assert refusal(packed({"a.csv": b"123456", "b.csv": b"123456"})) == "zip_too_large"


def test_a_spreadsheet_that_unpacks_without_end_is_refused_before_it_is_opened(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(office_zip, "MAX_UNPACKED", 30_000_000)
    bomb = packed({"[Content_Types].xml": b"<Types/>", "xl/worksheets/sheet1.xml": b"<c/>" * 20_000_000})
    with pytest.raises(Refusal) as caught:
        content_of(Page(bomb))
    assert caught.value.code == "table_too_large"


def test_an_imported_archive_gives_figures_and_the_archive_itself_says_where_they_are(tmp_path: Path) -> None:
    home = Home.at(tmp_path / "home")
    file = tmp_path / "天津.zip"
    file.write_bytes(packed({"天津市2023年专利授权量.csv": CSV.encode("gbk")}, gbk=True))
    address = "https://stats.example.org/z.zip"
    first = import_path(home, file, url=address, run_id="r1", catalog={})
    assert (first.new, len(first.capture_ids)) == (1, 2)
    outcomes = {o.url.partition("#")[0] + ("#" if "#" in o.url else ""): o
                for o in parse_captures(home, first.capture_ids, {})}  # fmt: skip
    assert outcomes[address].reason == "zip_archive"
    assert outcomes[f"{address}#"].record_count == 8
    captures = {capture.url: capture for capture in Archive(home).captures()}
    member = next(capture for url, capture in captures.items() if "#" in url)
    assert (member.knowledge.title, member.knowledge.linked_from) == ("天津市2023年专利授权量", address)
    again = import_path(home, file, url=address, run_id="r2", catalog={})
    assert (again.new, again.unchanged) == (0, 1)
    assert len(Archive(home).captures()) == 2


def test_an_archive_that_is_refused_is_kept_and_says_why(tmp_path: Path) -> None:
    home = Home.at(tmp_path / "home")
    file = tmp_path / "locked.zip"
    file.write_bytes(encrypted(packed({"a.csv": CSV.encode()})))
    summary = import_path(home, file, run_id="r", catalog={})
    assert any("encrypted_zip" in note for note in summary.notes)
    assert [a.outcome for a in Archive(home).attempts()] == [Outcome.NEW, Outcome.FAILED]


def test_an_archive_is_never_parsed_as_a_spreadsheet() -> None:
    with pytest.raises(Refusal) as caught:
        parse_page(Page(packed({"a.csv": CSV.encode()})))
    assert caught.value.code == "zip_archive"
