"""What a document and each of its stretches are for: goals, history, principles, measures, rules."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from scrapers.plans.drafts import Role
from scrapers.plans.reading import Reading
from scrapers.plans.sections import Section

_GOALS = re.compile(r"目标(?!考核|责任|管理|绩效|导向)|主要指标|指标体系|预期指标")
_HISTORY = re.compile(
    r"背景|基本情况|总体情况|基础(?!设施|工作|研究|建设|上|能力)|成效|成就|回顾|现状|形势|机遇|挑战|(?<!解决)问题|(?<!补齐)(?<!补)短板|面临|必要性|重要意义|工作总结|主要成绩|完成情况|工作情况|开展情况|进展情况|推进情况|落实情况|执行情况|发展环境|取得"
)
_WORK = re.compile(r"任务|措施|举措|工程|行动|保障|安排|重点")
"""Headings below the goals that are no goals; any other (`保护水平明显提高`) names one."""
_REACHED = re.compile(r"(?:实现|完成|执行|达成|落实)情况")
_PRINCIPLES = re.compile(r"指导思想|基本原则|工作原则|总体思路|指导方针|基本方针|总体考虑|基本思路|编制依据")
_MEASURES = re.compile(
    r"任务|措施|工程|行动|保障|举措|实施|推进|加强|提升|促进|强化|完善|构建|建设|优化|深化|健全|打造|培育|安排|重点|组织"
)
_PLAN_TITLE = re.compile(
    r"规划|纲要|方案|计划(?!执行|完成)|要点|行动|意见|措施|安排表|任务书|任务分工|工作任务|目标任务|(?:总体|发展|主要|工作|奋斗)目标|战略|部署"
)
_ENDS_TITLE = re.compile(
    r"(?=$|[\s(（)）》”\"_|\-—–:：\d]|的?通知|实施|任务|分工|分解|清单|台账|表|进度|责任|主要|总体|纲要|规划|方案|意见|要点|计划|草案|全文|解读|征求|节选|摘要|和|与|及|、)"
)
"""What may stand behind the word for the kind of document in a title; in a headline it goes on otherwise."""
_NO_PLAN = re.compile(
    r"解读|公报|统计|总结|发布会|白皮书|办法|条例|规定(?!动作)|公示|公告|名单|申报|征集|细则|指南|会议|召开|座谈|简报|报告|情况|新闻|答记者问|问答|合同|论文|研究|年鉴|培训班|讲话|招聘|决定|出台|图解|回顾|综述|纪实|成果|简介|介绍"
)
_REPORT = re.compile(
    r"解读|新闻|发布会|出台|图解|一图|问答|答记者|印发实施|正式发布|来了|我市|我省|我区|力争|将|召开|启动|亮相|访谈|动态|!|！"
)
_TELLS_OF_PLAN = re.compile(
    r"(?:印发|出台|发布|公布|推出|启动|实施|通过|制定下发|颁布)(?:了|的|实施)?[^。\n]{0,12}《?[^。《》\n]{2,40}(?:规划|行动计划|方案|纲要|意见|指南)"
    r"|《[^《》]{4,60}(?:规划|计划|方案|纲要|意见|指南)[^《》]{0,12}》[^。\n]{0,20}(?:印发|出台|发布|公布|提出|通过|颁布|实施)"
)
_SELF_NAMED = re.compile(
    r"今年[^。,]{0,14}(?:预期|主要|工作)目标(?:是|为)|(?:特|现|并)?制定(?:本|如下|以下)(?:规划|纲要|(?:实施|工作|行动)?方案|(?:行动|推进|工作)?计划|(?:实施)?意见)|提出(?:如下|以下)(?:实施)?意见"
    r"|《[^《》]{4,40}(?:规划|纲要|方案|计划|意见)》[^《》]{0,40}(?:全文|主要内容|内容)如下"
)
OPENING = 600
"""Characters at the beginning of a page that say what it is."""
_SHORT_HEADING = 24
_OWN_MENTIONS = 1
_PSEUDO = re.compile(r"^[^,。;:!?、]{2,24}[:。]?$")
_RUN_IN = re.compile(
    r"^[-#*●■◆ ]*[(]?(?:总体|发展|主要|工作|具体|阶段性?|近期|中期|远期|年度|预期|战略|规划|总|建设|实施|行动|奋斗)*"
    r"目标(?:任务|是|为|如下)*[:。是为]"
)


_BY_WHEN = re.compile(
    r"^(?:力争|争取|通过[^,。]{2,30},)?(?:到|至|力争到)(?:20\d\d年|“?十[一二三四五六]五”?(?:期?末|时期末))[底末]?,"
)


@dataclass(frozen=True, slots=True)
class Stretch:
    """A part of the visible text with one role. Places count in the visible text."""

    start: int
    end: int
    role: Role
    section: Section | None
    number: str
    """Numbers of the sections from the outermost: `2.3`, `box 2`."""
    path: str
    is_title: bool = False


def stretches(reading: Reading, sections: Sequence[Section], is_plan: bool) -> Iterator[Stretch]:
    """The document cut at its headings; a heading and the text below it are two stretches of one section."""
    text = reading.plain.text
    by_no = {s.no: s for s in sections}
    first = sections[0].visible_start if sections else len(text)
    if first > 0:
        yield Stretch(0, first, Role.UNKNOWN, None, "", "")
    regulation = sum(s.kind == "article" for s in sections) > max(4, 0.4 * len(sections))
    for index, section in enumerate(sections):
        stop = sections[index + 1].visible_start if index + 1 < len(sections) else len(text)
        chain = _chain(section, by_no)
        role = Role.RULES if regulation else _role(chain, is_plan)
        number, path = _number(chain), " / ".join(s.number_label or s.title for s in chain)
        body = _after_title(text, section, stop)
        yield Stretch(section.visible_start, body, role, section, number, path, is_title=True)
        if body < stop:
            yield Stretch(body, stop, role, section, number, path)


def opens_goals(line: str) -> bool:
    """True for a paragraph that says by when something shall be reached, as the goals do that have no heading."""
    return _BY_WHEN.match(line.strip()) is not None


def run_in_role(line: str) -> Role | None:
    """The role that an unnumbered heading, or a paragraph's beginning, gives to what follows; None if it has none."""
    bare = line.strip()
    if _RUN_IN.match(bare):
        return Role.GOALS
    if len(bare) <= _SHORT_HEADING and _PSEUDO.match(bare) and not re.search(r"\d", bare.removeprefix("表")):
        return _of_title(bare)
    return None


def is_no_plan_title(title: str) -> bool:
    """True for titles of regulations, statistics, explanations and news."""
    return _NO_PLAN.search(re.sub(r"(?:关于)?印发|关于", "", title)) is not None


def is_plan_title(title: str) -> bool:
    """True for titles of documents that promise; reports on them, rules and news are none."""
    bare = re.sub(r"《([^《》]*)》(?=的?(?:解读|政策解读|图解|新闻))", "", title)
    named = any(_ENDS_TITLE.match(bare, m.end()) for m in _PLAN_TITLE.finditer(bare))
    return named and not is_no_plan_title(bare)


def says_it_is_plan(opening: str) -> bool:
    """True for a text that calls itself a plan in its first words, or announces the whole of one."""
    return _SELF_NAMED.search(opening) is not None


def is_built_as_plan(title: str, headings: Sequence[str]) -> bool:
    """True for a text whose headings are those of a plan: goals, and what shall be done or ensured for them."""
    if _NO_PLAN.search(re.sub(r"(?:关于)?印发|关于|情况", "", title)):
        return False
    goals = any(_GOALS.search(h) for h in headings)
    return goals and any(re.search(r"任务|措施|保障|原则|指导思想", h) for h in headings)


def is_report_title(title: str) -> bool:
    """True for headlines of news and explanations, which may name a plan."""
    return bool(_REPORT.search(re.sub(r"《[^《》]*》", "", title))) and "通知" not in title


def tells_of_plan(opening: str) -> bool:
    """True for a page that begins with the news that a plan was issued or is carried out."""
    return _TELLS_OF_PLAN.search(opening) is not None


def region_level(title: str, text: str) -> int:
    """How wide the region of a document is: 0 country, 1 province, 2 prefecture, 3 county.

    By its title; where that names no region, by the narrowest region that the text speaks of as its own.
    """
    head = title[:40]
    if re.search(r"^(?:国家|全国|国务院|中国|中共中央|中华人民共和国|知识产权强国)", head):
        return 0
    if re.search(
        r"[县旗](?!域)|^[^省市]{0,8}(?:省|自治区)?[^省市]{2,8}市[^市]{1,6}区|^[^省市]{1,4}(?<!自治)区(?!域)", head
    ):
        return 3
    province = re.search(r"^[^市县]{0,3}?[一-鿿]{2,8}(?:省|自治区)(?!级)", head)
    if province and not re.search(r"[市州盟](?!场)", head[province.end() :][:8]):
        return 1
    if province or re.search(r"[市州盟](?!场)", head):
        return 2
    for level, own in ((3, r"我县|全县|我区"), (2, r"我市|全市"), (1, r"我省|全省")):
        if len(re.findall(own, text)) >= _OWN_MENTIONS:
            return level
    return 0


def _chain(section: Section, by_no: dict[int, Section]) -> list[Section]:
    chain = [section]
    while chain[0].parent_no is not None:
        chain.insert(0, by_no[chain[0].parent_no])
    return chain


def _role(chain: Sequence[Section], is_plan: bool) -> Role:
    own = _of_title(chain[-1].title)
    if own is Role.MEASURES and not _WORK.search(chain[-1].title) and any(_is_goals(s.title) for s in chain[:-1]):
        return Role.GOALS
    if own is not Role.GOALS and any(_of_title(s.title) is Role.HISTORY for s in chain[:-1]):
        return Role.HISTORY
    for section in reversed(chain):
        if section.kind == "box":
            return Role.MEASURES
        role = _of_title(section.title)
        if role is not None:
            if role is Role.PRINCIPLES and section is not chain[-1] and len(chain) > 1:
                return Role.PRINCIPLES
            return role
    return Role.MEASURES if is_plan else Role.UNKNOWN


def _is_goals(title: str) -> bool:
    return _of_title(title) is Role.GOALS


def _of_title(title: str) -> Role | None:
    if not title:
        return None
    if _REACHED.search(title):
        return Role.HISTORY
    if _GOALS.search(title):
        return Role.GOALS
    if _PRINCIPLES.search(title):
        return Role.PRINCIPLES
    measures = _MEASURES.search(title)
    if (history := _HISTORY.search(title)) and not (measures and measures.start() < history.start()):
        return Role.HISTORY
    if re.search(r"^总体要求$|^总体", title):
        return Role.UNKNOWN
    return Role.MEASURES if measures else None


def _number(chain: Sequence[Section]) -> str:
    boxes = [s for s in chain if s.kind == "box"]
    if boxes:
        return f"box {boxes[-1].number}"
    return ".".join(str(s.number or s.no) for s in chain)


def _after_title(text: str, section: Section, stop: int) -> int:
    """Where the text below a heading begins: behind its number and its words."""
    at = section.visible_start
    wanted = section.number_label + section.title
    for sign in wanted:
        while at < stop and text[at] != sign:
            if not text[at].isspace():
                return at
            at += 1
        at += 1
    return min(at, stop)
