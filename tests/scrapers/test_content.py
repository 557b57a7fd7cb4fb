"""The content hash stays with the content: counters, clocks and tokens may change, a figure or a cell may not."""

from __future__ import annotations

import pytest

from scrapers.content import content_sha256

PAGE = """<html><head><meta name="csrf-token" content="{token}"></head><body>
<!-- generated in {time} ms --><script>var now={time};</script><div>今天是{day} 星期日</div>
<table><tr><td>衡阳</td><td>{figure}</td></tr></table>
<form><input type="hidden" name="_t" value="{token}"></form><a href="/a.html?t={time}&id=7">x</a>
<p>浏览次数：<span>{count}</span></p><p>平台访问量达{prose}人次</p></body></html>"""

VALUES = {
    "token": "aa11", "time": "1700000000123", "day": "2026年11月21日", "figure": "1897", "count": "15", "prose": "800",
}  # fmt: skip


def page(**changes: str) -> bytes:
    return PAGE.format(**{**VALUES, **changes}).encode()


@pytest.mark.parametrize(
    "changes",
    [{"token": "bb22"}, {"time": "1700000999456"}, {"day": "2026年11月22日"}, {"count": "1,016"}],
)
def test_what_changes_with_every_visit_does_not_count(changes: dict[str, str]) -> None:
    assert page(**changes) != page()
    assert content_sha256(page(**changes), "text/html") == content_sha256(page(), "text/html")


@pytest.mark.parametrize("changes", [{"figure": "1898"}, {"prose": "801"}])
def test_a_figure_counts(changes: dict[str, str]) -> None:
    assert content_sha256(page(**changes), "text/html") != content_sha256(page(), "text/html")


def test_a_cell_that_moved_counts() -> None:
    moved = page().replace(b"<td>1897</td>", b"<td></td><td>1897</td>")
    assert content_sha256(moved) != content_sha256(page())


def test_the_same_page_in_another_encoding_is_the_same_content() -> None:
    text = page().decode()
    assert content_sha256(text.encode("gbk"), "text/html") == content_sha256(page(), "text/html")


def test_other_types_are_hashed_as_they_are() -> None:
    assert content_sha256(b"a,1\n", "text/csv") != content_sha256(b"a,1 \n", "text/csv")
    assert content_sha256(b"\xff\xfe\x00html", "text/html") == content_sha256(b"\xff\xfe\x00html", "text/csv")
