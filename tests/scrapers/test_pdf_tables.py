"""PDF: ruled tables are read over all their pages, running text is read as prose, everything uncertain is refused."""

from __future__ import annotations

import io
import time
import zlib
from collections.abc import Sequence
from decimal import Decimal
from itertools import product

import pytest

from scrapers.captures import Knowledge
from scrapers.page_reading import parse_page
from scrapers.records import Page, Parsed, Refusal, Verdict
from scrapers.tables import pdf as reader
from tests.scrapers.pdf_files import REGIONS, PageBreak, heading, paragraph, pdf, ruled, scan

TITLE = "2023年各省专利授权量统计表"
COLUMNS = ["合计", "发明", "实用新型", "外观设计"]


def figures(number: int) -> list[str]:
    parts = [number + 5, number * 4 + 15, number * 2 + 10]
    return [str(sum(parts)), *map(str, parts)]


ROWS = [["地区", *COLUMNS], *([region, *figures(number)] for number, region in enumerate(REGIONS))]
EXPECTED = {(r, c): Decimal(f) for n, r in enumerate(REGIONS) for c, f in zip(COLUMNS, figures(n), strict=True)}


def read(body: bytes, **known: object) -> Parsed:
    return parse_page(Page(body, "https://stats.example.org/a.pdf", Knowledge(**known)))[1]  # type: ignore[arg-type]


def refusal(body: bytes) -> str:
    with pytest.raises(Refusal) as caught:
        read(body)
    return caught.value.code


def values(parsed: Parsed) -> dict[tuple[str | None, str], Decimal]:
    assert len({(r.region_label, r.measure_label) for r in parsed.records}) == len(parsed.records)
    return {(r.region_label, r.measure_label): r.value for r in parsed.records}


# --- ruled tables -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("height", "pages"), [(18, 1), (30, 2), (60, 4)])
def test_a_ruled_table_is_one_table_over_all_its_pages(height: int, pages: int) -> None:
    table = ruled(ROWS, repeat=1, rowHeights=height)
    parsed = read(pdf(heading(TITLE), paragraph("单位：件", 0), table, numbered=True))
    assert values(parsed) == EXPECTED, pages
    assert {(r.unit_label, r.period, r.table_no) for r in parsed.records} == {("件", "2023", 1)}
    assert (parsed.verdict, list(parsed.leftovers)) == (Verdict.ACCEPTED, [])


def test_a_continued_table_needs_no_repeated_header() -> None:
    body = pdf(heading(TITLE), paragraph("单位：件", 0), ruled(ROWS[:20], colWidths=80), PageBreak(),
               paragraph("续表", 0), ruled(ROWS[20:], colWidths=80), numbered=True)  # fmt: skip
    assert values(read(body)) == EXPECTED


def test_a_table_of_other_columns_on_the_next_page_is_a_table_of_its_own() -> None:
    stock = [["地区", "有效发明专利(件)", "每万人口发明专利拥有量(件)"], *([r, "120", "3.5"] for r in REGIONS)]
    body = pdf(heading(TITLE), paragraph("单位：件", 0), ruled(ROWS), PageBreak(),
               heading("2023年末各省有效发明专利统计表"), ruled(stock))  # fmt: skip
    parsed = read(body)
    assert {r.table_no for r in parsed.records} == {1, 2}
    assert {r.measure_label for r in parsed.records if r.table_no == 2} == {
        "有效发明专利",
        "每万人口发明专利拥有量",
    }


def test_a_header_of_two_rows_with_merged_cells_gives_its_path() -> None:
    head = [["地区", "当年累计", "", "", ""], ["", "合计", "发明", "实用\n新型", "外观\n设计"]]
    spans = [("SPAN", (0, 0), (0, 1)), ("SPAN", (1, 0), (4, 0))]
    table = ruled([*head, *ROWS[1:]], repeat=2, rowHeights=28, spans=spans)
    parsed = read(pdf(heading("2023年1-6月各省专利授权量统计表"), paragraph("单位：件", 0), table, numbered=True))
    assert values(parsed) == {(r, f"当年累计 / {c}"): v for (r, c), v in EXPECTED.items()}
    assert {r.period for r in parsed.records} == {"2023-01..2023-06"}


def test_a_watermark_across_the_page_is_no_part_of_the_cells() -> None:
    assert (
        values(read(pdf(heading(TITLE), paragraph("单位：件", 0), ruled(ROWS), mark="征求意见稿内部资料"))) == EXPECTED
    )


def test_bold_made_by_printing_twice_is_read_once(monkeypatch: pytest.MonkeyPatch) -> None:
    from reportlab.pdfgen.canvas import Canvas

    once = Canvas.drawString

    def twice(self: Canvas, x: float, y: float, text: str, **how: object) -> None:
        once(self, x, y, text, **how)
        once(self, x + 0.4, y, text, **how)

    monkeypatch.setattr(Canvas, "drawString", twice)
    assert values(read(pdf(heading(TITLE), paragraph("单位：件", 0), ruled(ROWS)))) == EXPECTED


def test_an_empty_cell_stays_empty_and_moves_nothing() -> None:
    rows = [list(row) for row in ROWS]
    rows[5][2] = ""
    got = values(read(pdf(heading(TITLE), paragraph("单位：件", 0), ruled(rows))))
    assert (REGIONS[4], "发明") not in got
    assert {key: value for key, value in EXPECTED.items() if key != (REGIONS[4], "发明")} == got


def test_two_numbers_without_a_ruling_between_them_are_not_one_number() -> None:
    rows = [[r, f"{b}          {c}", d] for r, _, b, c, d in ROWS[1:]]
    parsed = None
    try:
        parsed = read(pdf(heading(TITLE), paragraph("单位：件", 0), ruled([["地区", "发明", "外观设计"], *rows])))
    except Refusal as refused:
        assert refused.code in {"no_body", "header_data_mismatch"}
    assert parsed is None or not [r for r in parsed.records if r.measure_label == "发明"]


# --- running text -----------------------------------------------------------------------------------------------------

BULLETIN: Sequence[tuple[str, str, str | None, str]] = [
    ("专利授权量", "12345", "件", "2023"),
    ("专利授权量 / 同比增长", "5.6", "%", "2023"),
    ("常住人口", "345.67", "万人", "2023-12-31"),
]


def bulletin(**how: bool) -> bytes:
    filler = "全市深入实施创新驱动发展战略，持续优化营商环境，各项工作取得积极进展。" * 3
    first = "全年全市专利授权量12345件，比上年增长5.6%。"
    return pdf(
        heading("某市2023年国民经济和社会发展统计公报"), paragraph(filler + first),
        *(paragraph(filler) for _ in range(12)), paragraph("年末常住人口345.67万人。"), **how,
    )  # fmt: skip


def test_a_bulletin_is_read_as_prose_with_its_lines_put_together() -> None:
    parser, parsed = parse_page(Page(bulletin(numbered=True), "", Knowledge(publisher="长沙市统计局")))
    assert parser.name == "prose"
    got = [(r.measure_label, r.value_text, r.unit_label, r.period) for r in parsed.records]
    assert got == list(BULLETIN)
    assert {r.region_label for r in parsed.records} == {"长沙市"}


def test_a_table_between_paragraphs_is_read_beside_them() -> None:
    table = ruled(ROWS)
    parsed = read(pdf(paragraph("2023年，全市专利授权量12345件，同比增长5.6%。"), paragraph(TITLE, 0),
                      paragraph("单位：件", 0), table), publisher="长沙市统计局")  # fmt: skip
    prose = [(r.measure_label, r.value_text) for r in parsed.records if r.table_no == 0]
    assert prose == [("专利授权量", "12345"), ("专利授权量 / 同比增长", "5.6")]
    assert {(r.region_label, r.measure_label): r.value for r in parsed.records if r.table_no} == EXPECTED


def test_quotes_stand_where_the_running_text_has_them() -> None:
    body = bulletin()
    text = reader.pdf_paragraphs(body)
    assert len(text.splitlines()) == 15  # as many as paragraphs were set, however many lines each filled
    for record in read(body, publisher="长沙市统计局").records:
        assert record.quote and text[record.start : record.end] == record.quote


# --- what is refused --------------------------------------------------------------------------------------------------


def test_figures_in_rows_without_rulings_are_refused() -> None:
    across = [("LINEBELOW", (0, 0), (-1, -1), 0.5, "#000000")]
    for lines in ([], across):
        assert refusal(pdf(heading(TITLE), ruled(ROWS, lines=lines))) == "unruled_table"


@pytest.mark.parametrize("columns", [(1, -1), (0, -2), (1, -2)])
def test_a_column_without_its_outer_ruling_is_never_lost(columns: tuple[int, int]) -> None:
    first, last = columns
    lines = [("INNERGRID", (first, 0), (last, -1), 0.5, "#000000"), ("BOX", (first, 0), (last, -1), 0.5, "#000000"),
             ("LINEBELOW", (0, 0), (-1, -1), 0.5, "#000000"), ("LINEABOVE", (0, 0), (-1, 0), 1, "#000000")]  # fmt: skip
    body = pdf(heading(TITLE), paragraph("单位：件", 0), ruled(ROWS, lines=lines))
    assert refusal(body) == "unruled_table"


def test_scans_are_refused_with_and_without_recognised_text() -> None:
    assert refusal(scan(pages=2)) == "scanned_pdf"
    assert refusal(scan(with_text="2023年全市专利授权量1234件,同比增长5%")) == "scanned_pdf"


def test_a_file_with_some_scanned_pages_is_incomplete(monkeypatch: pytest.MonkeyPatch) -> None:
    whole = reader._is_picture
    seen: list[bool] = []

    def second_page_is_a_picture(page: object) -> bool:
        seen.append(True)
        return len(seen) == 2 or whole(page)  # type: ignore[arg-type]

    monkeypatch.setattr(reader, "_is_picture", second_page_is_a_picture)
    parsed = read(pdf(heading(TITLE), paragraph("单位：件", 0), ruled(ROWS[:12]), PageBreak(), paragraph("图")))
    assert (parsed.verdict, parsed.reason) == (Verdict.INCOMPLETE, "cut_off")
    assert values(parsed).items() <= EXPECTED.items()


def test_a_password_is_named() -> None:
    assert refusal(pdf(paragraph("秘密"), password="secret")) == "encrypted_pdf"


@pytest.mark.parametrize("share", [0.1, 0.5, 0.9])
def test_a_file_that_is_cut_off_is_damaged(share: float) -> None:
    body = pdf(heading(TITLE), ruled(ROWS))
    assert refusal(body[: int(len(body) * share)]) == "damaged_pdf"


def test_noise_behind_a_right_beginning_never_gives_figures() -> None:
    body = pdf(heading(TITLE), paragraph("单位：件", 0), ruled(ROWS))
    for step, byte in product(range(200, len(body), len(body) // 12), (0x00, 0xFF)):
        spoilt = body[:step] + bytes([byte]) * 30 + body[step + 30 :]
        try:
            got = values(read(spoilt))
        except Refusal:
            continue
        assert got.items() <= EXPECTED.items(), step


# --- limits -----------------------------------------------------------------------------------------------------------


def test_limits_are_named_before_the_work_is_done(monkeypatch: pytest.MonkeyPatch) -> None:
    body = pdf(heading(TITLE), ruled(ROWS, repeat=1, rowHeights=60))
    for name, value in (("MAX_BYTES", 1000), ("MAX_PAGES", 2), ("MAX_PAGE_OBJECTS", 50), ("MAX_UNPACKED", 100),
                        ("MAX_SECONDS", -1.0), ("MAX_CELLS", 20)):  # fmt: skip
        with monkeypatch.context() as limited:
            limited.setattr(reader, name, value)
            reader.read_pdf.cache_clear()
            with pytest.raises(Refusal) as caught:
                reader.read_pdf(body)
            assert caught.value.code == "pdf_too_large", name
    reader.read_pdf.cache_clear()


def test_a_page_full_of_rulings_is_refused_and_does_not_hang() -> None:
    from reportlab.pdfgen.canvas import Canvas

    buffer = io.BytesIO()
    canvas = Canvas(buffer)
    for number in range(12_000):
        canvas.line(number % 500, number // 30, number % 500, number // 30 + 9)
    canvas.drawString(100, 700, "a page with enough letters")
    canvas.save()
    started = time.monotonic()
    with pytest.raises(Refusal) as caught:
        reader.read_pdf(buffer.getvalue())
    assert caught.value.code == "pdf_too_large"
    assert time.monotonic() - started < 20


def test_a_stream_that_unpacks_without_end_is_refused_without_unpacking_it() -> None:
    bomb = zlib.compress(b"0" * 300_000_000, 9)
    body = b"%PDF-1.4\n1 0 obj\n<</Filter/FlateDecode/Length " + str(len(bomb)).encode() + b">>\nstream\n" + bomb
    with pytest.raises(Refusal) as caught:
        reader.read_pdf(body + b"\nendstream\nendobj\n")
    assert caught.value.code == "pdf_too_large"
