"""The prose parser: what it reads, when, where, and what it refuses. Sentences and figures here are invented."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from scrapers.captures import Knowledge
from scrapers.parsers import choose
from scrapers.parsers.prose import ProseParser
from scrapers.prose.published import published_on
from scrapers.records import Page, Parsed, Record, Verdict, record_table
from scrapers.visible import visible_text

TITLE = "长沙市2021年知识产权工作情况"


def page(*paragraphs: str, title: str = TITLE, day: str = "2022-02-18", extra: str = "") -> Page:
    body = "".join(f"<p>　　{p}</p>" for p in paragraphs)
    when = f'<div class="info">发布时间：{day}</div>' if day else ""
    head = f"<html><head><title>{title}</title></head><body><h1>{title}</h1>{when}"
    return Page(f'{head}<div id="content">{body}</div>{extra}</body></html>'.encode())


def read(*paragraphs: str, title: str = TITLE, day: str = "2022-02-18") -> Parsed:
    return ProseParser().parse(page(*paragraphs, title=title, day=day))


def told(parsed: Parsed) -> list[tuple[str, str | None]]:
    """Label, then value with unit, of every record."""
    return [(r.measure_label, f"{r.value} {r.unit_label or ''}".strip()) for r in parsed.records]


def when(parsed: Parsed) -> list[tuple[str, str | None, str | None]]:
    return [(r.measure_label, r.period, r.period_kind and str(r.period_kind)) for r in parsed.records]


def where(parsed: Parsed) -> list[tuple[str | None, str]]:
    return [(r.region_label, r.measure_label) for r in parsed.records]


def only(parsed: Parsed) -> Record:
    assert len(parsed.records) == 1, told(parsed)
    return parsed.records[0]


# --- what is measured -------------------------------------------------------------------------------------------------


def test_growth_share_gap_and_rank_are_named_after_their_base() -> None:
    parsed = read(
        "2021年，全市专利授权量4321件，比上年增长8.6%，其中发明专利授权量765件，占17.7%，居全省第2位。",
        "截至10月底，有效发明专利3210件，比去年底增长456件；万人拥有量达6.54件，高出全省平均水平1.2件。",
    )
    assert told(parsed) == [
        ("专利授权量", "4321 件"),
        ("专利授权量 / 同比增长", "8.6 %"),
        ("发明专利授权量", "765 件"),
        ("发明专利授权量 / 占比", "17.7 %"),
        ("发明专利授权量 / 排名", "2 位"),
        ("有效发明专利", "3210 件"),
        ("有效发明专利 / 较上年末增减", "456 件"),
        ("万人拥有量", "6.54 件"),
        ("万人拥有量 / 较全省平均水平差距", "1.2 件"),
    ]
    assert parsed.records[4].note == "全省"


@pytest.mark.parametrize(
    ("sentence", "label", "value"),
    [
        ("全年专利授权12件，同比下降8.6%", "专利授权 / 同比增长", "-8.6"),
        ("年末常住人口120万人，比上年末减少2.5万人", "常住人口 / 较上年末增减", "-2.5"),
        ("城镇化率60.1%，比上年提高0.5个百分点", "城镇化率 / 较上年增减", "0.5"),
        ("有效商标9件，环比增长3%", "有效商标 / 环比增长", "3"),
        ("商标申请9件，年均增长3%", "商标申请 / 年均增长", "3"),
        ("固定资产投资同比增长11.2%", "固定资产投资 / 同比增长", "11.2"),
        ("全市商标申请占全省比重为12.5%", "商标申请 / 占比", "12.5"),
        ("人口自然增长率﹣2.6‰", "人口自然增长率", "-2.6"),
        ("工业增加值增速9.9%", "工业增加值增速", "9.9"),
    ],
)
def test_the_sign_and_the_name_of_a_change_follow_its_words(sentence: str, label: str, value: str) -> None:
    last = read(f"2021年，{sentence}。").records[-1]
    assert (last.measure_label, last.value) == (label, Decimal(value))


def test_parallel_figures_are_given_out_only_where_their_number_fits() -> None:
    parsed = read(
        "全年发明、实用新型和外观设计专利授权量分别为12件、34件和56件，同比分别增长1.5%、下降2.5%和增长3.5%。"
    )
    assert told(parsed) == [
        ("发明专利授权量", "12 件"),
        ("实用新型专利授权量", "34 件"),
        ("外观设计专利授权量", "56 件"),
        ("发明专利授权量 / 同比增长", "1.5 %"),
        ("实用新型专利授权量 / 同比增长", "-2.5 %"),
        ("外观设计专利授权量 / 同比增长", "3.5 %"),
    ]
    short = read("全年专利申请量、授权量分别为12件、34件和56件。")
    assert not short.records
    assert any("names for 3 figures" in leftover for leftover in short.leftovers)


def test_one_growth_behind_a_list_is_refused() -> None:
    parsed = read("全年专利申请量123件、授权量45件，同比增长20%。")
    assert told(parsed) == [("专利申请量", "123 件"), ("专利授权量", "45 件")]
    assert parsed.leftovers


def test_a_part_is_named_so_that_it_stands_alone() -> None:
    parsed = read(
        "全年专利申请371件，其中发明146件、实用新型200件；有效注册商标2345件，其中驰名商标5件。",
        "全年获奖9项，其中一等奖2项。",
    )
    assert [label for label, _ in told(parsed)] == [
        "专利申请", "专利申请 / 发明", "专利申请 / 实用新型", "有效注册商标", "驰名商标", "获奖", "获奖 / 一等奖",
    ]  # fmt: skip


def test_a_kind_of_patent_by_itself_is_no_indicator() -> None:
    assert not read("全年办理登记手续。发明专利12件。").records


def test_totals_behind_new_ones_are_the_whole() -> None:
    parsed = read("全年新增高新技术企业15家，累计达185家；新增A类中心6个，总数列全省第3位。")
    assert told(parsed) == [
        ("新增高新技术企业", "15 家"),
        ("高新技术企业", "185 家"),
        ("新增A类中心", "6 个"),
        ("A类中心总数 / 排名", "3 位"),
    ]
    assert parsed.records[1].period_kind == "point_in_time"


def test_a_count_in_front_of_its_noun_needs_a_verb_that_says_what_came_about() -> None:
    parsed = read("全年新增6家省级技术中心，建设57家保护中心和30家维权中心。共有24项成果获得奖励，在12个类别获得注册。")
    assert told(parsed) == [("新增省级技术中心", "6 家"), ("建设保护中心", "57 家"), ("建设维权中心", "30 家")]


def test_actual_task_and_ratio_of_one_sentence() -> None:
    parsed = read("1—9月，专利申请量240件，完成全年专利申请任务200件的120%。", title="知识产权简报", day="2021-10-15")
    assert told(parsed) == [("专利申请量", "240 件"), ("专利申请任务", "200 件"), ("专利申请任务 / 完成比例", "120 %")]
    assert [r.period for r in parsed.records] == ["2021-01..2021-09", "2021", "2021"]


def test_units_notes_and_values_are_kept_as_printed() -> None:
    parsed = read(
        "2021年，商标申请近1,234件，融资额超5亿元，新增利税20多亿元，专利许可2.49万件(次)，人口性别比为108.7。"
    )
    assert [(r.value_text, r.value, r.unit_label, r.note) for r in parsed.records] == [
        ("1,234", Decimal(1234), "件", "近"),
        ("5", Decimal(5), "亿元", "超"),
        ("20", Decimal(20), "亿元", "多"),
        ("2.49", Decimal("2.49"), "万件(次)", None),
        ("108.7", Decimal("108.7"), None, None),
    ]


def test_resident_and_registered_population_are_kept_apart() -> None:
    parsed = read("年末常住人口837.4万人，户籍人口906.5万人；常住人口中，城镇人口488万人。")
    assert [label for label, _ in told(parsed)] == ["常住人口", "户籍人口", "城镇人口"]


# --- when -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("sentence", "period", "kind"),
    [
        ("去年，专利授权12件", "2021", "year"),
        ("全年专利授权12件", "2021", "year"),
        ("2020年，专利授权12件", "2020", "year"),
        ("2020年，有效发明专利12件", "2020", "point_in_time"),
        ("年末常住人口12万人", "2021-12-31", "point_in_time"),
        ("截至去年底，有效发明专利12件", "2021-12-31", "point_in_time"),
        ("截至2020年6月底，有效发明专利12件", "2020-06-30", "point_in_time"),
        ("截至2020年11月，新增商标12件", "2020-01..2020-11", "year_to_date"),
        ("截至2020年底，累计授权专利12件", "2020-12-31", "cumulative"),
        ("1—9月，专利授权12件", "2021-01..2021-09", "year_to_date"),
        ("2020年前三季度，专利授权12件", "2020-01..2020-09", "year_to_date"),
        ("2020年上半年，有效发明专利12件", "2020-06", "point_in_time"),
        ("2020年8月，专利授权12件", "2020-08", "month"),
        ("2020年一季度，专利授权12件", "2020-01..2020-03", "quarter"),
        ("“十三五”期间，专利授权12件", "2016-01..2020-12", "cumulative"),
        ("2020年1月1日至9月15日，商标申请12件", "2020-01-01..2020-09-15", "year_to_date"),
        ("截至目前，地理标志12件", "2022-02-18", "point_in_time"),
        ("截至2020年12月5日，当年新增商标申请12件", "2020-01-01..2020-12-05", "year_to_date"),
    ],
)
def test_the_period_is_read_from_the_words(sentence: str, period: str, kind: str) -> None:
    record = only(read(f"{sentence}。"))
    assert (record.period, str(record.period_kind)) == (period, kind)


def test_undated_figures_take_the_date_of_the_text_then_of_the_title_then_of_the_publication() -> None:
    parsed = read("截至2020年底，有效商标12件。驰名商标3件。", "版权登记45件。")
    assert when(parsed) == [
        ("有效商标", "2020-12-31", "point_in_time"),
        ("驰名商标", "2020-12-31", "point_in_time"),
        ("版权登记", "2021", "year"),
    ]
    assert parsed.records[1].note == "period from the sentence before"
    assert only(read("版权登记45件。", title="知识产权简报")).period == "2022-02-18"
    assert only(read("2021年，各项工作展开。", "版权登记45件。", title="知识产权简报")).period == "2022-02-18"


def test_the_year_of_a_meeting_is_not_that_of_the_figures() -> None:
    parsed = read("截至2021年底，有效商标12件。", "专利密集型产业增加值3亿元。", title="2022年全市知识产权局长会议")
    assert [r.period for r in parsed.records] == ["2021-12-31", "2021"]


def test_the_date_of_an_event_dates_no_figure() -> None:
    parsed = read("2月10日，市政府举行新闻发布会，2021年全市专利授权12件。", "2018年11月获批建设，有效专利34件。")
    assert [r.period for r in parsed.records] == ["2021", "2021"]


def test_a_date_of_comparison_dates_no_figure() -> None:
    parsed = read("2021年末，常住人口120万人，比2018年末增加5万人，增长4.3%。与2010年相比，城镇人口增加9万人。")
    assert [(r.measure_label, r.period) for r in parsed.records] == [
        ("常住人口", "2021-12-31"),
        ("常住人口 / 较2018年末增减", "2021-12-31"),
        ("常住人口 / 较2018年末增长", "2021-12-31"),
        ("城镇人口 / 较2010年增减", "2021-12-31"),
    ]


def test_the_same_measure_at_two_dates() -> None:
    parsed = read("有效注册商标由2015年的1.8万件增长到2020年的6.6万件。北京2020年人口21万人，2021年人口22万人。")
    assert [(r.region_label, r.period, r.value_text) for r in parsed.records] == [
        ("长沙市", "2015", "1.8"), ("长沙市", "2020", "6.6"), ("北京", "2020", "21"), ("北京", "2021", "22"),
    ]  # fmt: skip


def test_a_stretch_whose_end_is_not_said_is_refused() -> None:
    assert not read("今年以来，新增商标12件。", title="简报").records
    assert not read("五年来，累计查处案件12件。", title="简报").records


# --- where ------------------------------------------------------------------------------------------------------------


def test_the_whole_city_is_the_region_that_the_page_names() -> None:
    assert where(read("全市有效商标12件，占全省的3%。", "我市驰名商标4件。")) == [
        ("长沙市", "有效商标"), ("长沙市", "有效商标 / 占比"), ("长沙市", "驰名商标"),
    ]  # fmt: skip
    named_in_text = read("湖南省发布数据。全省有效商标12件。", title="2021年商标数据")
    assert only(named_in_text).region_label == "湖南省"
    assert only(read("截至2021年底，我国有效商标12件。", title="商标数据")).region_label == "全国"


def test_the_publisher_tells_the_region_where_the_text_does_not() -> None:
    source = page("全市有效商标12件。", title="2021年工作总结", extra='<div class="foot">天津市知识产权局</div>')
    assert only(ProseParser().parse(source)).region_label == "天津市"
    without = ProseParser().parse(
        Page(page("全市有效商标12件。", title="2021年工作总结").body, knowledge=Knowledge(publisher="衡阳市统计局"))
    )
    assert only(without).region_label == "衡阳市"


def test_regions_of_a_sentence_hold_until_the_next_one() -> None:
    parsed = read(
        "2021年，四川省专利授权12件；分区县看，船山区常住人口8万人、户籍人口6万人，射洪市常住人口7万人。",
        "每万人拥有量居前的是：北京（每万人拥有量94件）、江苏（每万人拥有量22件）。",
        "长沙市、株洲市专利授权分别为5件和6件。",
    )
    assert where(parsed) == [
        ("四川省", "专利授权"), ("船山区", "常住人口"), ("船山区", "户籍人口"), ("射洪市", "常住人口"),
        ("北京", "每万人拥有量"), ("江苏", "每万人拥有量"), ("长沙市", "专利授权"), ("株洲市", "专利授权"),
    ]  # fmt: skip


def test_a_zone_or_a_street_is_never_its_parent() -> None:
    parsed = read("2021年，长沙高新区专利授权12件。", "东丽区华明街有效专利34件，华明街工业企业5家。")
    assert [r.region_label for r in parsed.records] == ["长沙高新区", "华明街", "华明街"]


def test_names_of_prizes_and_organisations_are_no_regions() -> None:
    parsed = read("2021年，获中国专利优秀奖9项、湖南省专利奖8项，湖南大学有效专利34件。")
    assert where(parsed) == [("长沙市", "获中国专利优秀奖"), ("长沙市", "湖南省专利奖"), ("长沙市", "湖南大学有效专利")]


# --- what is refused --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "sentence",
    [
        "年末全市户籍总人口为?82.10万人",
        "总?cè)丝跒?34.9万人",
        "是20103.2倍",
        "增长2.693.31倍",
        "比重为3.5%62.3%34.2%",
        "长政发〔201686号印发",
        "有效发明专利.6万件",
        "三次产业结构为3.5:40.1:56.4",
        "“1336”工程和14项主要指标、18项具体工作内容",
        "联系电话0731-12345678，工作日8:30至17:30",
        "第22个世界知识产权日",
        "办理时限压缩至5个工作日，年龄不超过35周岁",
        "力争有效商标达到10万件",
        "到2025年，有效商标达到10万件",
        "在全省评比中名列前茅，专利申请量居前10位",
        "平均每5.2个市场主体拥有一件有效商标",
    ],
)
def test_what_is_no_statistic_gives_no_record(sentence: str) -> None:
    assert not told(read(f"{sentence}。"))


def test_nothing_is_attached_to_a_figure_before_a_damaged_one() -> None:
    parsed = read("2021年，商标申请12件，专利授权?34件，同比增长5%；版权登记78件，同比增长9%。")
    assert told(parsed) == [("商标申请", "12 件"), ("版权登记", "78 件"), ("版权登记 / 同比增长", "9 %")]
    lost = read("2021年，商标申请12件，提交专利申请件，同比增长36%。")
    assert told(lost) == [("商标申请", "12 件")]


def test_two_figures_without_a_separator_are_not_split() -> None:
    parsed = read("2021年，商标申请12件，同比增长39.29%PCT专利申请3件。")
    assert told(parsed) == [("商标申请", "12 件"), ("商标申请 / 同比增长", "39.29 %")]


def test_footnote_marks_are_not_read_into_numbers() -> None:
    parsed = read("2021年，生产总值[2]28975.1亿元，人口<sup>3</sup>12万人。")
    assert told(parsed) == [("生产总值", "28975.1 亿元"), ("人口", "12 万人")]


@pytest.mark.parametrize(
    "sentence",
    [
        "2021年,全市有效商標12件,同比增長5%;專利授權34件。",
        "2021年，全市有(yǒu)效商标(biāo)12件，，同比增(zēng)长5%；专利授权34件。",
        "２０２１年，全市有效商标　12　件，同比增长5％；专利授权３４件。",
        "2021 年，全市<a href='x'>有效商标</a>12件，<b>同比</b>增长5%；专利授权34件。",
    ],
)
def test_copies_in_other_characters_give_the_same_records(sentence: str) -> None:
    more = "知識產權總體發展態勢" if "權" in sentence else ""
    assert told(read(f"{sentence}{more}")) == [
        ("有效商标", "12 件"),
        ("有效商标 / 同比增长", "5 %"),
        ("专利授权", "34 件"),
    ]


# --- the page ---------------------------------------------------------------------------------------------------------


def test_the_headline_is_no_statistic() -> None:
    title = "长沙市2021年授权专利123件"
    parsed = read(title, "长沙市召开会议。", title=title)
    assert parsed.verdict is Verdict.ACCEPTED
    assert not parsed.records


def test_records_keep_the_contract() -> None:
    source = page("长沙市各项工作进展良好。", "2021年，全市<b>有效</b>商标12件、驰名商标3件，&nbsp;版权登记45件。")
    parsed = ProseParser().parse(source)
    decoded = source.body.decode()
    assert [(r.table_no, r.row_no, r.column_no) for r in parsed.records] == [(0, 2, 1), (0, 2, 2), (0, 2, 3)]
    assert [r.quote for r in parsed.records] == ["全市有效商标12件", "驰名商标3件", "版权登记45件"]
    assert decoded[parsed.records[1].start : parsed.records[1].end] == "驰名商标3件"
    assert {r.published_on for r in parsed.records} == {date(2022, 2, 18)}
    table = record_table(parsed.records, capture_id="c", source_id="s", parser="prose", parser_version="1")
    assert table.num_rows == 3


def test_a_cut_page_is_incomplete_and_a_contradicting_one_is_flagged() -> None:
    body = page("2021年，全市专利授权12件。").body
    cut = ProseParser().parse(Page(body, knowledge=Knowledge(truncated=True)))
    assert (cut.verdict, cut.reason, len(cut.records)) == (Verdict.INCOMPLETE, "cut_off", 1)
    torn = read("2021年，全市专利授权1.23万件。", "全年专利授权12345件。", "2021年，全市专利授权23456件。")
    assert torn.verdict is Verdict.CONTRADICTORY
    assert [f.row_no for f in torn.findings if not f.passed] == [3]
    assert len(torn.records) == 3


def test_a_table_between_the_paragraphs_is_read_too() -> None:
    rows = "".join(
        f"<tr><td>{name}</td><td>{n}</td></tr>" for n, name in enumerate(("岳麓区", "开福区", "天心区", "雨花区"), 11)
    )
    table = f"<p>2021年长沙市专利授权量</p><table><tr><td>地区</td><td>专利授权量(件)</td></tr>{rows}</table>"
    parsed = ProseParser().parse(
        Page(page("2021年，全市商标申请12件。").body.replace(b"</p></div>", f"</p>{table}</div>".encode()))
    )
    assert {r.table_no for r in parsed.records} == {0, 1}
    assert ("岳麓区", Decimal(11)) in [(r.region_label, r.value) for r in parsed.records]


def test_the_parser_claims_prose_and_leaves_tables_and_plans() -> None:
    prose = page("2021年，全市专利授权12件，同比增长5%。")
    assert choose(prose).name == "prose"
    assert ProseParser().fits(Page(b"\xd0\xcf\x11\xe0rest")) == 0.0
    assert ProseParser().fits(Page(b'{"returncode": 200}')) == 0.0
    cells = "".join(f"<tr><td>某市</td><td>{n}</td></tr>" for n in range(20))
    assert ProseParser().fits(Page(f"<table>{cells}</table>".encode())) < 0.3
    plan = page(*["到2025年，力争有效商标达到3万件，完善保障措施，责任单位为市局。"] * 4, title="发展规划")
    assert ProseParser().fits(plan) < 0.3


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("发布时间：2022-03-24 15:56  信息来源：某局", "2022-03-24"),
        ("来源：某网  时间：2019年01月24日08:17", "2019-01-24"),
        ("时间：22-10-02 11:58:15", "2022-10-02"),
        ("日期：2024- 02- 27 16: 41", "2024-02-27"),
        ("来源：某报  时间：2019-05", "2019-05"),
        ("2021/5/12 11:15:02", "2021-05-12"),
    ],
)
def test_the_date_line_gives_the_publication(line: str, expected: str) -> None:
    text = '<div id="content"><p>全市知识产权工作取得新的进展，成效明显。</p></div>'
    found = published_on(
        visible_text(f"<html><body><h1>某市知识产权情况</h1><div>{line}</div>{text}</body></html>", True)
    )
    assert found is not None
    assert found.period == expected


def test_meta_data_go_before_the_date_line_and_both_before_outside_knowledge() -> None:
    body = '<div>时间：2021-01-01</div><div id="content"><p>全市知识产权工作取得新的进展，成效明显。</p></div>'
    meta = '<meta name="PubDate" content="2022-03-24 15:56">'
    known = Knowledge(published_on=date(2020, 5, 6))
    dates = [published_on(visible_text(head + body, True), known) for head in (meta, "")]
    assert [d and d.period for d in dates] == ["2022-03-24", "2021-01-01"]
    unknown = published_on(visible_text("<p>知识产权工作取得新的进展。</p>", True), known)
    assert unknown is not None
    assert unknown.exact == date(2020, 5, 6)
