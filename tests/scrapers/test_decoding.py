"""Bytes become text in one proved encoding, or not at all."""

from __future__ import annotations

from pathlib import Path

import pytest

from scrapers.decoding import decode
from scrapers.records import Refusal

TEXT = "全省有效发明专利 1897 件"


@pytest.mark.parametrize("encoding", ["utf-8", "gbk", "gb18030", "utf-8-sig", "utf-16"])
def test_text_is_read_without_any_declaration(encoding: str) -> None:
    assert decode(TEXT.encode(encoding)).text == TEXT


def test_gb2312_is_read_as_gb18030() -> None:
    body = b'<meta http-equiv="Content-Type" content="text/html; charset=gb2312">' + "朱镕基㐀".encode("gb18030")
    decoded = decode(body)
    assert decoded.text.endswith("朱镕基㐀")
    assert decoded.encoding == "gb18030"


def test_a_page_that_says_gb_and_is_utf8_is_utf8() -> None:
    assert decode(f"<meta charset=gbk>{TEXT}".encode()).encoding == "utf-8"
    assert decode(TEXT.encode(), "GB2312").text == TEXT


def test_a_page_that_says_utf8_and_is_gbk_is_gbk() -> None:
    assert decode(f'<meta charset="utf-8">{TEXT}'.encode("gbk"), "utf-8").text.endswith(TEXT)


def test_the_http_charset_goes_before_meta() -> None:
    body = "<meta charset=shift_jis>テスト".encode("euc_jp")
    assert decode(body, "euc-jp").text.endswith("テスト")


def test_a_servers_default_latin1_does_not_hide_chinese() -> None:
    assert decode(TEXT.encode("gbk"), "ISO-8859-1").text == TEXT


def test_latin1_is_believed_where_nothing_else_fits() -> None:
    assert decode("<meta charset=iso-8859-1>caf\xe9 bar".encode("latin-1")).text.endswith("café bar")


def test_an_unknown_charset_is_passed_over() -> None:
    assert decode(TEXT.encode(), "x-unknown-8").text == TEXT
    assert decode(TEXT.encode(), "base64").text == TEXT


def test_damaged_utf8_is_refused_rather_than_read_as_other_characters() -> None:
    body = bytearray(("中文网页的文字内容" * 40).encode())
    body[31] = 0xFF
    with pytest.raises(Refusal, match="no encoding fits") as refusal:
        decode(bytes(body))
    assert refusal.value.code == "undecodable"


@pytest.mark.parametrize("lost", ["1\ufffd97 件", "1&#65533;97 件", "1&#xFFFD;97 件"])
def test_lost_characters_are_an_error(lost: str) -> None:
    with pytest.raises(Refusal, match="lost characters"):
        decode(lost.encode())


def test_bytes_of_no_text_are_refused() -> None:
    with pytest.raises(Refusal):
        decode(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1\x00\xff\xfe\xff" * 20)


def test_the_byte_order_mark_is_no_part_of_the_text() -> None:
    assert decode(b"\xef\xbb\xbfa,b").text == "a,b"


def test_every_page_of_the_archive_is_read(archive: Path) -> None:
    for file in archive.glob("*/*.*"):
        if file.suffix in {".html", ".txt", ".csv", ".json"}:
            text = decode(file.read_bytes()).text
            assert "\ufffd" not in text
            assert not any("\ue000" <= character <= "\uf8ff" for character in text), file.name


def test_utf8_that_was_encoded_twice_is_no_text() -> None:
    twice = "<p>国内专利授权状况</p>".encode().decode("latin-1").encode()
    with pytest.raises(Refusal, match="second time"):
        decode(twice)
    assert decode("<p>Évaluation à Genève, “naïve”</p>".encode()).encoding == "utf-8"
