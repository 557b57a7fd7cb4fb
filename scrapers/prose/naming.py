"""The full label of a level: what its own words leave open, filled in from the text around it, or why it stays open."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from scrapers.prose.clauses import Lead, SentenceText
from scrapers.prose.context import Context, Stated
from scrapers.prose.figures import Figure
from scrapers.prose.labels import (
    Label,
    clean_label,
    distribute,
    is_bare_kind,
    is_bare_measure,
    is_dependent,
    is_holder,
    joined,
    stands_alone,
)

_DONE = re.compile(r"^(?:办结|结案|审结|获证|通过|获批|合格|破案|授权|转移|办理完结)$")
_NEWLY = re.compile(r"^(?:为|被|均)?(?:新获|新增|新入选|获批|入选|获评|获认定|认定|新认定|通过认定|新确定|新晋)")
GOES_ON = re.compile(
    r"$|左右|以[上下内]|余|多|拥有|实现|占|位?居|列|排|同比|环比|比|较|增|下降|减|提高|提升|上升|扩大|降|升|"
    r"的\d[\d.,]*[%‰]|和|与|及|以及|,|均|分别|其中|高于|低于|超|并|且|也|、"
)
"""How a text goes on behind a figure that it has stated; anything else is a noun that the figure only numbers."""
_NOUN = re.compile(r"[\u4e00-\u9fffA-Za-z“”]{2,25}?(?=$|和|及|与|以及)")
_NO_NOUN = re.compile(
    r"获|被|通过|进入|入选|列[入为]|实现|在|为|达|是|将|对|得到|完成|开展|参与|纳入|上|成功|落户|签|覆盖|的$|名单|等|"
    r"办结|以[上下内]|左右|中$|来自|拥有|占|统计|之一|分别"
)
_BRACKET = re.compile(r"\([\u4e00-\u9fff、,]{1,6}\)")
_VERB_ONLY = re.compile(
    r"^(?:(?:引进|培育|建设|建立|设立|新建|组建|打造)(?:和|与|、|并|及))*"
    r"(?:新增|新认定|新建|新设|认定|建成|建有|建设|建立|设立|培育|引进|有|共有|现有|拥有|获得|获批|新获|新获批|入选|"
    r"新引进|新培育|布局|打造|新增设|建成使用|获批建设|获批设立|推动建设)$"
)
_PART_OF_TOTAL = re.compile(
    r"(?:新增|净增|新认定|新批准(?:建立)?|新获批|新获|新建|组建|新引进|引进|新设|新培育|新登记)(?P<whole>.{2,})"
)
_NEW_VERB = re.compile(r"新增|净增|新认定|新获批|新获|新建|新引进")
_OWNED = re.compile(r"^(?:其)?拥有的")
_IN_A_LIST = re.compile(r"(?:依次|分别)(?:为|是)?:|(?:^|[,;:。])在[^,;:。]{2,20}中,")
_HAVE = re.compile(r"(?:其|共|共计|合计|累计)?拥有")
_OWNERS = re.compile(r"(?:企业|高校|院校|院所|机构|单位|公司)(?:数|数量|总数)?$")
_RIGHTS = re.compile(r"有效|高价值|发明|实用新型|外观设计|专利|商标|注册|版权|著作权|软著")
_KIND = re.compile(r"(?<!职务)(?P<kind>发明|实用新型|外观设计)(?!创造)(?P<patent>专利)?")
_INDEX = re.compile(r"(?:为|达|达到|是)$|(?:得分|指数|性别比|系数|分数|评分|比|值)$")
_LISTED_BY = re.compile(
    r"(?P<label>[^,;:。]{3,30}?)(?:数量)?(?:排名|位居|居|位列|列|排在?)?(?:全国|全省|全市)?前[^,;:]{0,6}?[位名]?的?"
    r"[^,;:]{0,16}?(?:依次|分别)?(?:是|为|有)"
)


@dataclass(frozen=True, slots=True)
class Named:
    """A label that can stand alone."""

    text: str
    cumulative: bool = False
    is_total: bool = False
    is_new: bool = False
    """The words behind the figure say that these came about in the period (…家新获确定)."""
    noun_end: int = 0
    """Where a noun ends that was read from behind the figure (新增6家企业); 0 where there was none."""


class UnnamedError(Exception):
    """It is not said what a figure measures; the message says what is missing."""


def name_of(subject: str, figure: Figure, lead: Lead, sentence: SentenceText, context: Context) -> Named:
    """Label of the level whose words are `subject`. Raises UnnamedError."""
    after = sentence.after(figure.end)
    label, noun_end = _label(subject, figure, lead, sentence, context, after)
    whole = context.whole(lead.is_part, lead.is_joined)
    text = _full(_with_verb(label.text, lead, whole), figure, lead, whole, context) + (
        after if _DONE.match(after) else ""
    )
    cumulative = label.cumulative or "累计" in text or bool(whole and whole.cumulative)
    return Named(text, cumulative, label.is_total, bool(_NEWLY.match(after)), noun_end)


def total_of_part(label: str) -> str | None:
    """The whole that a label counts the new part of (新增X gives X), or None."""
    part = _PART_OF_TOTAL.match(label)
    return part["whole"] if part else None


def _label(
    subject: str, figure: Figure, lead: Lead, sentence: SentenceText, context: Context, after: str
) -> tuple[Label, int]:
    label, last = clean_label(subject), context.last()
    stops = GOES_ON.match(after) or _DONE.match(after)
    noun = _NOUN.match(after)
    if noun and not stops and not _NO_NOUN.search(noun.group()):
        end = figure.end + noun.end()
        bracket = _BRACKET.match(sentence.text, end, sentence.end)
        end = bracket.end() if bracket else end
        return _with_noun(label, sentence.text[figure.end : end], lead, context), end
    if not stops and not _NEWLY.match(after):
        raise UnnamedError("it numbers things that the text speaks of")
    if _OWNED.match(sentence.text[lead.begin : figure.start]) and last is not None:
        return replace(label, text=joined(last.about, label.text)), 0
    if last is not None and label.is_sound and _is_of_owners(last, label, figure, lead, sentence):
        return replace(label, text=joined(last.about, label.text)), 0
    if label.is_generic or (is_bare_measure(label.text) and not is_bare_kind(label.text) and not lead.is_part):
        label = _inherited(label, figure, lead, sentence, context) or label
    if not label.has_status and _IN_A_LIST.search(sentence.text[sentence.start : lead.begin]):
        raise UnnamedError("one of a list; what is counted is said before it")
    if figure.is_share and re.search(r"[省市县区州镇]$", label.text):
        raise UnnamedError("a region, and not what is measured there")
    if figure.unit and "分点" in figure.unit:
        raise UnnamedError("points of what: not said")
    if figure.unit is None and not _INDEX.search(subject):
        raise UnnamedError("no unit")
    part = lead.is_part or is_bare_kind(label.text)
    if label.is_generic or (is_bare_measure(label.text) and not part) or not label.is_sound:
        raise UnnamedError("what it measures is not said")
    return label, 0


def _is_of_owners(last: Stated, label: Label, figure: Figure, lead: Lead, sentence: SentenceText) -> bool:
    """有…的企业达3家,拥有有效专利9件: what these companies have, and not the region."""
    own = _HAVE.match(sentence.text[lead.begin : figure.start])
    own = own if last.start >= sentence.start else None
    return bool(own and last.is_level and _OWNERS.search(last.about) and _RIGHTS.match(label.text))


def _with_noun(label: Label, noun: str, lead: Lead, context: Context) -> Label:
    """新增6家企业: verb and noun; the second of 建设57家A和30家B has the verb of the first."""
    verb, last = label.text, context.last()
    if not verb and lead.after_noun and last is not None:
        verb = next((v for v in ("新增", "建设", "建成", "设立") if last.about.startswith(v)), "")
    elif not (_VERB_ONLY.match(verb) or lead.is_enumerated):
        raise UnnamedError("it numbers things that the text speaks of")
    return replace(label, text=("" if verb in ("有", "共有", "现有", "拥有") else verb) + noun)


def _with_verb(text: str, lead: Lead, whole: Stated | None) -> str:
    """新增A 2家、B 14家: B is new, too."""
    verb = _NEW_VERB.match(whole.about) if lead.is_joined and whole is not None else None
    return verb.group() + text if verb and not re.match(r"新|累计|总", text) else text


def _inherited(label: Label, figure: Figure, lead: Lead, sentence: SentenceText, context: Context) -> Label | None:
    """A label from the text before: the whole of a part, the title of a list, 申请量 → 注册量, the same a year on."""
    last = context.last()
    if label.is_total and last is not None and last.joined and last.group == context.group:
        raise UnnamedError("the total of one or of all before it: not said")
    if label.is_total and last is not None and (whole := total_of_part(last.about)):
        return Label(whole, cumulative=True, total=True)
    if lead.in_bracket and not label.text:
        return _list_label(lead, sentence)
    if last is not None and last.is_level and last.start >= sentence.start and last.group != context.group:
        full = distribute([last.about, label.text])[1]
        if full.startswith("专利授权"):  # 专利申请量1件;授权量2件: nothing but a patent is granted
            return replace(label, text=full)
    if last is not None and last.is_level and last.group == context.group:
        full = distribute([last.about, label.text])[1]
        if full != label.text:
            return replace(label, text=full)
        if not label.text and lead.loose is None and _is_moved(last, figure, lead, sentence, context):
            return replace(label, text=last.about, total=label.is_total)
    subject = sentence.subject_of(*lead.loose) if lead.loose else None
    if subject is None:
        return None
    if is_bare_measure(label.text):
        return replace(label, text=f"{subject}{label.text}")
    return Label(joined(subject, label.text) if label.text else subject, label.cumulative)


def _is_moved(last: Stated, figure: Figure, lead: Lead, sentence: SentenceText, context: Context) -> bool:
    """The same measure at another date (2021年人口…) or at the end of a movement (提高到…)."""
    own_date = any(lead.begin <= m.start and m.end <= figure.start for m in sentence.moments)
    from_here = any(m.is_from and last.start <= m.start < last.end for m in sentence.moments)
    if not own_date and from_here and context.stretch is None:
        raise UnnamedError("the date at the end of the movement is not said")
    same_unit = (last.figure.unit or "").lstrip("万亿") == (figure.unit or "").lstrip("万亿")
    return same_unit and (own_date or bool(re.search(r"到|至", sentence.text[lead.begin : figure.start])))


def _list_label(lead: Lead, sentence: SentenceText) -> Label | None:
    """X排名前十位的省依次为:甲(9.5件)、乙(4.5件): every figure in brackets is an X."""
    named = _LISTED_BY.search(sentence.text, sentence.start, lead.begin)
    if named is None:
        return None
    _, at = sentence.place_from(named.start(), named.end("label"))
    label = clean_label(sentence.without_dates(at, named.end("label")))
    return None if re.match(r"排|位|居|在|其|与", label.text) else label


def _full(text: str, figure: Figure, lead: Lead, whole: Stated | None, context: Context) -> str:
    """The label named so that it can stand alone. Raises UnnamedError."""
    if whole is None and lead.is_part and context.undated == len(context.stated):
        raise UnnamedError("a part of a figure that has no date")
    if (figure.unit or "").endswith("件") and re.fullmatch(r".{1,8}(?<!企)业", text):
        raise UnnamedError("an industry, and not what is counted of it")
    if is_holder(text) and not lead.is_part and not (whole is not None and whole.is_part):
        raise UnnamedError("whose they are, and not what")
    if whole is not None and lead.is_part and (is_holder(text) or not stands_alone(text, whole.about)):
        return joined(whole.about, text)
    if whole is None and lead.is_part and not stands_alone(text, "有效专利"):
        raise UnnamedError("a part of a figure that is not read")
    if is_bare_kind(text):
        total = whole if whole is not None and not whole.is_part else _total_of_kind(context)
        if total is None:
            raise UnnamedError("a kind of patent without what happened to it")
        if not lead.is_part and (other := _of_other_kind(total.about, text)):
            return other
        return joined(total.about, text)
    if lead.is_joined and whole is not None and whole.is_part and not stands_alone(text, whole.about):
        top = context.whole(True, False)
        return joined(top.about, text) if top else text
    if is_dependent(text):
        last = context.last()
        if last is None:
            raise UnnamedError("nothing before it that it could speak of")
        return joined(last.about.partition(" / ")[0], text)
    return text


def _of_other_kind(about: str, kind: str) -> str | None:
    """授权发明专利1件,实用新型专利2件: 授权实用新型专利, no part of the inventions. None where `about` has no kind."""
    named = _KIND.search(about)
    if named is None or kind.startswith(named["kind"]):
        return None
    return about[: named.start()] + kind.removesuffix("专利") + (named["patent"] or "") + about[named.end() :]


def _total_of_kind(context: Context) -> Stated | None:
    for stated in reversed(context.levels()):
        if stated.group != context.group:
            return None
        if "专利" in stated.about and not is_bare_kind(stated.about.rpartition(" / ")[2]):
            return stated
    return None
