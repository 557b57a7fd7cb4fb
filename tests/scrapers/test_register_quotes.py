"""Quotes: visible words, their places, and finding them again; contexts for a reviewer."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from scrapers.register.context import ContextReader
from scrapers.register.quotes import Text, find_again, quote_sha256, squeezed, visible_words

MARKUP = st.lists(
    st.sampled_from(
        ["<", ">", "<b>", "</b>", "<!--", "-->", "&nbsp;", "&lt;", "&amp;", "&", ";", "\n", "　", "甲", "9"]
    ),
    max_size=30,
).map("".join)


@given(MARKUP, st.data())
def test_every_stretch_of_words_leads_back_to_its_place_in_the_capture(decoded: str, data: st.DataObject) -> None:
    text = Text(decoded)
    assert text.words == squeezed(visible_words(decoded))
    if text.words:
        start = data.draw(st.integers(0, len(text.words) - 1))
        end = data.draw(st.integers(start + 1, len(text.words)))
        assert text.quote(*text.span(start, end)) == text.words[start:end]


@given(MARKUP, MARKUP, st.data())
def test_what_is_found_again_is_the_quote(old: str, new: str, data: st.DataObject) -> None:
    one, other = Text(old), Text(new)
    if not one.words:
        return
    start = data.draw(st.integers(0, len(one.words) - 1))
    span = one.span(start, data.draw(st.integers(start + 1, len(one.words))))
    if found := find_again(one, *span, other):
        assert other.words[slice(*found)] == one.quote(*span)


def test_a_hash_knows_no_markup_and_no_white_space() -> None:
    assert quote_sha256("达到 <b>9</b>\n件&nbsp;") == quote_sha256("达到9件") != quote_sha256("达到8件")


def test_a_quote_that_stood_twice_is_found_by_the_words_before_it() -> None:
    old = Text("甲县发明专利达到9件。乙县发明专利达到9件。")
    new = Text("甲县发明专利达到8件。乙县发明专利达到9件。")
    first, second = (old.span(at, at + 8) for at in old.occurrences("发明专利达到9件"))
    assert find_again(old, *first, new) is None
    assert find_again(old, *second, new) == (13, 21)


def test_a_context_shows_the_paragraph_and_of_a_cell_the_row() -> None:
    cells = "".join(f"<tr><td>指标{n}</td><td>{n}件</td><td>{n * 2}件</td></tr>" for n in range(1, 6))
    page = f"<html><body><p>一、目标</p><p>到2040年, 达到<b>9</b>件,力争更多。</p><table>{cells}</table></body></html>"
    reader = ContextReader(page)
    start = page.index("达到")
    told = reader.around(start, page.index("件,") + 1)
    assert [(piece.words, piece.is_quote) for piece in told] == [
        ("到2040年, ", False), ("达到9件", True), (",力争更多。", False),
    ]  # fmt: skip
    row = reader.around(page.index("3件"), page.index("6件") + 2)
    assert "".join(piece.words for piece in row) == "指标3 | 3件 | 6件"
    assert [piece.words for piece in row if piece.is_quote] == ["3件", "6件"]
    assert reader.around(len(page), len(page)) == []


def test_a_long_context_is_cut_around_the_quote() -> None:
    text = "甲" * 400 + "达到9件" + "乙" * 400
    words = "".join(piece.words for piece in ContextReader(text).around(400, 405))
    assert words.startswith("…甲") and "达到9件" in words and words.endswith("乙…") and len(words) < 340
