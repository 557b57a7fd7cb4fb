"""The words around a number: what is promised, with what predicate, made by which verb, of how many indicators."""

from __future__ import annotations

import re
from dataclasses import dataclass

from scrapers.plans.words import DOING, GROWTH, MEASURE, MODAL

_TAIL_WORDS = (
    "累计|总计|合计|共计|共|分别|均|稳定|保持|继续|始终|力争|争取|实现|稳步|逐步|突破|翻一番|翻两番|翻番|并|也|都|要|应|将|达到|达|达成|提升|提高|提升到|增加|增长|扩大|上升|下降|"
    "降低|降|减少|压缩|压减|缩短|控制|维持|不低于|不少于|不小于|不超过|不高于|不多于|至少|最少|超过|超|低于|高于|少于|大于|小于|大约|约|逾|接近|近|平均|增至|升至|降至|减至|到|至|在|为|是|以|"
    "上升到|努力|确保|严格|≥|≤|>|<|≧|≦|:|突破性|进一步|各达|各|有望|不断|大幅|左右|发展到|壮大到|扩展到|拓展到|扩大到|发展至"
)
_PROTECTED = r"(?<!拥)(?<!所)(?<!持)"
_TAIL = re.compile(rf"(?:(?:{_TAIL_WORDS})|(?:{_PROTECTED}有))+$")
_LEAD_ALWAYS = re.compile(
    r"^(?:[、,:\s和及与或]|[一二三四五六七八九十]是|以及|并且|同时|此外|另外|力争|争取|努力|确保|保证|计划|拟(?!上市)|预计|预期|将(?!来)|要(?!素)|力求|奋力|其中|全市|全省|全县|全区|全州|全盟|我市|我省|我区|我县|本市|"
    r"本省|本区|市级(?=[^,]{0,2}(?:建|培))|主要是|即|使(?!用)|实现(?=[^,]{3,})|分别|每年|年均|每年度|平均每年|且|还|再|也|各(?![级类县市区地部行])|基本(?!药物|医疗|公共|养老|农田)|不断|累计(?=[一-鿿]{0,4}(?:实现|完成|培训|服务|新增|培育|覆盖|开展|办理|发放))|约)+"
)
_BEFORE_VERB = re.compile(rf"^(?:(?:{MODAL}|至少|最少|新|共|再)*)(?=(?:{DOING}))")
_VERB_END = re.compile(
    rf"(?P<verb>(?:{DOING}))(?:了|出|起|好|至少|最少|不少于|不低于|超过|达到|约|近|共|各|累计|总计|力争)*$"
)
_VERB_START = re.compile(
    rf"^(?:累计|新|共|集中|联合|重点|大力|积极|加快|全面|深入|稳步|有序|持续|继续|组织)*(?P<verb>(?:{DOING}))"
)
_MID_TOTAL = re.compile(rf"(?:累计|新增|合计|总计|共)(?:{DOING})")
_CAUSAL = re.compile(
    r"^(?:推动|推进|促进|促使|实现|确保|支持|引导|带动|使得|使|让|提升|提高|加强|完善|加快|保证|努力|鼓励|保持|力争|争取|扩大|增加|达到|突破|形成)"
)
_IS_MEASURE = re.compile(rf"(?:{MEASURE})(?:\([^()]*\))?$")
_IS_STOCK = re.compile(
    r"(?:总量|总数|拥有量|保有量|持有量|存量|有效量|有效[^,]{0,10}量|登记量|注册量|数量|余额|总规模|在册|量|数|额|规模|收入|值)$"
)
_STRONG = re.compile(
    r"^(?:累计|新|共)*(?:新增|新建|培育|培养|引进|引育|组建|组织|开展|完成|建成|建设|建立|创建|打造|设立|举办|培训|服务|集聚|聚集|吸引|形成|布局|实施|支持|扶持|遴选|选派|认定|新设)"
)
_RATIO_OF_TWO = re.compile(r"(?:之比|的比值|比例关系)$")
_COUNT_WORDS = ("和", "及", "以及", "与", "并")
_SPLIT_STRONG = re.compile(r"以及|,|和(?!谐)|(?<![惠普涉波])及|与")
_GENERIC_TAIL = re.compile(
    r"(?:总量|总数|数量|总额|拥有量|申请量|授权量|登记量|注册量|件数|家数|量|数|额|率|比例|占比|分别|均)$"
)
_LONG_MODIFIER = re.compile(r"^.{4,}的(?=[^的]{3,24}$)")
_PLACE = re.compile(
    r"^(?:在|于|从|围绕|依托|通过|聚焦|面向|对|为|向|按照|根据|以|结合)[^,]{2,40}?(?=(?:" + DOING + r"))"
)
_MANNER = re.compile(r"^.{2,40}等(?:多种)?(?:途径|方式|形式|渠道|手段|方法)")
_ADJECTIVE = re.compile(
    r"^(?:高质量的|高水平的|高标准的|较大的|有一定[^的]{1,12}的|具有[^的]{1,30}的|有[^的]{1,12}的|符合条件的|规模较大、[^的]{1,40}的)"
)


@dataclass(frozen=True, slots=True)
class Predicate:
    """What stands before a number: subject and the words that compare."""

    subject: str
    begin: int
    """Where the subject begins in the stretch that was given."""
    words: str
    growth: re.Match[str] | None


def predicate(left: str) -> Predicate:
    """Cut `left` into lead words, subject and predicate."""
    lead = _LEAD_ALWAYS.match(left)
    begin = lead.end() if lead else 0
    rest = left[begin:]
    tail = _TAIL.search(rest)
    cut = tail.start() if tail else len(rest)
    subject, words = rest[:cut].rstrip(" ,、:"), rest[cut:]
    growth = _growth(subject, words)
    if growth is not None:
        head = growth.string[: growth.start()]
        if len(head) < len(subject):
            subject = head
        subject = subject.rstrip(" ,、:的")
    return Predicate(subject, begin, words, growth)


def _growth(subject: str, words: str) -> re.Match[str] | None:
    """The words of growth at the end of what stands before a number."""
    whole = subject + words
    found = None
    for match in GROWTH.finditer(whole):
        found = match
    if found is None:
        return None
    behind = whole[found.end() :]
    if behind and not _TAIL.fullmatch(behind) and not re.fullmatch(rf"(?:目标)?(?:{_TAIL_WORDS})+", behind):
        return None
    if not found["yearly"] and not found["rate"] and re.match(r"到|至", behind):
        return None
    if found["word"] in ("提高", "提升", "增加", "降低", "减少", "压缩", "压减", "缩短", "上升", "下降") and re.match(
        r"到|至|率", behind
    ):
        return None
    return found


def verb_before(left: str) -> re.Match[str] | None:
    """The verb of doing right before a number: `培育5家…`, `在…中选择50家…`."""
    return _VERB_END.search(left)


def leading_verb(subject: str) -> str | None:
    """The verb of doing that a subject begins with (`培育知识产权强企` before `3家`), None for a mere noun."""
    lead = _BEFORE_VERB.match(subject)
    rest = subject[lead.end() :] if lead else subject
    found = _VERB_START.match(rest) or None
    if found is None and (placed := _PLACE.match(subject)):
        found = _VERB_START.match(subject[placed.end() :])
    return found["verb"] if found else None


def is_done(subject: str, words: str) -> bool:
    """True where a verb of doing makes the thing that the subject names (TARGET_RULES 5)."""
    if _MID_TOTAL.search(subject):
        return True
    verb = leading_verb(subject)
    if verb is None:
        return False
    measured = _IS_MEASURE.search(subject) is not None
    reaches = re.search(r"达|突破|保持|稳定|提高|提升|增至|升至|超过", words) is not None
    if "累计" in subject[:6] or "累计" in words:
        return True
    if _CAUSAL.match(subject) and not _STRONG.match(subject):
        return not measured and not reaches
    if measured and reaches:
        return subject.startswith(("新增", "新建", "累计"))
    return not reaches or _STRONG.match(subject) is not None


def is_stock(label: str) -> bool:
    """True for the name of something that stands at a date."""
    return _IS_STOCK.search(label) is not None


def is_measure(label: str) -> bool:
    """True for a noun that names a measured amount, not a thing."""
    return _IS_MEASURE.search(label) is not None


def split_subject(subject: str) -> list[str]:
    """Coordinated indicators that share a predicate; one where the parts are objects of one amount (TARGET_RULES 1)."""
    if _RATIO_OF_TWO.search(subject):
        return [subject]
    parts = [p.strip("、, ") for p in _SPLIT_STRONG.split(subject)]
    parts = [p for p in parts if p]
    if len(parts) > 1 and all(is_measure(p) or _is_short_measure(p) for p in parts):
        return [q for p in parts for q in split_subject(p)] if len(parts) > 1 else parts
    listed = [p for p in subject.split("、") if p]
    if len(listed) > 1 and all(is_measure(p) for p in listed):
        return _with_heads(listed)
    return [subject]


_RANKS = r"(?:国家|省|市|县|区|部)级(?:以上)?|国家|全国|高校|高等学校|高等院校|科研院所|科研机构|院所|企业|园区"


def _with_tails(parts: list[str]) -> list[str]:
    """`国家级、省级示范企业` as two full names: a mere qualifier takes the words behind the last one."""
    last = re.match(rf"(?:{_RANKS})(?P<tail>.{{2,}})$", parts[-1])
    if last is None:
        return parts
    return [p + last["tail"] if re.fullmatch(_RANKS, p) else p for p in parts]


def _with_heads(parts: list[str]) -> list[str]:
    """`专利申请量、授权量` as two full names: a short follower takes the head of the first."""
    first = parts[0]
    head = re.sub(r"(?:申请|授权|注册|登记|拥有|有效|受理|保有|持有)*(?:总)?(?:量|数量|数|总量|总数)$", "", first)
    if not head or head == first:
        return parts
    return [first, *(p if len(p) > 4 or p.startswith(head[:2]) else head + p for p in parts[1:])]


def _is_short_measure(part: str) -> bool:
    return bool(re.fullmatch(r"[一-鿿]{2,6}(?:次数|量|额|数|率)", part))


def share_out(subject: str, count: int) -> list[str] | None:
    """The subjects of a predicate with 分别: as many as there are values, or None."""
    subject = re.sub(r"(?:分别|各自?)$", "", subject)
    for pattern in (r"、|,|以及|和|及|与", r"、|,|以及|和(?!谐)|与", r"、|,", r"以及|和|及|与"):
        parts = [p.strip() for p in re.split(pattern, subject) if p.strip()]
        if len(parts) == count:
            parts = _with_tails(parts)
            tail = _GENERIC_TAIL.search(parts[-1])
            if tail and len(tail.group()) < len(parts[-1]):
                word = tail.group()
                parts = [p if is_measure(p) or count == 1 else p + word for p in parts]
            return _with_heads(parts) if is_measure(parts[0]) else parts
    return None


def clean_label(words: str) -> str:
    """The name of an indicator out of a subject or an object: lead words, long modifiers and closing words gone."""
    label = _LEAD_ALWAYS.sub("", words).strip(" ,、:;。的")
    if (lead := _BEFORE_VERB.match(label)) and lead.end() < len(label):
        label = label[lead.end() :]
    label = re.sub(r"(?:今后|未来)?[一二三四五六七八九十\d]年内?$", "", label) or label
    label = re.sub(r"(?:的)?(?:目标|任务|以上|左右|工作)$", "", label)
    if len(label) > 14 and (shorter := _LONG_MODIFIER.sub("", label)) != label and len(shorter) >= 4:
        label = shorter
    elif adjective := _ADJECTIVE.match(label):
        label = label[adjective.end() :] or label
    return label.strip(" ,、:;的")[:60]


def without_verb(label: str) -> str:
    """A label without the verb of doing in front (`培育知识产权强企`); 新增 stays, for it is part of the meaning."""
    rest = label
    lead = _BEFORE_VERB.match(rest)
    if lead:
        rest = rest[lead.end() :]
    if manner := _MANNER.match(rest):
        rest = rest[manner.end() :]
    if placed := _PLACE.match(rest):
        rest = rest[placed.end() :]
    found = _VERB_START.match(rest)
    if found and not rest.startswith(("新增", "入驻")) and len(rest) - found.end() >= 3:
        return rest[found.end() :].strip("的、 ")
    return rest
