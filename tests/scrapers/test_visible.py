"""The visible text of a capture: what is left out, what is kept, and the way back into the source."""

from __future__ import annotations

import html
import re
from pathlib import Path

import pytest

from scrapers.decoding import decode
from scrapers.visible import VisibleText, looks_like_html, visible_text


def texts(visible: VisibleText) -> list[str]:
    return [paragraph.text for paragraph in visible.paragraphs]


def page(body: str, head: str = "") -> str:
    return f"<html><head><title>某地专利数据_政务网</title>{head}</head><body>{body}</body></html>"


def test_navigation_scripts_advertisements_and_footers_are_left_out() -> None:
    source = page(
        '<div class="nav"><a href="/">首页</a></div><script>var a = "专利999件";</script><style>p{}</style>'
        '<div class="article"><h1>全市专利数据</h1><div class="content"><p>专利授权12件，商标注册345件，增长较快。</p>'
        '<div class="ad-inline">代办商标每件500元</div><p style="display:none">隐藏的88件</p>'
        "<p>版权登记6件。</p></div></div>"
        '<div class="sidebar"><p>推荐：某区专利100件</p></div><div class="footer">备案号：00000000号</div>'
    )
    visible = visible_text(source, True)
    assert texts(visible) == ["专利授权12件，商标注册345件，增长较快。", "版权登记6件。"]
    assert visible.title == "全市专利数据"
    assert "全市专利数据" in visible.around


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("<!--content start-->", "<!--content end-->"),
        ("<!-- ContentStart -->", "<!-- ContentEnd -->"),
        ('<meta name="ContentStart">', '<meta name="ContentEnd">'),
        ('<div id="zoom">', "</div>"),
        ('<div class="TRS_Editor">', "</div>"),
        ('<div class="view TRS_UEDITOR trs_paper_default">', "</div>"),
        ('<div id="UCAP-CONTENT">', "</div>"),
        ("<article>", "</article>"),
    ],
)
def test_the_article_is_found_by_the_marks_of_publishing_systems(before: str, after: str) -> None:
    text = "<p>全年授权专利三百余件，比上年多。</p><p>其中发明较多，增长也快。</p>"
    source = page(f"<div>政务公开 办事服务</div>{before}{text}{after}")
    assert texts(visible_text(source, True)) == ["全年授权专利三百余件，比上年多。", "其中发明较多，增长也快。"]


def test_without_marks_the_whole_body_is_read() -> None:
    source = page(
        "<table><tr><td><a href=#>首页</a></td></tr></table><table><tr><td>授权专利12件。</td></tr></table>"
        "<p>版权所有 某局</p>"
    )
    assert texts(visible_text(source, True)) == ["授权专利12件。"]


def test_a_short_element_that_is_called_content_does_not_hide_the_article() -> None:
    long = "全年授权专利12件。" * 20
    source = page(
        f'<div class="content">本页的简短摘要，共二十来个字，并不是正文。</div><div class="xyz"><p>{long}</p></div>'
    )
    assert long in texts(visible_text(source, True))


def test_every_character_leads_back_to_its_source() -> None:
    source = page('<p>　　授权<b>专利&nbsp;12</b>件，<a href="x">商标</a>34&#20214;。</p>')
    visible = visible_text(source, True)
    start = visible.text.index("专利")
    begin, end = visible.source_span(start, len(visible.text) - 1)
    assert source[begin:end] == '专利&nbsp;12</b>件，<a href="x">商标</a>34&#20214;'
    assert visible.quote(start, len(visible.text) - 1) == "专利\xa012件，商标34件"
    with pytest.raises(ValueError, match="no such stretch"):
        visible.source_span(3, 3)


def test_line_breaks_divide_paragraphs_only_where_a_new_one_begins() -> None:
    source = page("<p>　　授权专利12件。<br>　　注册商标34件。<br/>\n其中有<br>效的30件。</p><h1>某市<br>公报</h1>")
    visible = visible_text(source, True)
    assert [t.replace("\n", "") for t in texts(visible)] == [
        "授权专利12件。",
        "注册商标34件。",
        "其中有效的30件。",
        "某市公报",
    ]
    paragraph = visible.paragraphs[2]
    assert visible.quote(paragraph.start, paragraph.end).endswith("其中有效的30件。")


def test_superscripts_and_leading_bold_are_marked() -> None:
    visible = visible_text(page("<p><b>总体情况。</b>生产总值<sup>[2]</sup>28975.1亿元</p>"), True)
    paragraph = visible.paragraphs[0]
    assert paragraph.text[: paragraph.bold_lead] == "总体情况。"
    assert [paragraph.text[a:b] for a, b in paragraph.raised] == ["[2]"]


def test_cells_of_data_tables_are_told_from_tables_that_frame_the_page() -> None:
    cells = "".join(f"<tr><td>某市</td><td>{n}</td></tr>" for n in range(3))
    source = page(f"<table><tr><td><p>授权专利如下表。</p><table>{cells}</table></td></tr></table>")
    visible = visible_text(source, True)
    assert [(p.in_data_table, p.table, p.row, p.cell) for p in visible.paragraphs[:3]] == [
        (False, 1, 1, 1), (True, 2, 1, 1), (True, 2, 1, 2),
    ]  # fmt: skip


@pytest.mark.parametrize(
    "broken",
    ["<p>专利12件。<div>商标34件。</td></p>", "<p>专利12件。</b></i><p>商标34件。<tr", "<P>专利12件。<P>商标34件。"],
)
def test_broken_markup_gives_what_can_be_read(broken: str) -> None:
    assert [t for t in texts(visible_text(broken, True)) if "件" in t] == ["专利12件。", "商标34件。"]


def test_plain_text_is_read_line_by_line_in_place() -> None:
    source = "某市公报\r\n\r\n　　授权专利12件。\n"
    visible = visible_text(source, False)
    assert texts(visible) == ["某市公报", "授权专利12件。"]
    assert visible.title == "某市公报"
    assert source[slice(*visible.source_span(visible.text.index("授权"), len(visible.text)))] == "授权专利12件。"
    assert not looks_like_html(source)
    assert looks_like_html(page("<p>专利</p>"))


def test_the_site_name_is_no_part_of_the_title() -> None:
    assert visible_text(page("<p>专利12件。</p>"), True).title == "某地专利数据"
    assert visible_text(page("<p>专利。</p>", '<meta name="ArticleTitle" content="公报">'), True).title == "公报"


def test_on_real_pages_every_paragraph_is_found_at_its_place(archive: Path) -> None:
    files = sorted([*archive.glob("stats/*.html"), *archive.glob("plans/*.html")])
    assert files
    for file in files:
        source = decode(file.read_bytes()).text
        visible = visible_text(source, True)
        assert visible.paragraphs, file.name
        for paragraph in visible.paragraphs:
            begin, end = visible.source_span(paragraph.start, paragraph.end)
            stripped = html.unescape(re.sub(r"<!--.*?-->|<[^>]*>", "", source[begin:end], flags=re.DOTALL))
            assert stripped == visible.quote(paragraph.start, paragraph.end), file.name
            assert visible.paragraph_at(paragraph.start) == paragraph
