"""How plans word promises, and how they word what is none: invented sentences and documents, one rule each."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from scrapers.plans.dates import deadline
from scrapers.plans.extract import Extraction, extract
from scrapers.plans.schedules import due
from scrapers.records import Page

HEAD = "甲省丙市“十四五”知识产权发展规划\n丙政发〔2021〕5号\n"
PRINCIPLES = "一、总体要求\n(一)指导思想。\n坚持创新驱动,全面落实各项部署,服务高质量发展。\n"
TAIL = "\n四、保障措施\n加强领导,完善机制,落实经费。\n"


def read(text: str) -> Extraction:
    return extract(Page(text.encode()))


def promised(text: str) -> list[tuple[str, str, str | None, int | None]]:
    """Value (or `low-high`), type, unit and year of the numeric promises, in order."""
    return [
        (
            f"{t.target_value:f}" if t.target_value_high is None else f"{t.target_value:f}-{t.target_value_high:f}",
            t.target_type,
            t.unit_zh,
            t.target_year,
        )
        for t in read(text).targets
        if t.target_value is not None
    ]


@pytest.mark.parametrize(
    ("words", "due"),
    [
        ("到2024年6月底,专利授权量达到200件", "2024-06-30"),
        ("到2024年6月,专利授权量达到200件", "2024-06-30"),
        ("2024年7月前,新增专利200件", "2024-06-30"),
        ("到2024年上半年,专利授权量达到200件", "2024-06-30"),
        ("到2024年底,专利授权量达到200件", None),
        ("到2024年,专利授权量达到200件", None),
    ],
)
def test_a_number_is_due_on_the_printed_day(words: str, due: str | None) -> None:
    (target,) = read(HEAD + PRINCIPLES + f"二、发展目标\n{words}。" + TAIL).targets
    assert (target.target_year, target.target_date) == (2024, due)


LEVEL, RATIO, MADE, GROWTH = "level_at_date", "ratio_level", "cumulative_over_period", "annual_growth_rate"
FLOOR, RANGE, SHARE, COMPOUND, RANK = "annual_floor", "range", "share_threshold", "compound", "rank"

GOALS = [
    (
        "到2025年,专利申请量和授权量分别突破4.5万件和1.7万件",
        [("4.5", LEVEL, "万件", 2025), ("1.7", LEVEL, "万件", 2025)],
    ),
    ("高新技术企业由2020年的200家增加到1000家", [("1000", LEVEL, "家", 2025)]),
    ("“十四五”期间,累计实现知识产权质押融资金额10亿元", [("10", MADE, "亿元", 2025)]),
    ("驰名商标、地理标志商标总数分别突破360家、18个", [("360", LEVEL, "家", 2025), ("18", LEVEL, "个", 2025)]),
    (
        "每万人口发明专利拥有量2023年达到4.5件,2025年达到7.5件",
        [("4.5", LEVEL, "件/万人", 2023), ("7.5", LEVEL, "件/万人", 2025)],
    ),
    ("到2023年和2025年,专利转化率分别达到10%和15%", [("10", RATIO, "%", 2023), ("15", RATIO, "%", 2025)]),
    ("2023年、2024年分别新增贯标企业10家、20家", [("10", MADE, "家", 2023), ("20", MADE, "家", 2024)]),
    ("维持10年以上有效发明专利数达19000件", [("19000", LEVEL, "件", 2025)]),
    ("专利授权量年均增长10%以上,到2025年达到2万件", [("10", GROWTH, "%", 2025), ("2", LEVEL, "万件", 2025)]),
    ("商标申请量、注册量年均增长均达到15%", [("15", GROWTH, "%", 2025), ("15", GROWTH, "%", 2025)]),
    ("结案率保持在95%以上,公开率达到百分之百", [("95", RATIO, "%", 2025), ("100", RATIO, "%", 2025)]),
    ("商标注册平均审查周期压缩至4个月以内", [("4", LEVEL, "个月", 2025)]),
    ("建设10个左右知识产权示范园区", [("10", MADE, "个", 2025)]),
    (
        "“十四五”期间,新增国家地理标志产品3—5个,力争1至2家企业获奖",
        [("3-5", RANGE, "个", 2025), ("1-2", RANGE, "家", 2025)],
    ),
    ("质押融资年度登记金额由2020年的5亿元提升到2025年的15亿元", [("15", LEVEL, "亿元", 2025)]),
    ("确保每年专利质押融资额不低于2亿元", [("2", FLOOR, "亿元", 2025)]),
    ("40%以上的区县入选国家知识产权强县试点", [("40", SHARE, "%", 2025)]),
    ("综合实力排名进入全省前5位", [("5", RANK, "位", 2025)]),
    (
        "培育20家服务机构,其中每家年营业收入不低于500万元",
        [("20", COMPOUND, "家", 2025), ("500", COMPOUND, "万元", 2025)],
    ),
    ("确保8家园区年产值达到10亿元以上", [("8", COMPOUND, "家", 2025), ("10", COMPOUND, "亿元", 2025)]),
    (
        "专利申请量达到一万五千件,其中发明专利申请不少于三千件",
        [("15000", LEVEL, "件", 2025), ("3000", LEVEL, "件", 2025)],
    ),
    ("新增示范企业30家,总数达到150家", [("30", MADE, "家", 2025), ("150", LEVEL, "家", 2025)]),
    ("建立工作站5个以上、指导站10个以上", [("5", MADE, "个", 2025), ("10", MADE, "个", 2025)]),
    (
        "新建3—5个实验室、8—10个中心,60—80家站点",
        [("3-5", RANGE, "个", 2025), ("8-10", RANGE, "个", 2025), ("60-80", RANGE, "家", 2025)],
    ),
    ("完成1个以上重点产业和2个以上重点领域的专利导航", [("1", MADE, "个", 2025), ("2", MADE, "个", 2025)]),
    ("保险金额,商标质押融资金额,以及质押次数年均增幅20%以上", [("20", GROWTH, "%", 2025)] * 3),
    ("知识产权保护社会满意度提高到85分", [("85", LEVEL, "分", 2025)]),
    ("发明专利授权量占专利授权总量的比重提高到20%", [("20", RATIO, "%", 2025)]),
    ("专利代理机构发展到30家,执业专利代理师突破200人", [("30", LEVEL, "家", 2025), ("200", LEVEL, "人", 2025)]),
]

MEASURES = [
    ("组建知识产权联盟3个", [("3", MADE, "个", 2025)]),
    ("每年开展2次以上专项行动,每季度召开一次联席会议", [("2", FLOOR, "次", 2025)]),
    ("由市财政安排2000万元设立风险补偿基金", [("2000", MADE, "万元", 2025)]),
    ("选派20名专家组成服务团,走访企业300家以上", [("20", MADE, "名", 2025), ("300", MADE, "家", 2025)]),
    ("从300项成果库中,优选30—50个项目安排资金支持", [("30-50", RANGE, "个", 2025)]),
    ("面向至少500家中小企业开展托管服务", [("500", MADE, "家", 2025)]),
    ("对领导小组工作每三年进行一次评估", [("1", "milestone", "次", 2025)]),
    ("推动专用标志覆盖率达到80%以上", [("80", RATIO, "%", 2025)]),
]

NOTHING = [
    "对获得中国专利金奖的,给予50万元奖励,每件发明专利资助5000元",
    "落实18项重点任务,成立由15个部门组成的领导小组",
    "截至2020年底,有效发明专利达到1200件,比2015年增长1.5倍",
    "申报单位应拥有5件以上发明专利,注册满3年",
    "落实“一县一品”工程,推广“1+3+N”模式,贯彻国发〔2016〕86号文件",
    "依托3个国家级开发区建设集聚区,发挥甲公司等15家优势企业的带动作用",
    "将第十五届专利周活动与4·26宣传周相结合,开通12330热线",
    "去年培育企业20家,同比增长10%",
    "国家规划提出的每万人口12件目标已经明确",
    "对年纳税额100万元以上的企业给予支持",
]


@pytest.mark.parametrize(("sentence", "wanted"), GOALS)
def test_wordings_of_goals(sentence: str, wanted: list[tuple[str, str, str, int]]) -> None:
    assert promised(f"{HEAD}{PRINCIPLES}(二)主要目标\n{sentence}。{TAIL}") == wanted


@pytest.mark.parametrize(("sentence", "wanted"), MEASURES)
def test_wordings_of_measures(sentence: str, wanted: list[tuple[str, str, str, int]]) -> None:
    assert promised(f"{HEAD}{PRINCIPLES}二、重点任务\n{sentence}。{TAIL}") == wanted


@pytest.mark.parametrize("sentence", NOTHING)
def test_what_is_no_promise(sentence: str) -> None:
    assert promised(f"{HEAD}{PRINCIPLES}二、重点任务\n{sentence}。{TAIL}") == []


def test_the_history_section_gives_baselines_and_no_promises() -> None:
    text = (
        f"{HEAD}一、发展基础\n到2020年末,有效注册商标量达到1.2万件,专利授权量累计达到8600件,进入全省前3名。\n"
        f"二、发展目标\n到2025年,有效注册商标总量达到2万件。{TAIL}"
    )
    (target,) = (t for t in read(text).targets if t.target_value is not None)
    assert (target.target_value, target.baseline_value, target.baseline_year) == (2, Decimal("1.2"), 2020)


def test_a_baseline_in_the_sentence_is_kept_with_its_year() -> None:
    text = f"{HEAD}一、发展目标\n专利质押融资额由2020年的5亿元提高到2025年的15亿元。{TAIL}"
    (target,) = read(text).targets
    assert (target.baseline_value, target.baseline_year, target.direction) == (5, 2020, "at_least")


def test_a_doubling_keeps_no_baseline() -> None:
    text = f"{HEAD}一、发展目标\n每万人高价值发明专利拥有量翻一番达到1.6件。{TAIL}"
    (target,) = (t for t in read(text).targets if t.target_value is not None)
    assert (target.target_value, target.baseline_value) == (Decimal("1.6"), None)


def test_directions_follow_the_comparing_words() -> None:
    text = (
        f"{HEAD}一、发展目标\n有效专利达到500件。审查周期压缩至4个月以内。新增企业50家。新建3—5个中心。"
        f"建设10个左右园区。综合实力进入全省前3位。{TAIL}"
    )
    told = [(t.direction, t.is_approximate) for t in read(text).targets if t.target_value is not None]
    assert told == [
        ("at_least", False), ("at_most", False), ("unspecified", False), ("between", False), ("at_least", True),
        ("at_most", False),
    ]  # fmt: skip


def test_units_in_charge_in_their_three_forms() -> None:
    text = (
        f"{HEAD}二、重点任务\n(一)培育企业30家。(责任单位:市甲局牵头,市乙局、市丙局等按职责分工负责)\n"
        "(二)建设园区5个。\n(牵头单位:市丁局;责任单位:市戊局)\n(三)组织评选奖项每年一次,由市己局和市庚局共同负责。\n"
        "三、其他\n培训人员300人次。\n"
    )
    told = {t.target_value: t.responsible_units for t in read(text).targets if t.target_value is not None}
    assert told[Decimal(30)] == "市甲局(牵头)、市乙局、市丙局"
    assert told[Decimal(5)] == "市丁局(牵头)、市戊局"
    assert told[Decimal(1)] == "市己局、市庚局"
    assert told[Decimal(300)] is None


def test_a_report_on_a_plan_promises_what_it_announces_and_not_what_was_reached() -> None:
    text = (
        "戊市出台“十四五”知识产权规划\n2021年11月3日 来源:戊市日报\n"
        "本报讯 “十三五”期间,全市专利授权量累计达到3.2万件。截至2020年底,全市有效发明专利9800件,"
        "每万人口发明专利拥有量达到21.3件,比国家规划12件目标高出近一倍。\n"
        "规划提出,到2025年,全市有效发明专利拥有量达到2万件,质押融资总额突破60亿元。\n"
    )
    assert promised(text) == [("2", LEVEL, "万件", 2025), ("60", LEVEL, "亿元", 2025)]


@pytest.mark.parametrize(
    "text",
    [
        "庚市召开座谈会\n2022年4月26日,来自20家企业的50名代表参加会议。去年全市新增发明专利800件,同比增长20%,培育优势企业5家。\n",
        "辛市专利资助办法\n第一条 为鼓励创新,制定本办法。\n第二条 发明专利授权后,每件资助3000元,每年不超过50万元。\n"
        "第三条 申请单位应拥有有效专利10件以上。\n第四条 在30个工作日内拨付。\n第五条 有效期5年。\n",
        "2019年上半年壬市专利统计\n2019年1-6月,全市专利申请量4677件,同比增长17.85%;每万人口发明专利拥有量4.2件。\n",
        "关于开展2023年度专利奖申报工作的通知\n各有关单位:每家单位可推荐2个项目,申报材料一式3份,于6月30日前报送。\n",
    ],
)
def test_texts_without_promises_give_an_empty_table(text: str) -> None:
    assert read(text).targets == ()


def test_an_annual_plan_speaks_of_its_own_year() -> None:
    text = (
        "壬县2019年知识产权工作要点\n一、工作目标\n全年专利申请量达到800件,增长10%;新增注册商标600件。\n"
        "二、重点工作\n1.培育企业。新培育贯标企业10家,省级优势企业2家。\n2.强化宣传。举办培训班4期,培训300人次。\n"
        "三、工作要求\n各单位于3月15日前报送方案。\n"
    )
    found = promised(text)
    assert [(value, unit) for value, _, unit, _ in found] == [
        ("800", "件"), ("10", "%"), ("600", "件"), ("10", "家"), ("2", "家"), ("4", "期"), ("300", "人次"),
    ]  # fmt: skip
    assert {year for *_, year in found} == {2019}


def test_five_years_ahead_are_counted_from_the_issue_and_marked() -> None:
    text = (
        "癸市知识产权战略实施意见\n癸政发〔2010〕24号\n癸市人民政府\n2010年9月9日\n一、发展目标\n"
        "(一)近五年目标:\n专利申请总量在一万件以上。\n二、措施\n每年评选一次专利奖。\n"
    )
    goal, often = (t for t in read(text).targets if t.target_value is not None)
    assert (goal.target_value, goal.unit_zh, goal.target_year, goal.year_inferred) == (1, "万件", 2015, True)
    assert (often.target_type, often.direction, often.target_year) == ("annual_floor", "exactly", None)


def test_a_plan_without_a_stated_period_runs_to_the_year_of_its_figures() -> None:
    text = (
        "卯省人民政府关于加快知识产权强省建设的实施意见\n卯政发〔2016〕23号\n一、总体要求\n到2020年,每万人发明专利拥有量达到10件;"
        "专利密集型产业增加值占全省生产总值的比重达到30%以上。到2025年,建成强省。\n二、主要任务\n(一)选择2—3个市开展试点。\n"
        "(二)设立规模不低于3亿元的知识产权运营基金。\n"
    )
    assert promised(text) == [
        ("10", LEVEL, "件/万人", 2020), ("30", RATIO, "%", 2020), ("2-3", RANGE, "个", 2020), ("3", MADE, "亿元", 2020),
    ]  # fmt: skip


def test_the_part_of_a_report_that_plans_the_next_year_is_a_plan() -> None:
    text = (
        "壬市知识产权局2022年工作总结和2023年工作计划\n一、2022年工作总结\n2022年,全市专利授权量8000件,同比增长12%,培育企业12家。\n"
        "二、2023年工作计划\n(一)强化创造。新增培育中心3家。\n(二)促进运用。专利质押融资突破8亿元。\n三、存在问题\n人员只有12人。\n"
    )
    assert promised(text) == [("3", MADE, "家", 2023), ("8", LEVEL, "亿元", 2023)]


def test_three_years_with_three_values_and_one_subject() -> None:
    text = (
        "未市知识产权发展三年行动计划(2021—2023年)\n一、总体目标\n力争用三年时间,到2021年、2022年、2023年,发明专利授权量"
        "分别达到500件、600件、750件。\n二、年度安排\n2021年,建成平台1个。2022年,建成平台3个。\n三、保障措施\n"
        "各县区于5月30日前报送名单1份。附件:任务清单(共32项)\n"
    )
    assert [(value, year) for value, *_, year in promised(text)] == [
        ("500", 2021), ("600", 2022), ("750", 2023), ("1", 2021), ("3", 2022),
    ]  # fmt: skip


def test_a_plan_of_the_country_may_speak_of_the_country() -> None:
    body = "一、主要目标\n到2020年,全国作品登记量和软件登记量分别达到100万件、20万件。\n二、主要行动\n完善制度。\n"
    assert promised(f"深入实施知识产权战略行动计划(2014—2020年)\n{body}") == [
        ("100", LEVEL, "万件", 2020), ("20", LEVEL, "万件", 2020),
    ]  # fmt: skip
    assert promised(f"申市深入实施知识产权战略行动计划(2014—2020年)\n{body}") == []


def test_a_plan_whose_title_is_lost_is_known_by_its_headings() -> None:
    text = (
        "二、发展目标\n到2020年,有效专利达到600件。\n三、主要任务\n(一)培育30家示范企业。\n四、保障措施\n加强领导。\n"
    )
    assert promised(text) == [("600", LEVEL, "件", 2020), ("30", MADE, "家", 2020)]


TABLES = {
    "one cell a line": "序号\n指标名称\n单位\n2025年\n2030年\n属性\n1\n有效专利拥有量\n件\n12000\n20000\n预期性\n"
    "2\n质押融资额\n亿元\n35\n≥60\n预期性\n3\n满意度\n分\n82\n85\n约束性\n",
    "bars": "指标名称 | 单位 | 2025年 | 2030年\n有效专利拥有量 | 件 | 12000 | 20000\n"
    "质押融资额 | 亿元 | 35 | ≥60\n满意度 | 分 | 82 | 85\n",
    "tabs": "指标名称\t单位\t2025年\t2030年\n有效专利拥有量\t件\t12000\t20000\n"
    "质押融资额\t亿元\t35\t≥60\n满意度\t分\t82\t85\n",
    "glued": "序号指标名称2025年2030年属性\n1有效专利拥有量(件)1200020000预期性\n"
    "2质押融资额(亿元)35≥60预期性\n3满意度(分)8285约束性\n",
    "borders": "<table border=1><tr><th>指标名称</th><th>单位</th><th>2025年</th><th>2030年</th></tr>"
    "<tr><td>有效专利拥有量</td><td>件</td><td>12000</td><td>20000</td></tr>"
    "<tr><td>质押融资额</td><td>亿元</td><td>35</td><td>≥60</td></tr>"
    "<tr><td>满意度</td><td>分</td><td>82</td><td>85</td></tr></table>",
}


@pytest.mark.parametrize("form", TABLES)
def test_indicator_tables_with_and_without_borders(form: str) -> None:
    head = "癸市知识产权“十五五”规划"
    before, after = "一、主要目标", "二、重点任务"
    text = "完善服务体系,加强人才队伍建设,落实各项经费,营造良好氛围,推进各项工作取得实效。"
    if form == "borders":
        inside = f"<p>{before}</p><p>{text}</p>{TABLES[form]}<p>{after}</p><p>{text}</p>"
        page = f"<html><body><h1>{head}</h1>{inside}</body></html>"
    else:
        page = f"{head}\n{before}\n{text}\n{TABLES[form]}{after}\n{text}\n"
    found = [t for t in read(page).targets if t.target_value is not None]
    told = [(t.indicator_zh, t.target_value, t.unit_zh, t.baseline_value, t.target_year) for t in found]
    assert told == [
        ("有效专利拥有量", 20000, "件", 12000, 2030),
        ("质押融资额", 60, "亿元", 35, 2030),
        ("满意度", 85, "分", 82, 2030),
    ]
    assert [t.direction for t in found] == ["unspecified", "at_least", "unspecified"]


def test_glued_figures_are_split_only_with_proof() -> None:
    text = (
        "子市“十四五”知识产权规划\n一、主要目标\n到2025年,每万人口发明专利拥有量达到3.7件。\n指标名称2020年2025年\n"
        "每万人口发明专利拥有量(件)1.653.7\n服务机构(家)20200\n培训(场)1111\n二、重点任务\n完善服务体系。\n"
    )
    found = read(text)
    assert [(t.target_value, t.baseline_value) for t in found.targets if t.target_value] == [
        (Decimal("3.7"), Decimal("1.65")),
        (200, 20),
        (11, 11),
    ] or any("培训" in left for left in found.leftovers)
    assert found.targets[0].statement_nos == (1, 2)


def test_a_schedule_with_fewer_columns_in_lines() -> None:
    text = (
        "辰市2023年知识产权强市建设工作任务分解表\n序号\n重点任务\n牵头单位\n完成时限\n1\n制定保护工程实施方案。\n市甲局\n2023年6月底前\n"
        "2\n新建工作站5个,培训企业100家。\n市甲局、市乙局\n2023年底前\n3\n开展示范创建。\n市丙部\n持续推进\n"
    )
    rows = [t for t in read(text).targets if t.target_type == "milestone"]
    assert [(t.target_date, t.responsible_units) for t in rows] == [
        ("2023-06-30", "市甲局"), ("2023-12-31", "市甲局、市乙局"), (None, "市丙部"),
    ]  # fmt: skip
    assert [value for value, *_ in promised(text)] == ["5", "100"]


def test_sentences_in_the_cells_of_other_tables_are_read_as_in_a_text_copy() -> None:
    cells = [
        "1",
        "培育示范企业30家以上,培训人员500人次。",
        "市甲局",
        "2",
        "完善服务体系,设立知识产权工作站10个。",
        "市乙局",
    ]
    rows = "".join(f"<tr>{''.join(f'<td>{c}</td>' for c in cells[i : i + 3])}</tr>" for i in (0, 3))
    header = "<tr><td>序号</td><td>工作任务</td><td>单位</td></tr>"
    title = "酉市2024年知识产权工作要点"
    table = f"<p>一、重点任务</p><table border=1>{header}{rows}</table><p>二、要求</p>"
    page = f"<html><body><h1>{title}</h1>{table}</body></html>"
    text = f"{title}\n一、重点任务\n序号\n工作任务\n单位\n" + "\n".join(cells) + "\n二、要求\n"
    assert promised(page) == promised(text) == [
        ("30", MADE, "家", 2024), ("500", MADE, "人次", 2024), ("10", MADE, "个", 2024),
    ]  # fmt: skip


def test_lines_cut_at_a_fixed_width_are_read_as_paragraphs() -> None:
    words = (
        "到2025年,全市知识产权创造质量明显提升,有效发明专利拥有量达到三千五百件以上,其中高价值发明专利占"
        "比达到百分之四十以上,专利商标质押融资金额突破三十亿元,知识产权服务机构达到六十家以上,知识产权保护"
        "社会满意度提高到八十五分,培养知识产权专业人才五百名以上,为建设创新型城市提供坚实有力的支撑和保障。"
    )
    cut = "\n".join(words[i : i + 25] for i in range(0, len(words), 25))
    flowing, wrapped = (f"{HEAD}一、主要目标\n{body}\n" for body in (words, f"{cut}\n二、任务\n{cut[:0]}"))
    assert promised(wrapped + words[:0]) == promised(flowing)
    assert len(promised(flowing)) == 6


def test_two_statements_that_disagree_are_one_promise_with_a_conflict() -> None:
    text = (
        f"{HEAD}二、发展目标\n到2025年,有效注册商标总量达到2万件。\n三、重点任务\n"
        f"(一)到2025年,有效注册商标总量达到3万件。{TAIL}"
    )
    (target,) = (t for t in read(text).targets if t.target_value is not None)
    assert target.target_value == 2
    assert "3万件" in (target.conflict_note or "")


def unmeasured(goals: str, measures: str = "推进各项工作。") -> list[tuple[str, str, str, str | None]]:
    """Type, direction, label and due date of the promises without a figure, in order."""
    text = f"{HEAD}{PRINCIPLES}二、发展目标\n{goals}\n三、主要任务\n{measures}{TAIL}"
    return [
        (t.target_type, t.direction, t.indicator_zh, t.target_date)
        for t in read(text).targets
        if t.target_value is None
    ]


@pytest.mark.parametrize(
    ("clause", "wanted"),
    [
        ("数据服务能力和数据服务水平明显提高", [("directional", "increase")] * 2),
        ("侵权假冒现象得到有效遏制", [("directional", "decrease")]),
        ("培育一批有国际影响力的核心专利、知名商标", [("cumulative_over_period", "unspecified")] * 2),
        ("引进多个知识产权运营机构", [("cumulative_over_period", "unspecified")]),
        ("发明专利授权量增速高于全省平均水平", [("annual_growth_rate", "at_least")]),
        ("商标申请量、注册量居全省前列", [("rank", "at_most")] * 2),
        ("建成布局合理的知识产权服务业集聚区", [("milestone", "unspecified")]),
        ("在甲园区、乙园区分别培育软件、材料产业聚集区", [("milestone", "unspecified")] * 2),
        ("便民利民的公共服务体系基本建成", [("milestone", "unspecified")]),
        ("公共服务体系更加完善", [("directional", "increase")]),
        ("丙市知识产权保护中心挂牌运行", [("milestone", "unspecified")]),
    ],
)
def test_a_clause_without_a_figure_has_the_type_of_what_it_says(clause: str, wanted: list[tuple[str, str]]) -> None:
    assert [told[:2] for told in unmeasured(f"到2025年,{clause}。")] == wanted


def test_what_is_done_for_a_goal_is_no_goal() -> None:
    goals = "以发展为主线,全面优化发展环境,健全服务体系,到2025年,基本形成布局合理的服务业发展格局。"
    assert [told[:2] for told in unmeasured(goals)] == [("milestone", "unspecified")]


def test_one_objective_said_twice_is_one() -> None:
    assert len(unmeasured("保护体系更加完善。\n(一)保护。保护体系进一步完善。")) == 1


def test_measures_promise_without_a_figure_only_against_a_date_or_other_regions() -> None:
    assert not unmeasured("无。", "建设公共服务平台,推动保护体系更加完善,培育一批优势企业。")
    assert unmeasured("无。", "推动设立知识产权法庭,力争在2023年4月前挂牌运行。") == [
        ("milestone", "unspecified", "设立知识产权法庭", "2023-03-31")
    ]
    assert unmeasured("无。", "2022年6月底前出台商业秘密保护办法。")[0][3] == "2022-06-30"
    assert unmeasured("无。", "努力保持植物新品种申请和授权数量居全国前列。") == [
        ("rank", "at_most", "植物新品种申请数量", None),
        ("rank", "at_most", "植物新品种授权数量", None),
    ]
    assert not unmeasured("无。", "支持企业研制达到国际先进水平的产品。2018年6月前已建成数据库。")


TABLE_HEAD = "乙市“十五五”知识产权规划\n一、发展目标\n到2030年,每万人口高价值发明专利拥有量达到12件。主要指标如下。\n"
TABLE_TAIL = "\n二、主要任务\n加强保护。\n三、保障措施\n落实责任。\n"
DENSITY = ("12", LEVEL, "件/万人", 2030)


@pytest.mark.parametrize(
    ("table", "wanted"),
    [
        (
            "序号 指标 2025年 2030年 属性\n一、知识产权创造\n1 PCT国际专利年申请量(件) 120 ≥200 预期性\n"
            "二、知识产权运用\n2 专利转让许可次数(次) — 1500 预期性\n",
            [DENSITY, ("200", LEVEL, "件", 2030), ("1500", LEVEL, "次", 2030)],
        ),
        (
            "指标\t2025年\t2030年\n1.有效注册商标量(万件)\t9.5\t13\n2.质押融资金额(亿元)\t30\t[150]\n"
            "注:[ ]内为五年累计数。\n",
            [DENSITY, ("13", LEVEL, "万件", 2030), ("150", MADE, "亿元", 2030)],
        ),
        (
            "指标\t2025年\t2030年\n1.有效注册商标量(万件)\t9.5\t13\n2.质押融资金额(亿元)\t30\t[150]\n",
            [DENSITY, ("13", LEVEL, "万件", 2030)],
        ),
        (
            "序号指标名称2025年基期值2030年目标值属性\n1每万人口高价值发明专利拥有量(件)6.312预期性\n"
            "2专利密集型产业增加值占GDP比重(%)1113预期性\n3有效注册商标量(万件)9.513预期性\n",
            [DENSITY, ("13", RATIO, "%", 2030)],
        ),
    ],
)
def test_indicator_tables_without_borders_are_read_as_far_as_they_can_be_proved(
    table: str, wanted: list[tuple[str, str, str | None, int | None]]
) -> None:
    assert promised(TABLE_HEAD + table + TABLE_TAIL) == wanted


def test_cells_that_rows_share_are_quoted_once() -> None:
    page = (
        "<html><body><h1>乙省知识产权“十五五”规划</h1><p>一、发展目标</p><p>主要指标见下表。</p><table>"
        "<tr><td>类别</td><td>指标</td><td>单位</td><td>2025年</td><td>2030年</td></tr>"
        "<tr><td rowspan=2>创造</td><td>发明专利授权量</td><td>件</td><td>210</td><td>350</td></tr>"
        "<tr><td>有效注册商标数量</td><td>万件</td><td>10.2</td><td>20</td></tr></table>"
        "<p>二、主要任务</p><p>加强保护。</p></body></html>"
    )
    targets = read(page).targets
    assert [t.quote for t in targets] == ["创造发明专利授权量件210350", "有效注册商标数量万件10.220"]
    assert [t.section for t in targets] == ["table row 1", "table row 2"]


def test_a_deadline_is_the_same_day_in_a_sentence_and_in_the_cell_of_a_schedule() -> None:
    told = {
        words: due(words) for words in ("2031年4月前", "2031年4月底前", "2031年4月", "2031年4月20日前", "2031年13月前")
    }
    assert list(told.values()) == ["2031-03-31", "2031-04-30", "2031-04-30", "2031-04-20", None]
    assert deadline(2031, 1, is_whole=False) == date(2030, 12, 31) and deadline(2031, None, is_whole=False).month == 12
