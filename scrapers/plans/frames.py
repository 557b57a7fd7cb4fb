"""What one number says, read from its left (`A达到5件`), its right (`培育5家A`) or both.

Story: `promises_of` tries the readings in turn: a frequency, a share of a population, the object of a verb, a number in
the middle of its words, and last the predicate of a subject, which may stand in an earlier clause.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from scrapers.plans import subjects
from scrapers.plans.coding import new_draft
from scrapers.plans.drafts import Context, Direction, Draft, TargetType
from scrapers.plans.horizons import Tense, Time
from scrapers.plans.objective_kinds import DOWN
from scrapers.plans.promise_rules import EVERY_N, RIGHT_FILLER, is_promise
from scrapers.plans.quantities import Quantity
from scrapers.plans.segments import CONNECTIVE, Part, run_length
from scrapers.plans.words import EVERY_YEAR, MEASURE

_TIMES_UNITS = ("次", "场", "期", "届", "轮", "场次", "批", "批次", "遍", "回")
_NOUN_FOR_SHARE = re.compile(r"^(?:以上|及以上)?(?:的)?[一-鿿(]{2}")
_PREPOSITION = re.compile(
    r"(?:为|向|给|面向|帮助|服务|支持|助力|带动|推动|引导|促进|鼓励|组织|指导|使|让|将|把|确保|力争|至少|不少于|超过|遴选|选择)$"
)
_ADDED_UP = re.compile(r"累计(?:实现|完成|达成)")
"""`累计实现A10亿元`: the words stand before the name."""
_STANDS = re.compile(r"有效|拥有量|保有量|总量|总数|登记量|注册量")
_SHARE_WHO_DO = re.compile(
    r"(?:拥有|有|开展|建立|设立|通过|实施|参与|配备|完成|使用|达到)[^,]{2,24}的(?:[一-鿿]{0,6}(?:企业|单位|高校|院校|机构|园区|学校)|(?:[县市区]){1,3})(?:比例|占比|比重|数)?$"
)
"""`拥有研发机构的企业比例`: the share of those who do a thing."""
_WHOLE_REGION = re.compile(r"^(?:带动|推动|使|实现|引导)?(?:全[市省县区镇乡州]|我[市省县区]|本[市省县区])$")
_REACHES = frozenset({"完成", "实现", "达成", "通过"})
_OF_GROWTH = frozenset({"%", "倍", "个百分点", "百分点", None, "‰"})
_HELD = re.compile(r"(?:拥有量|保有量|持有量|有效量|存量|总量|总数)$")
_SOURCE_OF = re.compile(r"^(?:从|在|由|依托|围绕|对|基于|针对|通过|以|按|利用|发挥)")


def promises_of(
    parts: Sequence[Part], index: int, time: Time | None, context: Context, before: Sequence[Draft], frame: str,
    masked: str,
) -> tuple[list[Draft], str, list[str] | None]:  # fmt: skip
    """Promises that one quantity states, the verb in force behind it, and subjects still waiting for values (分别)."""
    part = parts[index]
    q, right = part.quantity, part.right
    if filler := RIGHT_FILLER.match(right):
        right = right[filler.end() :] if filler.end() < len(right) else ""
    left = CONNECTIVE.sub("", part.left)
    if not is_promise(part, left, right, time, context):
        return [], frame, None
    if often := frequency(part, left, right, time, context):
        return [often], "", None
    said = subjects.predicate(left)
    verb = subjects.verb_before(left)
    if not said.subject and not said.words and frame and not left and right:
        return [_of_object(part, right, frame, time, context)], frame, None
    if (
        q.unit in ("%",)
        and (
            not said.subject
            or _WHOLE_REGION.search(said.subject)
            or subjects.leading_verb(said.subject) is not None
            or _PREPOSITION.search(left)
        )
        and said.growth is None
        and _NOUN_FOR_SHARE.match(right)
        and not re.match(r"[、,和及]", right)
    ):
        label = subjects.clean_label(re.sub(r"^(?:以上|及以上)?的?", "", right))
        return [new_draft(part, label, TargetType.SHARE, time, context, words=left)], "", None
    adds = said.growth is not None and said.growth["word"] == "增加" and not said.subject and q.unit != "%"
    if right and verb is not None and (said.growth is None or adds) and not re.match(r"[、,]", right):
        made = [_of_object(part, right, verb["verb"], time, context)]
        return made, verb["verb"], None
    if right and not re.match(r"[、,]", right) and said.growth is None:
        if re.search(r"(?:规模|总额)(?:不低于|不少于|超过|达到?|为)*$", left) and right.startswith("的"):
            return [_of_object(part, right, "设立", time, context)], frame, None
        if made := _between(part, left, right, said, time, context, parts, index):
            return made, frame, None
    subject = said.subject
    if not subject:
        subject = _earlier_subject(part, masked, before, said)
        if not subject:
            return [], frame, None
    elif before and re.fullmatch(r"(?:总数|总量|累计|总额|数量|总计|规模|总规模|金额)", subject):
        subject = (before[-1].subject or before[-1].label).removeprefix("新增") + subject
    elif not _is_whole(subject) or re.match(r"以及|和|及", part.left):
        subject = _with_earlier(part, masked, subject)
    if "分别" in said.words + part.left or said.words[-1:] == "各":
        count = run_length(parts, index, masked)
        shared = subjects.share_out(subject, count) if count > 1 else None
        if shared is None and count > 1:
            shared = [subject] * count
        if shared:
            return [of_subject(part, shared[0], left, time, context)], "", shared
    names = subjects.split_subject(subject)
    return [of_subject(part, name, left, time, context) for name in names], "", None


def of_subject(part: Part, subject: str, left: str, time: Time | None, context: Context) -> Draft:
    """`A达到5件`: the words before the number name the thing."""
    q = part.quantity
    said = subjects.predicate(left)
    done = subjects.is_done(subject if subject in left or not said.subject else said.subject, said.words)
    label = subjects.clean_label(subject)
    if said.growth is not None and q.unit in _OF_GROWTH:
        kind, label = _of_growth(part, said.growth, label, time, context)
    elif q.unit in ("倍", "%", "‰"):
        kind, label = _of_ratio(q, subject, label, done)
    elif said.growth is not None:
        kind = TargetType.FLOOR if said.growth["yearly"] else TargetType.CUMULATIVE
    elif _yearly(part):
        kind, label = TargetType.FLOOR, re.sub(r"(?:每|年)年?$", "", subjects.without_verb(label))
    else:
        kind, label = _of_amount(label, said.words, done)
        if _ADDED_UP.search(left) and not _STANDS.search(label):
            kind = TargetType.CUMULATIVE
    draft = new_draft(part, label, kind, time, context, words=left)
    draft.by_doing = done
    draft.subject = subject
    return draft


def _of_growth(
    part: Part, growth: re.Match[str], label: str, time: Time | None, context: Context
) -> tuple[TargetType, str]:
    """A rate of growth (or fall): by the year where the words or the plan say so, else over the whole time."""
    this_year = context.calendar.is_annual or (time is not None and not time.is_explicit)
    yearly = bool(growth["yearly"]) or this_year or bool(EVERY_YEAR.search(part.clause))
    bare = subjects.without_verb(label)
    word = growth["word"] if DOWN.search(growth["word"]) else "增长"
    rate = f"年均{word}" if growth["yearly"] not in (None, "同比") else growth["word"]
    kind = TargetType.GROWTH if yearly and part.quantity.unit == "%" else TargetType.RATIO
    return kind, (bare if subjects.is_measure(bare) else label) + rate


def _of_ratio(q: Quantity, subject: str, label: str, done: bool) -> tuple[TargetType, str]:
    if q.unit == "倍":
        return TargetType.RATIO, label
    kind = TargetType.SHARE if _SHARE_WHO_DO.search(subject) else TargetType.RATIO
    return kind, subjects.without_verb(label) if done or subjects.leading_verb(label) else label


def _of_amount(label: str, words: str, done: bool) -> tuple[TargetType, str]:
    """A count or an amount: what stands at a date, or what is made over the time (TARGET_RULES 5)."""
    if label.startswith("年产"):
        return TargetType.LEVEL, label
    if done and _HELD.search(label) and subjects.leading_verb(label) in _REACHES:
        return TargetType.LEVEL, subjects.without_verb(label)
    if done:
        return TargetType.CUMULATIVE, subjects.without_verb(label)
    bare_count = not words and (not subjects.is_stock(label) or label.startswith("增加"))
    if bare_count or ("累计" in words and not _STANDS.search(label)):
        return TargetType.CUMULATIVE, label
    pushed = subjects.leading_verb(label) in ("推动", "推进", "实现")
    return TargetType.LEVEL, subjects.without_verb(label) if pushed else label


def _of_object(part: Part, right: str, verb: str, time: Time | None, context: Context) -> Draft:
    """`培育5家以上A`: the words behind the number name the thing."""
    label = subjects.clean_label(re.sub(r"^(?:以上|及以上|左右)", "", right)) + part.head
    measured = re.search(rf"(?:年均|每年)?[^的]{{0,14}}(?:{MEASURE})(?:达到|不低于|超过|突破|达)$", right)
    if measured:
        label = right[: measured.start()] or re.split(r"年度?|主营|销售|营业", right)[0]
    if part.quantity.unit and re.search(r"规模(?:不低于|超过|达到?|为)*$", part.left) and re.match(r"的", right):
        label = subjects.clean_label(right) + "规模"
    if verb in ("新增", "新建", "入驻"):
        label = verb + label
    cumulative = verb not in ("拥有", "有", "保持", "达到")
    kind = TargetType.CUMULATIVE if cumulative else TargetType.LEVEL
    if _yearly(part):
        kind = TargetType.FLOOR
    draft = new_draft(part, label, kind, time, context, words=part.left)
    draft.by_doing = cumulative
    return draft


def _between(
    part: Part, left: str, right: str, said: subjects.Predicate, time: Time | None, context: Context,
    parts: Sequence[Part], index: int,
) -> list[Draft]:  # fmt: skip
    """A number amid its words: `为100家以上企业提供服务`, `5家机构年收入达到1000万元`."""
    q = part.quantity
    if not q.unit or q.unit in ("%", "‰"):
        return []
    follows = parts[index + 1] if index + 1 < len(parts) else None
    head = re.sub(rf"(?:{MEASURE})(?:达到|不低于|超过|突破|达|均|都)*$", "", right)
    if follows is not None and head != right and follows.clause_start == part.clause_start and not follows.left.strip():
        noun = re.split(r"年度?主营|年度?(?=[^,]{0,6}(?:收入|产值|营收))|主营|销售|营业", right)[0] or right
        parent = new_draft(part, subjects.clean_label(noun), TargetType.COMPOUND, time, context, words=left)
        child = new_draft(
            follows, subjects.clean_label(right[len(noun) :]) or noun, TargetType.COMPOUND, time, context, words=right
        )
        child.parent, child.label = (
            parent,
            subjects.clean_label(re.sub(r"(?:达到|不低于|超过|突破|达)$", "", child.label)),
        )
        follows.left = follows.right = ""
        follows.quantity = Quantity(
            q.value, None, None, None, False, False, "", follows.quantity.start, follows.quantity.end
        )
        return [parent, child]
    if _PREPOSITION.search(left) or not said.subject:
        if _SOURCE_OF.match(left) and not re.search(r"至少|不少于", left):
            return []
        draft = _of_object(part, right, "新", time, context)
        draft.by_doing = not re.search(r"达到?$|突破$|超过$", said.words)
        if not draft.by_doing and draft.target_type is TargetType.CUMULATIVE:
            draft.target_type = TargetType.LEVEL
        return [draft]
    return []


def frequency(part: Part, left: str, right: str, time: Time | None, context: Context) -> Draft | None:
    """`每年评选一次`: so often a year; once in several years is a milestone (TARGET_RULES 5)."""
    q = part.quantity
    if q.unit not in _TIMES_UNITS or q.high is not None:
        return None
    clause_left = part.clause[: max(part.clause.find(q.text), 0)]
    several, yearly = EVERY_N.search(clause_left), re.search(r"每年|一年", clause_left)
    if not several and not yearly:
        return None
    if q.after or re.search(r"至少|不少于|不低于|以上", clause_left):
        direction = Direction.AT_LEAST
    else:
        direction = Direction.EXACTLY
    if not several and direction is Direction.AT_LEAST and q.unit in ("场", "期", "场次") and q.value > 3:
        return None
    words = re.sub(r"每[一二两三四五六七八九十\d]?年度?|至少|不少于", "", clause_left)
    label = subjects.clean_label(words + re.sub(r"^(?:的)", "", right))
    if len(label) < 5:
        named = re.findall(r"“([^“”]{3,30})”|《([^《》]{3,30})》", context.before)
        label = (named[-1][0] or named[-1][1]) + label if named else label
    draft = new_draft(part, label, TargetType.MILESTONE if several else TargetType.FLOOR, time, context, words=left)
    draft.direction, draft.comparator = direction, None if direction is Direction.EXACTLY else draft.comparator
    if time is None or time.tense is not Tense.FUTURE or several:
        draft.year, draft.year_inferred = (context.calendar.last, True) if context.calendar.is_stated else (None, False)
    return draft


def _yearly(part: Part) -> bool:
    place = part.clause.find(part.quantity.text)
    every = EVERY_YEAR.search(part.clause[: place if place >= 0 else len(part.clause)])
    return every is not None and every.group() != "逐年"


def _is_whole(subject: str) -> bool:
    return len(subject) > 4 or subjects.is_measure(subject)


def _earlier_subject(part: Part, masked: str, before: Sequence[Draft], said: subjects.Predicate) -> str:
    """The subject of a number whose own clause has none: `2017年达到4.5件,2020年达到7.5件`."""
    if not (said.words or part.left.strip()):
        return ""
    clauses = [c for c in re.split(r"[, ]", masked[: part.clause_start]) if c.strip()]
    previous = re.sub(r"在(?:19|20)\d\d年的?基础上.*$", "", clauses[-1]) if clauses else ""
    if previous and not re.search(r"\d", previous) and len(previous) > 3:
        noun = subjects.predicate(previous).subject
        noun = re.sub(
            r"(?:显著|明显|稳步|持续|不断|大幅|逐步|稳定|进一步)?(?:提高|提升|增长|增强|扩大|增加|上升|完善|优化|发展)$",
            "",
            noun,
        )
        noun = re.sub(r"(?:显著|明显|稳步|持续|不断|大幅|逐步|稳定|进一步)$", "", noun)
        if len(noun) >= 3 and not re.fullmatch(r"[到至]?.{0,6}", noun):
            return noun
    return (before[-1].subject or before[-1].label) if before else ""


def _with_earlier(part: Part, masked: str, subject: str) -> str:
    """`A额,B额,以及C次数年均增幅…`: coordinated subjects over several clauses."""
    clauses = masked[: part.clause_start].rstrip(", ").split(",")
    joined = subject
    if not re.match(r"以及|和|及", part.left):
        return subject
    for clause in reversed(clauses):
        name = subjects.predicate(clause).subject
        if not name or re.search(r"\d", clause) or not subjects.is_measure(name):
            break
        joined = f"{name},{joined}"
    return joined
