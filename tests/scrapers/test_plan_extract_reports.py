"""Pages that are no plans: what they report of a plan counts, what they report of results does not. Invented texts."""

from __future__ import annotations

import pytest

from scrapers.plans.extract import extract
from scrapers.records import Page

LEVEL, RATIO, MADE, GROWTH, FLOOR = (
    "level_at_date", "ratio_level", "cumulative_over_period", "annual_growth_rate", "annual_floor",
)  # fmt: skip


def told(text: str) -> list[tuple[str, str, str | None, int | None]]:
    """Value, type, unit and year of every promise, in order."""
    return [
        (f"{t.target_value:f}" if t.target_value is not None else "", t.target_type, t.unit_zh, t.target_year)
        for t in extract(Page(text.encode())).targets
    ]


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        (
            "甲市出台办法打造专利强市\n计划到第十六个五年计划期间,全市专利申请量年均增长12%以上。",
            [("12", GROWTH, "%", 2035)],
        ),
        ("“十五五”末,本市计划每万人口发明专利拥有量达到28件。", [("28", LEVEL, "件/万人", 2030)]),
        ("“十五五”期间,全省将培育5个版权示范单位。", [("5", MADE, "个", 2030)]),
        ("《甲省商标发展“十五五”规划》提出,使用专用标志的企业达到2万家以上。", [("2", LEVEL, "万家", 2030)]),
        (
            "甲市:2030年我市将建成知识产权强市\n根据规划,到2030年,科技进步贡献率达65%。",
            [("65", RATIO, "%", 2030)],
        ),
        ("发布时间:2034-08-10\n计划到2030年,全县注册商标总量突破3000件。", [("3000", LEVEL, "件", 2030)]),
        (
            "今年我市知识产权工作要努力实现两个目标:一是新增高新技术企业50家;二是专利申报量要突破2000件。",
            [("50", MADE, "家", None), ("2000", LEVEL, "件", None)],
        ),
        ("意见指出,各县每年新注册农产品商标不少于4件。", [("4", FLOOR, "件", None)]),
        ("纲要指出,五年内,商标申请量保持年递增50件以上,到2031年商标总量达到900件。", [
            ("50", FLOOR, "件", 2031), ("900", LEVEL, "件", 2031),
        ]),
        (
            "甲省描绘农业蓝图\n会议提出,到2035年末,应达成如下成就:\n要建成功能区500万亩,农产品加工率达50%。",
            [("500", MADE, "万亩", 2035), ("50", RATIO, "%", 2035)],
        ),
        (
            "根据《2031年全省产业发展工作要点》,今年将优化布局,力争种植面积稳定在470万亩左右。\n"
            "培育1家年销售额10亿元以上的加工企业,建成甲药等11个基地。",
            [("470", LEVEL, "万亩", 2031), ("1", MADE, "家", 2031), ("11", MADE, "个", 2031)],
        ),
        ("力争到2030年,国际标准转化率从目前的70%以上提高到90%以上。", [("90", RATIO, "%", 2030)]),
        (
            "到2030年,力争产值达到190亿元,比2025年增长61%。到2035年,高技术产业营收年均增速达8%以上。",
            [("190", LEVEL, "亿元", 2030), ("8", GROWTH, "%", 2035)],
        ),
        (
            "到2030年,全区高新技术企业和科技型企业在2025年的基础上实现“双倍增”,分别超过90家和870家。",
            [("90", LEVEL, "家", 2030), ("870", LEVEL, "家", 2030)],
        ),
        (
            "我省启动三年行动计划\n瞄准前沿,每年组织实施100项重点科技项目。力争到2030年,创新产品突破50个。",
            [("100", FLOOR, "项", None), ("50", LEVEL, "个", 2030)],
        ),
        (
            "到2030年,培育销售收入超10亿元的企业2户、超亿元的企业25户。",
            [("2", MADE, "户", 2030), ("25", MADE, "户", 2030)],
        ),
    ],
)  # fmt: skip
def test_what_a_report_says_of_a_plan_counts(text: str, wanted: list[tuple[str, str, str | None, int | None]]) -> None:
    assert told(text) == wanted


@pytest.mark.parametrize(
    "text",
    [
        "第十一个五年计划期间,甲市的专利申请量以年均14%的速度增长。",
        "2030年甲省专利运行情况\n2030年,全省有效发明专利突破20万件,提前一年实现规划确定的18万件目标。",
        "据统计,2023年至2028年,产业增加值占GDP的比重由2023年的7.2%提高至2028年的7.4%。",
        "甲局2029年工作总结及2030年工作思路\n一、2029年工作\n全年投入2.8亿元,新增企业7家。",
        "今年以来,全区争取国家专项资金1亿元。",
        "名牌战略打出甲省效应\n甲省今年有51个产品获得称号,该省有2件商标被认定为驰名商标。",
        "局长:我国产品采标率超过80%\n目前我国提出制定的国际标准数量不断增加,仅2027年就有119项。",
        "计划通过三年时间,建立服务体系,力争形成良好局面。甲县辖14个镇、268个村,总人口82万。",
        "[图解]甲市产品质量\n2029年抽查合格率为93%,比上年提高2个百分点。",
        "甲市知识产权发展规划(2031—2035年)\n一、发展基础\n(一)形成了系统推进的格局。\n成立了由14个单位组成的领导小组。\n"
        "二、主要任务\n加强保护。\n三、保障措施\n落实责任。",
        "方案模板\n一、背景\n1.1现状\n二、目标设定\n2.1总体目标\n三、资源需求\n3.1人力资源配置\n四、保障措施\n4.1制度",
    ],
)
def test_results_histories_and_contents_promise_nothing(text: str) -> None:
    assert told(text) == []


def test_a_list_number_is_no_part_of_the_count_behind_it() -> None:
    text = "甲区2030年知识产权工作要点\n一、工作目标\n1.新增商标200件。\n2.培育优势企业6家。\n3.举办培训4期。"
    assert [value for value, *_ in told(text)] == ["200", "6", "4"]
    broken = "甲区2030年知识产权工作要点\n一、工作情况\n1.完成申报。\n2.6家企业通过认定。\n3.完成34家备案。"
    assert told(broken) == []


@pytest.mark.parametrize(
    ("goal", "value", "unit"),
    [
        ("百万人口发明专利授权数达到200件以上", "200", "件/百万人"),
        ("每万名就业人员中研发人员达到60人年", "60", "人年/万人"),
        ("中国驰名商标达到13件", "13", "件"),
        ("综合实力跃居全省前40位", "40", "位"),
        ("新增五十亿级企业3家", "3", "家"),
        ("研发经费与主营业务收入之比达到1.1%", "1.1", "%"),
        ("标准制定周期缩短到2年以内", "2", "年"),
        ("总收入超过100亿元的高新技术企业数达到10家", "10", "家"),
        ("打造1 000个知名品牌", "1000", "个"),
        ("专利产品产值突破千亿元", "1", "千亿元"),
        ("商标总量比2025年翻两番", "4", "倍"),
    ],
)
def test_numbers_are_read_with_all_that_belongs_to_them(goal: str, value: str, unit: str) -> None:
    text = f"甲市品牌发展规划(2026-2030年)\n一、发展目标\n到2030年,{goal}。\n二、保障措施\n落实责任。"
    assert [(v, u) for v, _, u, _ in told(text) if v] == [(value, unit)]


def test_goals_without_a_heading_of_their_own_and_in_one_long_line_are_goals() -> None:
    under_requirements = (
        "甲区科技创新实施方案(2026-2030年)\n一、总体要求\n坚持创新驱动。\n到2030年,力争研发强度达到3.4%。\n"
        "——平台体系完善。争取建成重点企业研究院2家,重点实验室1家,研发机构3家。\n二、主要任务\n落实责任。"
    )
    assert [value for value, *_ in told(under_requirements)] == ["3.4", "2", "1", "3"]
    one_line = (
        "实施商标战略的意见各县、区人民政府:为落实部署,制定本意见。一、指导思想深入贯彻发展要求,增强竞争力,打造品牌城市,为建设创新型城市提供支撑,促进全市又好又快发展。"
        "二、主要目标到20XX年,全市商标战略与经济政策深度融合,运行机制基本完善,促进作用充分显现。(一)数量快速增长。商标注册年均增长20%,注册商标总数突破15000件。"
        "三、主要任务加强组织领导,健全工作机制,完善配套政策,强化督促检查,确保各项部署落到实处,推动商标战略深入实施,形成工作合力。"
    )
    assert [value for value, *_ in told(one_line) if value] == ["20", "15000"]
