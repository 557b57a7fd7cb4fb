"""What promises demand beyond value and direction: invented wordings, one rule each."""

from __future__ import annotations

from decimal import Decimal

import pytest

from scrapers.plans.conditions import above, kept
from scrapers.plans.extract import extract
from scrapers.plans.targets import Target
from scrapers.records import Page

CITY, COUNTY, PROVINCE = "东山省南河市", "南河市西岭县", "东山省"
GROWTH, LEVEL, RATIO, DIRECTION, RANGE = (
    "annual_growth_rate", "level_at_date", "ratio_level", "directional", "range",
)  # fmt: skip


def read(goals: str, *, measures: str = "推进各项工作。", region: str = CITY) -> tuple[Target, ...]:
    text = (
        f"{region}“十五五”知识产权发展规划\n丙政发〔2026〕5号\n一、总体要求\n(一)指导思想。\n坚持创新驱动,全面落实各项部署。\n"
        f"二、发展目标\n{goals}\n三、主要任务\n{measures}\n四、保障措施\n加强领导,完善机制,落实经费。\n"
    )
    return extract(Page(text.encode())).targets


def coded(goals: str, **where: str) -> list[tuple[str, str | None, str]]:
    """Type, condition and name of each promise."""
    return [(t.target_type, t.condition, t.indicator_zh) for t in read(goals, **where)]


@pytest.mark.parametrize(
    ("clause", "wanted"),
    [
        ("作品登记量增速高于全省平均水平", (GROWTH, "above_parent", "作品登记量增速")),
        ("植物新品种申请量年均增长快于全省平均增速", (GROWTH, "above_parent", "植物新品种申请量年均增长")),
        ("技术合同成交额增幅始终不低于全省水平", (GROWTH, "above_parent", "技术合同成交额增幅")),
        ("每万家企业商标拥有量超过全省平均水平", (LEVEL, "above_parent", "每万家企业商标拥有量")),
        ("力争专利产业化率明显优于全省平均水平", (RATIO, "above_parent", "专利产业化率")),
        ("商标申请量增速在全省平均水平以上", (GROWTH, "above_parent", "商标申请量增速")),
        ("维权援助满意率达到全省平均水平以上", (RATIO, "above_parent", "维权援助满意率")),
        ("纠纷化解能力高于全省平均水平", (DIRECTION, "above_parent", "纠纷化解能力")),
    ],
)
def test_what_is_held_against_the_region_above_is_a_promise_without_a_figure(
    clause: str, wanted: tuple[str, str, str]
) -> None:
    (target,) = read(f"到2030年,{clause}。")
    assert (target.target_type, target.condition, target.indicator_zh) == wanted
    assert target.target_value is None and target.note is None
    assert target.direction == ("increase" if target.target_type == DIRECTION else "at_least")
    assert target.quote == clause


@pytest.mark.parametrize(
    ("region", "clause", "is_parent"),
    [
        (CITY, "作品登记量增速高于全国平均水平", False),
        (PROVINCE, "作品登记量增速高于全国平均水平", True),
        (PROVINCE, "作品登记量增速高于全省平均水平", False),
        (COUNTY, "商标续展率高于全市平均水平", True),
        (COUNTY, "商标续展率高于全省平均水平", False),
        ("东山自治区南河市", "商标续展率高于全区平均水平", True),
        ("南河市西岭区", "商标续展率高于全区平均水平", False),
    ],
)
def test_only_the_region_directly_above_is_the_parent(region: str, clause: str, is_parent: bool) -> None:
    (target,) = read(f"到2030年,{clause}。", region=region)
    assert target.target_type in (GROWTH, RATIO)
    assert target.condition == ("above_parent" if is_parent else None)
    assert (target.note is None) == is_parent


def test_a_comparison_without_a_subject_speaks_of_the_promise_before_it() -> None:
    goals = "到2030年,作品登记量达到900件、增速快于全省平均水平,商标续展率达到60%,高于全省平均水平。"
    assert coded(goals) == [
        (LEVEL, None, "作品登记量"),
        (GROWTH, "above_parent", "作品登记量增速"),
        (RATIO, None, "商标续展率"),
        (RATIO, "above_parent", "商标续展率"),
    ]
    assert coded("到2030年,作品登记量年均增长9%,高于全省平均水平。")[1][:2] == (GROWTH, "above_parent")


def test_a_comparison_with_anything_but_a_regions_average_is_none() -> None:
    for words in ("增速高于去年同期", "投入强度高于行业平均水平", "续展率高于全省先进城市平均水平", "增速居全省前列"):
        assert above(words) is None
    assert coded("到2030年,作品登记量增速高于全省平均水平3个百分点。") == []


def test_measures_promise_a_comparison_only_where_they_mean_to() -> None:
    assert coded("无。", measures="完善服务,力争商标续展率高于全省平均水平。") == [
        (RATIO, "above_parent", "商标续展率")
    ]
    assert coded("无。", measures="商标续展率高于全省平均水平。确保已高于全省平均水平的续展率不下滑。") == []


@pytest.mark.parametrize(
    ("clause", "name"),
    [
        ("海外维权案件数量保持稳定", "海外维权案件数量"),
        ("作品登记量总体平稳", "作品登记量"),
        ("代理从业人员规模与上年持平", "代理从业人员规模"),
        ("商标续展率维持现有水平", "商标续展率"),
        ("保持专利许可规模基本稳定", "专利许可规模"),
        ("继续保持打击侵权高压态势", "打击侵权高压态势"),
        ("保持供应链安全稳定", "供应链安全稳定"),
    ],
)
def test_what_must_only_not_be_lost_is_met_without_a_change(clause: str, name: str) -> None:
    assert coded(f"到2030年,{clause}。") == [(DIRECTION, "keep", name)]


def test_what_is_kept_may_stand_in_the_clause_before() -> None:
    assert coded("到2030年,作品登记量明显增长,总体保持平稳。")[1] == (DIRECTION, "keep", "作品登记量")


@pytest.mark.parametrize(
    "clause",
    [
        "作品登记量保持稳定增长",
        "作品登记量稳步提升",
        "作品登记量稳中有升",
        "作品登记量保持较快增长势头",
        "侵权案件持续减少",
    ],
)
def test_a_steady_change_is_a_change(clause: str) -> None:
    ((kind, condition, name),) = coded(f"到2030年,{clause}。")
    assert (kind, condition) == (DIRECTION, None)
    assert name in ("作品登记量", "侵权案件", "保持较快增长势头", "作品登记量保持较快增长势头")


def test_a_rank_or_a_figure_that_is_kept_needs_no_condition() -> None:
    assert kept("作品登记量保持全省前列") is None
    told = coded("到2030年,商标续展率保持在60%以上,作品登记量继续保持全省前2名,满意度保持全省前列。")
    assert [(kind, condition) for kind, condition, _ in told] == [(RATIO, None), ("rank", None), ("rank", None)]


def test_a_range_is_capped_where_it_is_to_be_controlled() -> None:
    told = read("到2030年,涉外代理机构严格控制在6—9家,退件率控制在2%至4%之间,培育联盟3—5个,审查周期控制在45天以内。")
    assert [(t.target_type, t.condition) for t in told] == [
        (RANGE, "capped"), (RANGE, "capped"), (RANGE, None), (LEVEL, None),
    ]  # fmt: skip
    assert told[0].indicator_zh == "涉外代理机构"
    assert [t.direction for t in told] == ["between", "between", "between", "at_most"]


def test_a_cap_said_in_one_place_holds_for_all_places() -> None:
    goals = "到2030年,涉外代理机构达到6—9家。"
    (target,) = read(goals, measures="涉外代理机构控制在6—9家。")
    assert (target.condition, len(target.statement_nos)) == ("capped", 2)


def test_a_restatement_does_not_take_a_demand_away() -> None:
    goals = "到2030年,作品登记量明显增长。\n(一)主要指标。作品登记量保持稳定。"
    assert next(condition for _, condition, name in coded(goals) if name == "作品登记量") is None


ROWS = (
    ("商标续展率", "%", "52", "高于全省平均水平", (RATIO, "at_least", "above_parent")),
    ("商标申请量年均增速", "%", "4", "快于全省平均水平", (GROWTH, "at_least", "above_parent")),
    ("涉外代理机构", "家", "6", "高于全国平均水平", (LEVEL, "at_least", None)),
    ("作品登记量", "万件", "3.1", "保持稳定", (DIRECTION, "increase", "keep")),
    ("专利许可量", "件", "20", "稳步增长", (DIRECTION, "increase", None)),
    ("审查周期", "天", "60", "控制在30—45", (RANGE, "between", "capped")),
    ("海外商标注册量", "件", "10", "稳定在40—60之间", (RANGE, "between", None)),
    ("退件率", "%", "7", "控制在5以内", (RATIO, "at_most", None)),
)


def test_cells_of_a_table_have_the_conditions_of_their_words() -> None:
    """And a baseline is in the unit of its row, also where the goal is words."""
    rows = "".join(f"<tr><td>{n}</td><td>{u}</td><td>{b}</td><td>{v}</td></tr>" for n, u, b, v, _ in ROWS)
    page = (
        "<html><body><h1>甲省丙市知识产权“十五五”规划</h1><p>一、发展目标</p><p>主要指标见下表。</p><table>"
        f"<tr><td>指标</td><td>单位</td><td>2025年</td><td>2030年</td></tr>{rows}</table>"
        "<p>二、主要任务</p><p>加强保护。</p></body></html>"
    )
    targets = extract(Page(page.encode())).targets
    assert [(t.indicator_zh, (t.target_type, t.direction, t.condition)) for t in targets] == [
        (row[0], row[4]) for row in ROWS
    ]
    works = targets[3]
    assert works.baseline_value_si == Decimal(31000)


def test_rows_of_a_table_without_borders_too() -> None:
    text = (
        "甲省丙市“十五五”知识产权规划\n一、发展目标\n到2030年,作品登记量达到12件。主要指标如下。\n"
        "指标\t2025年\t2030年\n1.商标续展率(%)\t52\t高于全省平均水平\n2.专利许可量(件)\t310\t基本稳定\n"
        "3.审查周期(天)\t60\t控制在30—45\n\n二、主要任务\n加强保护。\n三、保障措施\n落实责任。\n"
    )
    targets = extract(Page(text.encode())).targets
    assert [t.condition for t in targets] == [None, "above_parent", "keep", "capped"]
