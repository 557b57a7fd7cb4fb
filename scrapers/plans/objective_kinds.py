"""What kind of promise a clause without a figure makes, and of how many things (TARGET_RULES 1, 4, 5 and 11).

A thing that is there or is not (a system built, a centre opened) is a milestone; an unstated number of things made
(一批, 多个) is a sum without a value; a place among others without a number is a rank; growth beyond that of others is
growth, a level beyond that of others is a level; everything else that changes, or must not, is directional.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from scrapers.plans import subjects
from scrapers.plans.conditions import Above, above, kept
from scrapers.plans.drafts import Condition, Direction, Draft, TargetType
from scrapers.plans.words import DOING, RATE

VAGUE_RANK = re.compile(r"前列|前茅|先进(?:市|省|县|区)?(?:行列|水平)|领先(?:水平|地位)?|中等以上|上游|中上")
DOWN = re.compile(r"减少|下降|降低|遏制|缩短|压缩|消灭|消除|压减")
_BEYOND_OTHERS = re.compile(
    r"(?:增速|增长率|增幅|增长速度)(?:明显|均|都|始终)?(?:高于|快于|超过|不低于|优于)[^,]{0,8}(?:平均|全国|全省|全市|全区|同期)"
)
_VAGUE_COUNT = re.compile(
    rf"(?:{DOING})(?:了|出|起)?(?:一大?批|多个|多家|多项|若干(?:个|家|项)?|一系列|几个|数个|更多)(?P<things>.+)$"
)
_THING = (
    r"体系|格局|机制|平台|中心|网络|框架|城市|[试示][点范](?:城市|省|市|县|区|园区)|强[省市县区国]|基地|小镇|园区|聚集区|集聚区|示范区|试验区|先行区|"
    r"高地|枢纽|法庭|法院|窗口|专项资金|基金|联盟|数据库|制度"
)
_STANDS = re.compile(
    rf"(?:{_THING})(?:已|基本|全面|初步|率先|如期|顺利)*(?:形成|建成|建立|成立|落成|构建|确立)(?:起来)?$|(?:任务|目标)(?:基本|全面|如期|圆满|顺利)*(?:完成|实现|达成)$"
)
_BUILT = re.compile(
    rf"^(?:着力|加快|基本|初步|全面|努力|力争|率先|继续|积极|大力|高标准|高质量|加强|在[^,]{{2,40}}?(?:分别)?|分别)*"
    rf"(?:建成|构建|建立|创建|创成|建设|打造|培育|设立|成立|形成|争创|获批|推进|完成)(?:起|好|成)?.*(?:{_THING})(?:建设|创建)?$"
)
_EVENT = re.compile(
    r"揭牌|挂牌|(?:正式)?成立$|投入(?:正式)?(?:运行|运营|使用)|启用|通过验收|投用|竣工|列入[^,]{2,16}预算"
)
_ADVERB = re.compile(
    r"(?:显著|显着|明显|不断|持续|更加|进一步|稳步|逐步|大幅|全面|基本|充分|得到|有效|日益|加速|普遍|切实|较大|较快|扎实|初步|深度|更为|更|较|均能|再|深化|保持|稳定)*"
    r"(?:增强|提升|提高|增长|增加|扩大|改善|优化|完善|健全|强化|加大|上升|凸显|显现|涌现|下降|降低|减少|遏制|形成|建成|顺畅|有力|高效|合理|充分发挥|拓展|发展|推进|科学、合理|稳中[有向][升增进好])?$"
)
_QUALITY = (
    r"能力|水平|体系|环境|意识|效能|质量|效益|氛围|机制|制度|强省|强市|强县|强区|强企|素质|影响力|竞争力|满意度|覆盖面"
)
_IS_QUALITY = re.compile(rf"(?:{_QUALITY})$")
_RANKED = re.compile(r"(?:处于|位居|位列|居|保持|进入|达到|努力|力争|排名|跻身)[^,]*$")
_WILL = re.compile(r"^(?:努力|继续|力争|确保|争取|保证|始终|稳定)*(?:保持|使|推动)?")
_ACTS = r"申请|授权|注册|登记|受理"
_SHORTEST_NAME = 3


@dataclass(frozen=True, slots=True)
class Kind:
    """How a clause without a figure is coded."""

    target_type: TargetType
    direction: Direction
    names: tuple[str, ...]
    """What it is about, a name a promise; an empty name where the clause goes on with what was said before."""
    condition: Condition | None = None
    growth: str = ""
    """The word of growth that belongs to every name."""
    note: str | None = None


def kind_of(clause: str, level: int) -> Kind:
    """Type, direction and names of a clause, whose quoted names are blotted out.

    `level` is that of the plan's region: 0 country, 1 province, 2 prefecture, 3 county.
    """
    if compared := above(clause):
        return _compared(compared, level)
    if beyond := _BEYOND_OTHERS.search(clause):
        return Kind(TargetType.GROWTH, Direction.AT_LEAST, (clause[: beyond.start()] or clause,))
    if (rank := VAGUE_RANK.search(clause)) and not (rank.end() < len(clause) and _BUILT.match(clause)):
        return Kind(TargetType.RANK, Direction.AT_MOST, _names(_RANKED.sub("", _WILL.sub("", clause)), clause))
    if several := _VAGUE_COUNT.search(clause):
        return Kind(TargetType.CUMULATIVE, Direction.UNSPECIFIED, _things(several["things"]))
    if is_milestone(clause):
        return Kind(TargetType.MILESTONE, Direction.UNSPECIFIED, _apart(clause))
    change = Direction.DECREASE if DOWN.search(clause) else Direction.INCREASE
    if (name := kept(clause)) is not None:
        return Kind(TargetType.DIRECTIONAL, change, _names(name, clause) if name else ("",), Condition.KEEP)
    return Kind(TargetType.DIRECTIONAL, change, _names(_ADVERB.sub("", clause), clause))


def carried_on(kind: Kind, before: Draft | None, clause: str) -> Kind:
    """A kind without a name of its own (`…达到15件,增速高于全省平均水平`) speaks of the promise before it."""
    if any(kind.names):
        return kind
    if before is None:
        return replace(kind, names=(clause,), growth="")
    if kind.condition is Condition.KEEP:
        return replace(kind, names=(before.label,))
    if kind.growth or before.target_type is not TargetType.GROWTH:
        return replace(kind, target_type=_type_of(before.label, kind.growth), names=(before.label,))
    return replace(kind, target_type=TargetType.GROWTH, names=(before.label,))


def _compared(compared: Above, level: int) -> Kind:
    """Growth or a level that is held against that of another region; a quality that nobody measures stays a change."""
    subject, direction = compared.subject, Direction.AT_LEAST
    kind = _type_of(subject, compared.growth)
    if kind is not TargetType.GROWTH and subject and not subjects.is_measure(subject):
        kind, direction = TargetType.DIRECTIONAL, Direction.INCREASE
    names = _names(subject, subject) if subject else ("",)
    return Kind(kind, direction, names, compared.condition(level), compared.growth, compared.doubt(level))


def _type_of(subject: str, growth: str) -> TargetType:
    if growth:
        return TargetType.GROWTH
    return TargetType.RATIO if RATE.search(subject) else TargetType.LEVEL


def is_milestone(clause: str) -> bool:
    """True for a thing that is done or not: built, opened, completed."""
    return bool(_EVENT.search(clause) or _STANDS.search(clause) or _BUILT.match(clause))


def _names(subject: str, clause: str) -> tuple[str, ...]:
    """Coordinated subjects of one predicate, each a promise of its own (TARGET_RULES 1)."""
    if not subject:
        return (clause,)
    if acts := re.search(
        rf"^(?P<head>.+?)(?P<one>{_ACTS})(?:和|及|与|、)(?P<two>{_ACTS})(?P<tail>数量|量|总量|数)$", subject
    ):
        return tuple(acts["head"] + acts[name] + acts["tail"] for name in ("one", "two"))
    parts = [p for p in re.split(r"、|以及|和|及|与", subject) if p]
    if len(parts) > 1 and all(_IS_QUALITY.search(p) for p in parts):
        return tuple(parts)
    names = subjects.split_subject(subject)
    return tuple(names) if all(len(n) >= _SHORTEST_NAME for n in names) else (subject,)


def _things(words: str) -> tuple[str, ...]:
    """The objects of an unstated number: `具有…的A、B` are two."""
    nouns = words.rsplit("的", 1)[-1] if len(words.rsplit("的", 1)[-1]) >= _SHORTEST_NAME else words
    parts = [p for p in re.split(r"、|以及|和|及|与", nouns) if p]
    return tuple(parts) if all(len(p) >= _SHORTEST_NAME for p in parts) else (nouns,)


def _apart(clause: str) -> tuple[str, ...]:
    """`分别培育A、B聚集区` are two things, whatever else makes a milestone is one."""
    stated = re.search(rf"分别(?:{DOING})(?P<things>[^的]+)$", clause)
    listed = [p for p in re.split(r"、|和|及|与", stated["things"]) if p] if stated else []
    return tuple(listed) if len(listed) > 1 else (clause,)
