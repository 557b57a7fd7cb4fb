"""Tables become rectangles whose cells stand where the page shows them, whatever the markup does."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scrapers.grid import MAX_CELLS, MISSING, Grid, Line, grid_of_rows, grids, read_html
from scrapers.records import Refusal


def texts(grid: Grid) -> list[list[str]]:
    return [[cell.text for cell in row] for row in grid.cells]


def test_spans_are_expanded_and_know_where_they_begin() -> None:
    (grid,) = grids(
        "<table><tr><td rowspan=2 colspan=2>a</td><td>b</td></tr><tr><td>c</td></tr>"
        "<tr><td>d</td><td>e</td><td>f</td></tr></table>"
    )
    assert texts(grid) == [["a", "a", "b"], ["a", "a", "c"], ["d", "e", "f"]]
    assert [(r, c) for r in range(3) for c in range(3) if grid.is_origin(r, c)] == [
        (0, 0),
        (0, 2),
        (1, 2),
        (2, 0),
        (2, 1),
        (2, 2),
    ]


def test_rowspan_to_the_end_and_beyond_it() -> None:
    for span in ("0", "99"):
        (grid,) = grids(f"<table><tr><td rowspan={span}>a<td>1<tr><td>2<tr><td>3</table>")
        assert texts(grid) == [["a", "1"], ["a", "2"], ["a", "3"]]


def test_nonsense_spans_count_as_one() -> None:
    (grid,) = grids('<table><tr><td colspan="two" rowspan="-1">a</td><td colspan="99999999">b</td></tr></table>')
    assert texts(grid) == [["a", "b"]]


def test_span_wider_than_the_table_adds_no_columns() -> None:
    (grid,) = grids("<table><tr><td colspan=99>title</td></tr><tr><td>a</td><td>1</td></tr></table>")
    assert texts(grid) == [["title", "title"], ["a", "1"]]


def test_short_row_is_padded_with_missing_cells_not_empty_ones() -> None:
    (grid,) = grids("<table><tr><td>a<td>b<td>c<tr><td>x<td></table>")
    assert grid.widths == [3, 2]
    assert grid.cells[1][2] is MISSING
    assert grid.cells[1][1] is not MISSING


def test_nested_tables_stand_on_their_own() -> None:
    page = "<table><tr><td>menu<td>before<table><tr><td>inner<td>1</table>after</table>"
    content = read_html(page)
    assert [texts(grid) for grid in content.grids] == [[["inner", "1"]]]
    assert [line.text for line in content.grids[0].before] == ["menu", "before"]
    assert [line.text for line in content.grids[0].after] == ["after"]


def test_table_with_one_nested_cell_is_still_a_table() -> None:
    page = "<table><tr><td>a<td>1</tr><tr><td>b<td>2<table><tr><td>x</table></tr><tr><td>c<td>3</table>"
    outer, inner = grids(page)
    assert texts(outer) == [["a", "1"], ["b", "2"], ["c", "3"]]
    assert texts(inner) == [["x"]]


def test_head_comes_first_and_foot_last_wherever_they_are_written() -> None:
    page = "<table><tfoot><tr><td>sum</tfoot><tbody><tr><td>1</tbody><thead><tr><td>head</thead></table>"
    assert texts(grids(page)[0]) == [["head"], ["1"], ["sum"]]


def test_line_breaks_are_kept_and_other_white_space_collapsed() -> None:
    (grid,) = grids(
        "<table><tr><td>实用<br>新型</td><td><p> a </p><p>b</p></td><td>\u3000全&nbsp;\n 省\u200b</td></table>"
    )
    assert texts(grid) == [["实用\n新型", "a\nb", "全 省"]]


def test_hidden_cells_scripts_and_comments_are_not_read() -> None:
    page = '<table><tr><td>a<script>x</script><!--y--></td><td style="display: none">9</td><td>1</td></tr></table>'
    assert texts(grids(page)[0]) == [["a", "1"]]


def test_page_cut_inside_a_table_is_known() -> None:
    assert read_html("<html><body><table><tr><td>a<td>1").is_cut
    assert not read_html("<html><body><table><tr><td>a<td>1</body></html>").is_cut
    assert not read_html("<html><body><table><tr><td>a<td>1</table>").is_cut


def test_navigation_is_told_from_text() -> None:
    content = read_html(
        '<body><div><a href="#">Home</a> | <a href="#">Data</a></div><h1>Title</h1><p>one<br>two</p></body>'
    )
    assert content.items == [
        Line("Home | Data", "div", True),
        Line("Title", "h1", False),
        Line("one\ntwo", "p", False),
    ]


@pytest.mark.parametrize(
    ("page", "code"),
    [
        ("", "empty_page"),
        ("   ", "empty_page"),
        ("<div>" * 1000 + "<table><tr><td>1</table>", "too_deep"),
        ("<div>" * 5000, "too_deep"),
        ("<table><tr><td>" * 40, "too_deep"),
        ("<table>" + "<tr><td rowspan=60000 colspan=1000>a" * 1000 + "</table>", "table_too_large"),
    ],
)
def test_pages_beyond_the_limits_are_refused(page: str, code: str) -> None:
    with pytest.raises(Refusal) as refusal:
        read_html(page)
    assert refusal.value.code == code


spans = st.integers(min_value=0, max_value=5)
rows = st.lists(st.lists(st.tuples(spans, spans), min_size=0, max_size=5), min_size=1, max_size=6)


@given(rows)
@settings(max_examples=120, deadline=None)
def test_any_spans_give_a_rectangle_that_holds_every_cell_once(layout: list[list[tuple[int, int]]]) -> None:
    number = 0
    markup = ["<table>"]
    for row in layout:
        markup.append("<tr>")
        for columns, down in row:
            markup.append(f"<td colspan={columns} rowspan={down}>c{number}</td>")
            number += 1
        markup.append("</tr>")
    for grid in grids("".join(markup) + "</table>"):
        assert len({len(row) for row in grid.cells}) <= 1
        origins = [grid.text(r, c) for r in range(grid.height) for c in range(grid.width) if grid.is_origin(r, c)]
        assert sorted(origins) == sorted(f"c{n}" for n in range(number))
        for r, line in enumerate(grid.cells):
            for c, cell in enumerate(line):
                assert cell is MISSING or (cell.row <= r and cell.column <= c)


@given(st.text(alphabet="<>/tablerdhp= \"'a1&;!-", max_size=200))
@settings(max_examples=120, deadline=None)
def test_any_markup_is_read_or_refused(markup: str) -> None:
    try:
        content = read_html("<table><tr><td>" + markup)
    except Refusal:
        return
    assert sum(grid.height * grid.width for grid in content.grids) < MAX_CELLS


def test_plain_rows_become_a_grid() -> None:
    grid = grid_of_rows([["a", "b", "c"], ["x"]])
    assert grid.widths == [3, 1]
    assert texts(grid) == [["a", "b", "c"], ["x", "", ""]]
