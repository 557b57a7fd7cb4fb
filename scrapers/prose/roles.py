"""What a figure is to the text before it: a level, a change against another time, a share, a gap, a rank."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

from scrapers.prose.figures import Figure

LONGEST_LEAD = 90


class Role(StrEnum):
    """The relation of a figure to what is measured."""

    LEVEL = "level"
    CHANGE = "change"
    SHARE = "share"
    GAP = "gap"
    """Against something that is no other time: an average, a target, another growth rate."""
    RANK = "rank"


@dataclass(frozen=True, slots=True)
class Reading:
    """The words in front of a figure taken apart. `subject` is what is left for the label."""

    role: Role
    subject: str
    suffix: str = ""
    """What the label gets behind its base: `同比增长`, `占比`, `较上年末增减` …; empty for a level."""
    negative: bool = False
    reference: str | None = None
    """What a change is compared with, as normalised for the label; None where the text does not say."""
    note: str | None = None
    is_of_several: bool = False
    """均: it holds for all the figures before, and which these are is not said."""


_VERBS = (
    r"净增长|净增加|净增|增长|增加|提高|提升|上升|上涨|扩大|净减少|下降|下跌|减少|降低|回落|缩小|收窄|减幅|"
    r"降幅|增幅|增速"
)
OWN_VERB = r"增长|下降|提高|减少|上升|增加|降低"
"""A list of changes may name its verb again at each (增长3.2%、下降18.9%)."""
_SHORT_VERBS = r"新增|多出|高出|多|高|少|低|增|升|降|快|慢"
_FALLING = re.compile(r"减|降|跌|回落|缩小|收窄|少|低|慢|落后|不及")
_TIME_REFERENCE = re.compile(r"“?十[一二三四五六]?五|年|月|季|期|普查|末|初|昨|前|此前|当时|\d")
_OTHER_REFERENCE = re.compile(r"(?:增速|水平|目标|平均|均值|任务|标准|预期)[值数]?$")
_HOW = (
    r"(?:同比|环比|年均|年平均|平均每年|逐年|每年|分别|均|各|再|又|大幅|实现|保持|也|已|还|总体|快速|稳步|持续|略|"
    r"继续|较快|平稳|名义|实际|合计|累计)"
)
_BEHIND = r"(?P<several>均)?(?:了|约|近|超过|超|达到|达|为|:|幅度[达为]?|至少|在)*"
_COMPARED = (
    r"(?:(?:(?<![占同环别对])比(?![重例值率如较])|较(?![大快高好强为多少低]))(?P<ref>[^,;:]{1,24}?)(?:相比)?|"
    r"(?:与|同|跟)(?P<with>[^,;:]{1,24}?)(?:相比|比))"
)
_CHANGE = re.compile(
    rf"^(?P<subject>.*?)(?P<how>{_HOW}*)(?:{_COMPARED})?(?P<how2>{_HOW}*)(?P<verb>{_VERBS}){_BEHIND}$"
    rf"|^(?P<subject2>.*?)(?:{_COMPARED.replace('ref', 'ref2').replace('with', 'with2')}|(?P<same>同比|"
    rf"环比))(?:{_HOW})*(?P<short>{_SHORT_VERBS}){_BEHIND.replace('several', 'several2')}$"
)
_MEAN_RATE = re.compile(r"^(?P<subject>|.*?[,、])(?:年平均|年均|平均)(?:增长率|增速|增幅)(?:为|达|达到|约)*$")
_SHARE = re.compile(
    r"^(?P<subject>.*?)(?:占比|所占(?:的)?(?:比重|比例|份额)|"
    r"(?<!市场)占(?!有(?!效)|地(?!区)|[用领据])(?P<whole>[^,;:占]{0,22}?)(?:的)?(?:比重|比例|份额|比)?)(?:分别|各|均|约|近|"
    r"已|超过|超|达到|达|为|是|:|了)*$"
)
_RATIO_TO = re.compile(
    r"^(?P<subject>.*?)(?:相当于|与)(?P<whole>[^,;:]{2,16}?)[的之](?:比例|比重|比)(?:为|达到|达|是)*$"
)
_GAP = re.compile(
    r"^(?P<subject>.*?)(?P<verb>高于|低于|高出|低出|超出|超过|超|多于|少于|领先于?|快于|慢于|落后于?)"
    r"(?P<ref>[^,;:]{0,24}?(?:水平|目标|平均|平均值|均值|增速|任务|全省|全市|全国|标准|预期)(?:值|数|"
    r"水平)?)(?:约|近|达)?$"
)
_MULTIPLE = re.compile(r"^(?P<subject>.*?)(?:约|大约)?(?:是|为|相当于)(?P<ref>[^,;:]{1,16}?)(?:的|(?<=平均水平))$")
_FROM = re.compile(r"(?:由|从)(?:[^,;:]{0,10}的)?$")
_TO = re.compile(
    r"(?:增加|增长|提高|提升|上升|扩大|下降|减少|降低|升|增|降|减|上涨|回落|缩短|压缩)(?:到|至)[^,;:]{0,12}$"
)


def read_role(lead: str, figure: Figure) -> Reading:
    """The role of a figure by the words in front of it (`lead`: clean text since the last break or figure)."""
    if len(lead) > LONGEST_LEAD:
        return Reading(Role.LEVEL, lead)  # no name of an indicator is that long: it will be refused
    if figure.is_rank:
        return Reading(Role.RANK, lead, "排名", note=figure.rank_scope or None)
    if _TO.search(lead):
        return Reading(Role.LEVEL, re.sub(_TO, "", lead))
    if _FROM.search(lead):
        return Reading(Role.LEVEL, lead)
    if figure.unit == "倍" and (of := _MULTIPLE.match(lead)):
        return Reading(Role.GAP, of["subject"], f"较{of['ref']}倍数", reference=of["ref"])
    if gap := _GAP.match(lead):
        return _gap(gap["subject"], gap["verb"], gap["ref"])
    if mean := _MEAN_RATE.match(lead):
        return Reading(Role.CHANGE, mean["subject"], "年均增长", reference="年均")
    if figure.is_share and (part := _RATIO_TO.match(lead)):
        return Reading(Role.SHARE, part["subject"], "占比", note=f"占{part['whole']}")
    change = _CHANGE.match(lead)
    if change and not _is_noun(change):
        return _change(change, figure)
    if figure.is_share and (share := _SHARE.match(lead)):
        whole = share["whole"] or ""
        return Reading(Role.SHARE, share["subject"], "占比", note=f"占{whole}" if whole else None)
    return Reading(Role.LEVEL, lead)


def _is_noun(change: re.Match[str]) -> bool:
    """规上工业增加值增速 is an indicator of its own; 增速 alone, or behind a comparison, speaks of the one before."""
    if change["verb"] not in ("增速", "增幅", "降幅", "减幅"):
        return False
    compared = change["ref"] or change["with"]
    return bool(change["subject"].strip(",、:")) and not compared and "同比" not in change["how"] + change["how2"]


def _change(match: re.Match[str], figure: Figure) -> Reading:
    verb = match["verb"] or match["short"]
    subject = match["subject"] if match["verb"] else match["subject2"]
    how = (match["how"] or "") + (match["how2"] or "") + (match["same"] or "")
    printed = match["ref"] or match["with"] or match["ref2"] or match["with2"]
    falling = bool(_FALLING.search(verb))
    if printed and (not _TIME_REFERENCE.search(printed) or _OTHER_REFERENCE.search(printed)):
        return _gap(subject, verb, printed)
    reference = normal_reference(printed, how)
    several = bool(match["several"] or match["several2"] or re.search(r"(?<![平年])均", how))
    return Reading(Role.CHANGE, subject, change_name(reference, figure), falling, reference, is_of_several=several)


def _gap(subject: str, verb: str, reference: str) -> Reading:
    reference = reference.strip("的出")
    return Reading(Role.GAP, subject, f"较{reference}差距", bool(_FALLING.search(verb)), reference)


def normal_reference(printed: str | None, how: str) -> str | None:
    """What a change is compared with in one wording: 同比, 环比, 年均, or another time as printed (去年底: 上年末)."""
    if printed is None:
        for word, name in (
            ("环比", "环比"),
            ("同比", "同比"),
            ("年均", "年均"),
            ("年平均", "年均"),
            ("平均每年", "年均"),
            ("每年", "年均"),
        ):
            if word in how:
                return name
        return None
    printed = re.sub(r"的?\d[\d.,]*[万亿]*(?:件|人|元|家|个|项|户|%)$", "", printed).strip("的")
    if leading := re.match(
        r"((?:去年|上年|上一年)(?:同期|年?底|年?末)|(?:今年|本年)?年初)(?=[\u4e00-\u9fff]{2,}$)", printed
    ):
        printed = leading.group(1)  # 比去年底万人发明专利拥有量: what is compared is said once more
    if leading := re.match(r"((?:19|20)\d\d年(?:\d{1,2}月)?[末底])(?=[\u4e00-\u9fff]{3,}$)", printed):
        printed = leading.group(1)
    if re.fullmatch(r"(?:去年|上年|上一年|前一年|上年度|去年度)(?:全年)?", printed):
        return "上年"
    if re.fullmatch(r"(?:去年|上年度?|去年度|上一年|前一年)?(?:同期|同月|同季|可比口径|同口径)(?:水平)?", printed):
        return "同比"
    if re.fullmatch(r"(?:去年|上年|上一年)(?:年)?(?:底|末|12月末|12月底)", printed):
        return "上年末"
    if re.fullmatch(r"(?:今年|本年)?年初", printed):
        return "年初"
    return printed


def change_name(reference: str | None, figure: Figure) -> str:
    """Name of a change behind its base: a rate for %, a difference for everything else."""
    rate = figure.unit in ("%", "‰", "倍", "成")
    if rate:
        if reference in (None, "上年", "同比"):
            return "同比增长"
        return f"{reference}增长" if reference in ("环比", "年均") else f"较{reference}增长"
    if reference is None:
        return "增减"
    return f"{reference}增减" if reference in ("同比", "环比", "年均") else f"较{reference}增减"
