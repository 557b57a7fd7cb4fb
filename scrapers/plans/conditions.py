"""What a promise's words demand beyond value and direction: a cap, that nothing is lost, being above the region above.

`控制在5—8家` punishes the ninth; `保持稳定` is met without any change, `稳步增长` is not; `高于全省平均水平` is held
against the region above. An average of any other region is no condition: which region it is held against would be a
guess.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from scrapers.plans.drafts import Condition

_ADVERBS = (
    r"(?:明显|显著|始终|继续|持续|总体|整体|长期|大体|基本|相对|保持|维持|力争|努力|"
    r"确保|普遍|全面|大幅|略|稍|均|都|要|应|将|合理)"
)
_GROWTH = r"(?:年均|年平均|年度|同比)?(?:增速|增长率|增幅|增长速度|增长幅度|增长|递增)"
_MORE = (
    r"(?:高于|快于|优于|好于|大于|多于|高过|超过|超出|高出|领先于?|不低于|不少于|不慢于|达到|"
    r"(?:处|保持)?在(?=[^,]*以上$))"
)
_WIDER = {"全国": 0, "国家": 0, "全省": 1, "全自治区": 1, "全市": 2, "全州": 2, "全盟": 2}
"""Words for a region, and how wide it is: 0 country, 1 province, 2 prefecture."""
_OWN_WORD = "全区"
"""The autonomous region in the plan of one of its cities, the district itself in its own."""
_REGION = rf"(?P<region>{'|'.join(_WIDER)}|{_OWN_WORD})"
_ABOVE_GROWTH = re.compile(
    rf"^(?P<subject>.*?)(?P<growth>{_GROWTH}){_ADVERBS}*{_MORE}{_REGION}"
    r"(?:的?(?:总体|平均)*(?:水平|值|数|增速|增幅|增长率|增长速度|增长水平)?)(?:以上)?$"
)
_ABOVE_AVERAGE = re.compile(
    rf"^(?P<subject>.*?){_ADVERBS}*{_MORE}{_REGION}的?(?:总体)?平均"
    r"(?:(?P<growth>增速|增幅|增长率|增长速度)|水平|值|数|线)?(?:以上)?(?:的?水平)?$"
)
_LEVEL = r"(?:现有|当前|目前|原有|既有|同等|上年|上一年)(?:的)?(?:水平|规模|数量|总量)"
_STEADY = rf"(?:(?<!和谐)(?<!安全)稳定|平稳|不变|持平|{_LEVEL})(?:态势|状态|水平|运行)?"
_KEPT = (
    re.compile(rf"^(?P<name>)(?:{_ADVERBS}|在)*{_STEADY}$"),
    re.compile(rf"^{_ADVERBS}*(?:保持|维持)(?P<name>.+?)的?{_ADVERBS}*(?:{_STEADY})?$"),
    re.compile(rf"^(?P<name>.*?)的?{_ADVERBS}*(?:保持|维持)在?{_ADVERBS}*{_STEADY}$"),
    re.compile(rf"^(?P<name>.*?)的?{_ADVERBS}+{_STEADY}$"),
    re.compile(rf"^(?P<name>.*(?:量|数|额|率|值|规模|周期|比重|占比))?(?:与上年|同上年)?{_STEADY}$"),
)
_MOVES = re.compile(
    r"(?:增长|增速|上升|提升|提高|增加|扩大|壮大|下降|减少|降低|改善|优化|向好|发展|领先|前列|前茅|先进|升级|攀升|高速|快速|较快)"
    r"(?:的?(?:良好|强劲)?(?:态势|势头|趋势|水平|速度|地位|行列|步伐))?$|增势$|良好势头$|(?:在|于)[^,]*(?:区间|范围|之间)内?$|\d"
)
"""Words at the end that speak of a change, or of a place or a range to be kept in."""
_CAP = re.compile(r"控制(?:在|到|为|于)|限制在|压控在")


@dataclass(frozen=True, slots=True)
class Above:
    """A comparison with another region's average."""

    subject: str
    """What is compared; empty where the words go on with what was said before."""
    growth: str
    """The word of growth, where growth is compared."""
    region: str
    """The other region, as printed."""

    def condition(self, level: int) -> Condition | None:
        """Above the parent where the other region is the one directly above that of a plan of this level (0 to 3)."""
        wide = _WIDER.get(self.region, 1 if level == 2 else None)
        return Condition.ABOVE_PARENT if wide is not None and wide == level - 1 else None

    def doubt(self, level: int) -> str | None:
        """Why there is no condition, where there is none."""
        if self.condition(level) is not None:
            return None
        return f"compared with {self.region}, which is not the region directly above"


def above(words: str) -> Above | None:
    """The comparison with a region's average (or growth with that of the region) that ends the words, if one does."""
    found = _ABOVE_GROWTH.search(words) or _ABOVE_AVERAGE.search(words)
    return Above(found["subject"], found["growth"] or "", found["region"]) if found else None


def kept(words: str) -> str | None:
    """What shall not be lost, by name (empty where the words name nothing); None where a change is demanded."""
    if _MOVES.search(words):
        return None
    return next((found["name"] or "" for each in _KEPT if (found := each.search(words))), None)


def is_conditioned(words: str) -> bool:
    """True for words that compare with another region or ask that nothing changes."""
    return above(words) is not None or kept(words) is not None


def cap_word(words: str) -> str | None:
    """The word by which a range is a cap, as printed."""
    found = _CAP.search(words)
    return found.group() if found else None
