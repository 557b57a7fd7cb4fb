"""Wordings of news and work summaries that state a figure of something else than it seems. Figures are invented."""

from __future__ import annotations

from datetime import date

import pytest

from scrapers.captures import Knowledge
from scrapers.parsers.prose import ProseParser
from scrapers.records import Page, Parsed


def read(
    *paragraphs: str, title: str = "知识产权简报", day: str = "2022-07-20", source: str = "长沙市统计局"
) -> Parsed:
    info = f'<div class="info">发布时间：{day} 来源：{source}</div>' if day else ""
    body = "".join(f"<p>{text}</p>" for text in paragraphs)
    head = f"<html><head><title>{title}</title></head><body><h1>{title}</h1>{info}"
    return ProseParser().parse(Page(f'{head}<div id="content">{body}</div></body></html>'.encode()))


def told(parsed: Parsed) -> list[tuple[str, str]]:
    return [(r.measure_label, f"{r.value} {r.unit_label or ''}".strip()) for r in parsed.records]


def when(parsed: Parsed) -> list[tuple[str, str | None, str | None]]:
    return [(r.measure_label, r.period, r.period_kind and str(r.period_kind)) for r in parsed.records]


def where(parsed: Parsed) -> list[tuple[str | None, str]]:
    return [(r.region_label, r.measure_label) for r in parsed.records]


# --- of whom and of what ----------------------------------------------------------------------------------------------


def test_what_companies_hold_is_not_what_the_region_holds() -> None:
    parsed = read(
        "截至2021年底，全市拥有有效发明专利的企业达320家，较上年增加12家，拥有有效发明专利4321件，同比增长9%。"
    )
    assert told(parsed)[2:] == [
        ("拥有有效发明专利的企业 / 有效发明专利", "4321 件"),
        ("拥有有效发明专利的企业 / 有效发明专利 / 同比增长", "9 %"),
    ]


def test_the_holder_alone_is_no_measure() -> None:
    parsed = read("截至2021年底，全市职务发明中企业129件；大专院校40件；个人3件。")
    assert told(parsed) == [("职务发明中企业", "129 件")]
    assert sum("whose they are" in leftover for leftover in parsed.leftovers) == 2


def test_holders_in_parallel_share_the_measure() -> None:
    parsed = read(
        "2021年，全市企业、高校、科研院所技术合同成交额分别为55亿元、25亿元、7亿元。",
        "2021年，大专院校、科研单位、个人分别获得专利授权43件、19件、27件。",
        "2021年，全市作品、软件著作权登记量分别达64件和25件。",
    )
    assert told(parsed) == [
        ("企业技术合同成交额", "55 亿元"), ("高校技术合同成交额", "25 亿元"), ("科研院所技术合同成交额", "7 亿元"),
        ("大专院校获得专利授权", "43 件"), ("科研单位获得专利授权", "19 件"), ("个人获得专利授权", "27 件"),
        ("作品登记量", "64 件"), ("软件著作权登记量", "25 件"),
    ]  # fmt: skip


def test_the_second_kind_of_patent_is_no_part_of_the_first() -> None:
    parsed = read("2021年，全市授权发明专利92件，实用新型专利209件，外观设计专利63件。")
    assert [label for label, _ in told(parsed)] == ["授权发明专利", "授权实用新型专利", "授权外观设计专利"]


def test_the_value_of_contracts_is_named_after_the_contracts() -> None:
    parsed = read(
        "2021年，全市技术服务类合同共741项，合同成交金额为71亿元。技术咨询类合同共222项，合同成交金额为9亿元。"
    )
    assert [label for label, _ in told(parsed)][1::2] == [
        "技术服务类合同 / 合同成交金额",
        "技术咨询类合同 / 合同成交金额",
    ]


def test_a_total_behind_a_list_may_be_of_all_of_it() -> None:
    parsed = read("2021年，全市新建保护中心8家、快速维权中心7家，总数达112家。")
    assert [value for _, value in told(parsed)] == ["8 家", "7 家"]


def test_grants_behind_a_semicolon_are_those_of_patents() -> None:
    parsed = read("上半年，全市专利申请量2340件，同比增长11.9%；授权量1396件，同比增长7.1%。")
    assert told(parsed)[2:] == [("专利授权量", "1396 件"), ("专利授权量 / 同比增长", "7.1 %")]


@pytest.mark.parametrize(
    "sentence",
    [
        "登记量最多的是美术作品167件，占登记总量的41%",
        "第二是摄影作品155件",
        "上述地区共登记软件著作权133件",
        "作品登记区域主要分布在东部地区，登记量约117件",
        "作品登记量排名第一的是长沙市",
        "注册商标、地理标志、驰名商标总量均居全省第二位",
        "浏阳市、宁乡市等部分地区新增商标95件",
        "湘、鄂、赣三省新增发明专利授权24件",
        "“长株潭”完成1960亿元",
        "同比增长排名前三位的县（市、区）：甲区76.7%、经开区·乙区52.5%",
    ],
)
def test_figures_of_a_superlative_or_of_regions_not_named_are_refused(sentence: str) -> None:
    parsed = read(f"2021年，{sentence}。")
    assert not parsed.records, told(parsed)


def test_parts_of_a_list_are_not_read_without_the_name_of_the_list() -> None:
    parsed = read("截至2021年底，获得授权数量依次为：蔷薇属295件，占21.7%；杨属16件，占9.2%。")
    assert not parsed.records, told(parsed)


def test_regions_in_front_of_brackets_have_the_figures_in_them() -> None:
    parsed = read(
        "1—6月，吸纳技术合同成交额前三位是：长沙（142.5亿元）、株洲（48亿元）、湘潭（36.7亿元），合计成交额227亿元。"
        "从增速看，岳阳（增长45.1%）、常德（增长8.1%）居前。"
    )
    assert [(r.region_label, str(r.value)) for r in parsed.records] == [
        ("长沙", "142.5"), ("株洲", "48"), ("湘潭", "36.7"),
    ]  # fmt: skip


def test_the_region_of_a_part_ends_with_the_part() -> None:
    parsed = read(
        "2021年，全省商标申请量59件，其中，长沙、株洲分别以22件、7件居前；商标注册量36件。", source="湖南省统计局"
    )
    assert where(parsed) == [("湖南省", "商标申请量"), ("湖南省", "商标注册量")]


def test_whole_district_is_no_county() -> None:
    text = "目前，西林县有企业32家，西林县品牌发展良好。近年来，广西实施工程，2021年，全区新增经营主体203家。"
    assert where(read(text, source=""))[-1] == ("广西", "新增经营主体")


def test_a_city_named_like_its_prefecture_is_the_city() -> None:
    assert where(read("申请专利75件。", title="哈密地区哈密市2009年统计公报", day="2010-05-01", source="")) == [
        ("哈密市", "申请专利")
    ]


def test_the_urban_area_is_not_the_city() -> None:
    parsed = read("2021年，长沙市区生产总值572亿元，人均生产总值5.5万元；县域生产总值694亿元，人均生产总值3.6万元。")
    assert {r.region_label for r in parsed.records} == {"长沙市区"}
    assert [value for _, value in told(parsed)] == ["572 亿元", "5.5 万元"]


def test_bodies_named_after_what_they_do_are_a_state_of_things() -> None:
    parsed = read("2021年末，全市共有产品质量检测机构67个，其中，国家级检测中心10个。参加基本医疗保险人数594万人。")
    assert {str(r.period_kind) for r in parsed.records} == {"point_in_time"}
    assert len(parsed.records) == 3


def test_how_many_kinds_of_patents_are_counted_is_no_figure() -> None:
    parsed = read("上半年，全市共受理3种专利申请187件，同比增长22%。")
    assert [value for _, value in told(parsed)] == ["187 件", "22 %"]


def test_a_ratio_to_a_whole_is_a_share_of_the_figure_before() -> None:
    parsed = read("2021年，全市研究与试验发展经费支出401亿元，相当于全市生产总值的比例为2.7%。")
    assert [label for label, _ in told(parsed)] == ["研究与试验发展经费支出", "研究与试验发展经费支出 / 占比"]


def test_what_has_been_founded_so_far_is_named_like_what_was_founded() -> None:
    parsed = read("2021年，全市组建工程中心5家，累计发展到14家；高新技术企业发展到17家。")
    assert when(parsed) == [
        ("组建工程中心", "2021", "year"), ("工程中心", "2021", "point_in_time"),
        ("高新技术企业", "2021", "point_in_time"),
    ]  # fmt: skip


def test_a_county_level_city_says_whole_city_of_itself() -> None:
    parsed = read(
        "全市实现生产总值617.5亿元。台州市委作出部署，台州市统计局核定。",
        title="玉环市2019年统计公报",
        day="2020-05-10",
        source="",
    )
    assert where(parsed) == [("玉环市", "生产总值")]


def test_the_province_of_a_paper_is_its_own() -> None:
    assert where(read("上半年，我省申请发明专利512件。", source="安徽日报")) == [("安徽", "申请发明专利")]


def test_a_page_of_the_country_names_no_region() -> None:
    text = "本报北京1月26日电 记者从海关总署获悉，2020年，中国海关查扣侵权嫌疑货物6.19万批，同比增长20%。"
    parsed = read(text, title="查扣侵权嫌疑货物", day="2021-01-27", source="")
    assert {r.region_label for r in parsed.records} == {"全国"}


def test_one_thing_in_two_units_is_two_figures() -> None:
    parsed = read("2021年，全市海关扣留侵权嫌疑货物2.2万批次、4812万件，同比分别增长26.4%、6.6%。")
    assert [f"{r.value} {r.unit_label}" for r in parsed.records] == ["2.2 万批次", "4812 万件"]


def test_points_of_a_share_are_not_those_of_the_count() -> None:
    parsed = read("2021年末，全市60岁及以上人口128万人，与2020年相比，60岁及以上人口增加12万人，比重上升0.9个百分点。")
    assert [label for label, _ in told(parsed)] == [
        "60岁及以上人口", "60岁及以上人口 / 较2020年增减", "60岁及以上人口 / 占比 / 较2020年增减",
    ]  # fmt: skip


def test_thousandths_are_a_unit() -> None:
    last = read("2021年，全市人口出生率6.77‰，比2020年下降0.75个千分点。").records[-1]
    assert (last.measure_label, str(last.value), last.unit_label) == ("人口出生率 / 较2020年增减", "-0.75", "个千分点")


def test_a_remark_on_what_is_counted_is_passed_over() -> None:
    parsed = read(
        "2021年末全国人口（包括31个省、自治区、直辖市和现役军人的人口，不包括港澳台居民）141212万人，比上年末增加48万人。"
    )
    assert told(parsed) == [("人口", "141212 万人"), ("人口 / 较上年末增减", "48 万人")]


def test_regions_that_a_clause_ranks_have_the_figures_behind_it() -> None:
    parsed = read(
        "上半年，长沙市、株洲市和湘潭市专利授权量位居全省前三，分别为1569件、1037件和861件。", source="湖南省统计局"
    )
    assert [(r.region_label, r.measure_label, str(r.value)) for r in parsed.records] == [
        ("长沙市", "专利授权量", "1569"), ("株洲市", "专利授权量", "1037"), ("湘潭市", "专利授权量", "861"),
    ]  # fmt: skip


def test_whole_province_is_the_one_that_the_paragraph_speaks_of() -> None:
    first = "浙江省公布数据。浙江省人口增加。2021年末全省常住人口为6627万人。"
    second = "贵州省公布数据。贵州省人口增加。2021年末全省常住人口为3865万人。"
    parsed = read(first, second, title="多地公布人口", source="")
    assert where(parsed) == [("浙江省", "常住人口"), ("贵州省", "常住人口")]


def test_shares_of_two_wholes_do_not_contradict_each_other() -> None:
    parsed = read("2021年，全市PCT申请1745件，占全国的30.7%，占全省的70.6%。")
    assert [str(r.value) for r in parsed.records] == ["1745", "30.7", "70.6"]
    assert all(finding.passed for finding in parsed.findings)


@pytest.mark.parametrize(
    "sentence",
    [
        "发行规模近85亿元的37单知识产权证券化产品全国领先",
        "调查登记常住人口33.34万人",
        "自然增加人口为负5.7万人",
        "2021年新增6316件",
        "排在我市之前的城市是宁波（83334件，增长13.2%）",
        "其中，养殖业116件，占总量的17.7%",
        "属于国际领先的成果有260项",
        "全省累计获批使用专用标志3037件",
    ],
)
def test_figures_that_only_describe_something_else_are_refused(sentence: str) -> None:
    parsed = read(f"2021年，{sentence}。")
    assert not parsed.records, told(parsed)


# --- when -------------------------------------------------------------------------------------------------------------


def test_a_total_beside_the_figure_of_a_year_is_one_since_the_beginning() -> None:
    parsed = read("去年，全市专利申请2514件，累计达到1.5万件；新增示范企业15家，累计85家。")
    assert when(parsed) == [
        ("专利申请", "2021", "year"),
        ("专利申请", "2021-12-31", "cumulative"),
        ("新增示范企业", "2021", "year"),
        ("示范企业", "2021", "point_in_time"),
    ]


def test_a_total_without_a_date_of_its_own_is_refused() -> None:
    parsed = read("上半年，全市专利申请量234件。专利质押融资总额累计达10.4亿元，实现许可备案34件。")
    assert told(parsed) == [("专利申请量", "234 件")]


def test_what_follows_a_total_in_its_list_is_total_too() -> None:
    parsed = read("截至2021年底，全市累计核准地理标志商标12件，认定地理标志保护产品9件，地理标志产品产值超过7亿元。")
    assert [str(r.period_kind) for r in parsed.records] == ["cumulative", "cumulative", "year"]


def test_a_change_of_another_time_than_its_figure_is_refused() -> None:
    parsed = read("截至2021年底，全市累计知识产权质押融资56.8亿元，上半年增加14.3亿元。")
    assert len(parsed.records) == 1
    assert any("is not the date" in leftover for leftover in parsed.leftovers)


def test_undated_figures_behind_several_times_are_refused() -> None:
    parsed = read(
        "截至5月15日，全市商标有效注册量713件；截至6月底，有效发明专利115件。", "提供维权服务。纠正不规范使用10件。"
    )
    assert [label for label, _ in told(parsed)] == ["商标有效注册量", "有效发明专利"]


def test_flows_behind_a_part_of_the_year_are_dated_only_where_the_title_names_it() -> None:
    text = ("上半年，全市专利授权量1873件。", "转让专利34件。")
    assert len(read(*text).records) == 1
    assert when(read(*text, title="2022年上半年全市知识产权情况"))[1] == (
        "转让专利",
        "2022-01..2022-06",
        "year_to_date",
    )


def test_a_year_that_is_not_over_is_no_year() -> None:
    parsed = read("2022年以来，全市盘点专利693件，现有专利代理机构45家。", "专利代理师达186名。")
    assert when(parsed) == [
        ("专利代理机构", "2022-07-20", "point_in_time"), ("专利代理师", "2022-07-20", "point_in_time"),
    ]  # fmt: skip


def test_a_year_beside_a_day_runs_until_that_day() -> None:
    parsed = read("截至12月8日，2021年全市共登记技术合同1487项，全年成交额达到52.8亿元。", day="2021-12-10")
    assert {(r.period, str(r.period_kind)) for r in parsed.records} == {("2021-01-01..2021-12-08", "year_to_date")}


def test_now_holds_for_the_states_behind_it() -> None:
    parsed = read("2021年度全市专利授权量3.79万件；目前发明专利拥有量2.14万件。商标方面，商标有效注册量达82万件。")
    assert [r.period for r in parsed.records] == ["2021", "2022-07-20", "2022-07-20"]


def test_the_standard_time_of_a_census_dates_its_figures() -> None:
    parsed = read(
        "我国以2020年11月1日零时为标准时点进行了人口普查。",
        "全市常住人口为751389人，与2010年普查的725482人相比，十年共增加259人。",
        title="长沙市2020年人口普查公报",
        day="2021-06-10",
    )
    assert {r.period for r in parsed.records} == {"2020-11-01"}
    assert [label for label, _ in told(parsed)] == ["常住人口", "常住人口 / 较2010年普查增减"]


def test_a_month_behind_the_title_of_last_year_may_be_of_this_one() -> None:
    parsed = read("截至2月底，全市登记技术合同83项。", title="长沙市2021年技术合同情况", day="2022-03-18")
    assert not parsed.records


def test_the_end_of_a_stretch_over_years_is_no_month() -> None:
    assert not read("2021年至2022年3月，全市监督公安机关立案36件。").records


def test_bodies_that_do_something_are_there_at_a_day() -> None:
    parsed = read("截至2021年9月末，全市开展知识产权质押融资业务的银行机构有5家。")
    assert [str(r.period_kind) for r in parsed.records] == ["point_in_time"]


def test_what_was_given_out_at_an_event_is_no_figure_of_the_year() -> None:
    parsed = read("截至2021年底，全市有效发明专利228件。", "活动现场，发放宣传品5000余份。")
    assert told(parsed) == [("有效发明专利", "228 件")]


def test_another_date_in_a_bracket_with_its_own_figure_dates_only_that() -> None:
    parsed = read("2021年，全市每万人发明专利拥有量为8.24件（2020年底为6.87件），同比增长19.94%。")
    assert (str(parsed.records[0].value), parsed.records[0].period) == ("8.24", "2021")


def test_of_the_month_is_the_month_with_which_the_time_of_the_sentence_ends() -> None:
    parsed = read("截至2022年5月底，全市当月授权量90件。", "2022年1—4月，全市专利授权量351件。当月授权量80件。")
    assert when(parsed) == [("当月授权量", "2022-05", "month"), ("专利授权量", "2022-01..2022-04", "year_to_date")]


def test_a_page_in_the_middle_of_a_communique_is_dated_by_what_is_known_from_outside() -> None:
    first = "全年专利申请37142件，比上年增长8.6%。"
    second = "年末常住人口[2]837.4万人，户籍人口906.7万人，总人口910.2万人。"
    text = f"<p>{first}</p><p>{second}</p>"
    known = Knowledge(title="扬州市2017年国民经济和社会发展统计公报(3)", published_on=date(2018, 3, 20))
    parsed = ProseParser().parse(
        Page(f'<html><body><div id="content">{text}</div></body></html>'.encode(), knowledge=known)
    )
    assert when(parsed) == [
        ("专利申请", "2017", "year"), ("专利申请 / 同比增长", "2017", "year"),
        ("常住人口", "2017-12-31", "point_in_time"), ("户籍人口", "2017-12-31", "point_in_time"),
        ("总人口", "2017-12-31", "point_in_time"),
    ]  # fmt: skip
    assert {r.region_label for r in parsed.records} == {"扬州市"}


# --- damage -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "sentence",
    [
        "国内企业有效发明专利190件，同比增长2商标2.6%",
        "每万人口高价值发明专利拥有量达到7.5国家件，商标较上年提高1.2件",
        "有效商标1(chan)90.8件",
        "有效商标1 90.8件",
        "有效专利权1219.三万件",
        "发明专利有效量.6万件",
        "常住人口为?82.10万人",
        "专利申请量比201?年增长12%",
        "有效专利2.693.31件",
    ],
)
def test_damaged_figures_are_refused(sentence: str) -> None:
    values = {str(r.value) for r in read(f"2021年，全市{sentence}。").records}
    assert values <= {"190"}


def test_thousands_set_apart_by_spaces_are_one_number() -> None:
    assert told(read("2021年，全市商标申请量6 085件。")) == [("商标申请量", "6085 件")]
