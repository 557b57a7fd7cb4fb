"""Of which region a text speaks: names by form and by list, and what 全市, 我省 or 我国 stand for on this page."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import IntEnum
from functools import cache
from importlib.resources import files

COUNTRY = "全国"
"""DESIGN, records: 我国 and 全国 are 全国."""


class Level(IntEnum):
    """How large a region is; the smaller number is the larger region."""

    COUNTRY = 0
    GROUP = 1
    PROVINCE = 2
    PREFECTURE = 3
    COUNTY = 4
    BELOW = 5
    """A street, a town, a development zone: never to be taken for its parent (DESIGN)."""


@dataclass(frozen=True, slots=True)
class Place:
    """A region named at a place of a text; `end` is exclusive."""

    label: str
    level: Level
    end: int
    is_deictic: bool = False
    """全市, 我省 …: the name is not printed here."""


_MUNICIPALITY = re.compile(r"^..市$")
_ETHNIC = re.compile(
    r"(?:[\u4e00-\u9fff]{1,4}族|蒙古|哈萨克|柯尔克孜)*自治州$|(?:壮族|回族|维吾尔)?自治区$|特别行政区$|[省市盟]$|地区$"
)
_DEICTIC = re.compile(
    r"(?:我|全|本|该)(?P<unit>省(?![级会])|市(?![场民值面])|州|区(?![域间位块])|县(?![级域])|旗|自治区|"
    r"国(?![际家民产性]))|(?P<china>中国)(?=的?国?内?[\u4e00-\u9fffA-Z\d])"
)
_UNITS = {
    **dict.fromkeys(("省", "自治区"), Level.PROVINCE),
    **dict.fromkeys(("市", "州"), Level.PREFECTURE),
    **dict.fromkeys(("县", "旗", "区"), Level.COUNTY),
    "国": Level.COUNTRY,
}
_ZONE = re.compile(
    r"^(?:国家级?)?[\u4e00-\u9fff]{0,6}?(?:高新技术产业(?:开发)?区|经济技术开发区|高新区|经开区|开发区|新区|"
    r"保税区|产业园区|工业园区|自贸区)"
    r"|^市本级|^城区|^主城区|^中心城区"
)
_STREET = re.compile(r"^[\u4e00-\u9fff]{2,3}(?:街道|街|镇|乡)(?!级|村)")
_NO_STREET = re.compile(r"(?:小镇|城镇|乡镇|村镇|集镇|沿街|大街|全镇|各镇|各街道|特色镇)$")
_ORGANISATION = re.compile(
    r"^(?:[\u4e00-\u9fff]{0,4}(?:大学|学院|医院|银行|海关|铁路|集团|公司|股份|日报|晚报|时报|电视台|发布|中学|"
    r"协会|法庭|仲裁|扶贫|制造|造|[男女]|路|人才网)|籍|话)"
)
_NAME_OF_THING = re.compile(
    r"^(?:(?:省|市)?(?:著名商标|知名商标|名牌|专利|科学技术|科技进步|质量|政府质量|老字号|"
    r"标准创新)[\u4e00-\u9fff]{0,6}奖|著名商标|知名商标|名牌|老字号|版图|[\u4e00-\u9fff]{0,8}奖$)"
)
_NAMED_CHINESE = re.compile(
    r"^[\u4e00-\u9fff]{0,8}(?:奖|科学院|工程院|制造|银行|移动|电信|联通|品牌|申请人|知识产权局|国家知识产权局|"
    r"海关|大学|集团|公司|协会|驰名商标|中心|杯|芯|心|造)"
)
_AUTONOMOUS = re.compile(r"^(?:内蒙古|广西|西藏|宁夏|新疆)")
_NATIONAL = re.compile(r"中国|国家(?:统计|知识产权|版权)局|海关总署|最高人民法院|国务院")
"""What speaks for the country on a page that names no region."""
_DATELINE = re.compile(r"[\u4e00-\u9fff]{0,12}\d{1,2}月\d{1,2}日[电讯]")
_MEDIUM = re.compile(r"(?:日报|晚报|晨报|都市报|时报|新闻网|电视台)社?")
"""Behind the region of a paper whose 我省 it is."""
_LIST_JOIN = re.compile(r"[、和与及]|以及")
_LIST_TAIL = re.compile(r"^[一二两三四五六七八九十\d]+(?:市|省|县|区|州|地|个(?:市|省|县|区)州?)")


@cache
def _names() -> dict[str, tuple[str, Level]]:
    """Printed name → (full name, level). Short names only of provinces and prefectures."""
    known: dict[str, tuple[str, Level]] = {}
    levels = {level.name.lower(): level for level in Level}
    folder = files("scrapers.prose")
    for name in (folder / "region_groups.txt").read_text(encoding="utf-8").partition("\n")[2].split():
        known[name] = (name, Level.GROUP)
    listing = (folder / "region_names.txt").read_text(encoding="utf-8")
    for line in listing.splitlines():
        if line.startswith("#"):
            continue
        word, *names = line.split()
        for name in names:
            known.setdefault(name, (name, levels[word]))
            short = _ETHNIC.sub("", name)
            if levels[word] in (Level.PROVINCE, Level.PREFECTURE) and len(short) > 1:
                if levels[word] is Level.PREFECTURE and short in known and name.endswith("市"):
                    known[short] = (name, levels[word]) if known[short][1] is Level.PREFECTURE else known[short]
                known.setdefault(short, (name, levels[word]))
    return known


@cache
def _beginnings() -> frozenset[str]:
    """The first two characters of all names: most places of a text begin none of them."""
    return frozenset(name[:2] for name in _names())


_LONGEST = 14


def place_at(text: str, at: int = 0, streets: frozenset[str] = frozenset()) -> Place | None:
    """The region whose name begins at a place of the text, or None. The longest name is taken; zones inside it too.

    `streets` are names below county level that this page uses for a region (found by form: X街, X镇).
    """
    deictic = _DEICTIC.match(text, at)
    if deictic:
        level = Level.COUNTRY if deictic["china"] else _UNITS[deictic["unit"]]
        if deictic["china"] and _NAMED_CHINESE.match(text[deictic.end() :]):
            return None
        return Place(COUNTRY if level is Level.COUNTRY else deictic.group(), level, deictic.end(), True)
    if text[at : at + 1] == "全" and (whole := place_at(text, at + 1, streets)) and not whole.is_deictic:
        return whole
    known = _names()
    name = None
    if text[at : at + 2] in _beginnings():
        name = next((text[at : at + n] for n in range(_LONGEST, 1, -1) if text[at : at + n] in known), None)
    if name is None:
        street = _STREET.match(text[at : at + 6])
        if street and street.group() in streets:
            return Place(street.group(), Level.BELOW, at + street.end())
        return None
    full, level = known[name]
    end = at + len(name)
    rest = text[end:]
    if name != full and (_ORGANISATION.match(rest) or re.match(r"[省市州盟]", rest)):
        return None
    if _NAME_OF_THING.match(rest) or (level is Level.COUNTY and re.match("[级域城乡区市]", rest)):
        return None
    inner = place_at(text, end, streets) if level in (Level.PROVINCE, Level.PREFECTURE, Level.COUNTY) else None
    within = inner is not None and level is Level.PREFECTURE and full.endswith(("地区", "盟")) and inner.level is level
    if inner and not inner.is_deictic and (inner.level > level or within):
        return inner  # a province, then its city: the inner name is the region
    if level is Level.PREFECTURE and name.endswith("市") and re.match(r"区(?![县域块级])", rest):
        return Place(f"{name}区", Level.BELOW, end + 1)
    if level < Level.COUNTY and re.match(r"地区(?!生产总值)", rest):
        return Place(name, level, end + 2)
    if level < Level.COUNTY and (zone := _ZONE.match(rest)):
        return Place(name + zone.group(), Level.BELOW, end + zone.end())
    return Place(name, level, end)


def places_at(text: str, at: int = 0, streets: frozenset[str] = frozenset()) -> Place | None:
    """Like `place_at`, but several regions joined by 、 and 和 (甲、乙、丙三市) are one region of that label."""
    first = last = place_at(text, at, streets)
    while last is not None:
        join = _LIST_JOIN.match(text, last.end)
        following = place_at(text, join.end(), streets) if join else None
        if following is None:
            break
        last = following
    if first is None or last is None or last is first:
        return first
    end = last.end
    if tail := _LIST_TAIL.match(text[end:]):
        end += tail.end()
    return Place(text[at:end], Level.GROUP, end)


def streets_of(text: str) -> frozenset[str]:
    """Names of streets and towns that the text names more than once behind a break or a larger region."""
    counts: Counter[str] = Counter()
    for match in re.finditer(r"(?:^|[,;。:、区县市])([\u4e00-\u9fff]{2,3}(?:街道|街|镇|乡))(?!级|村)", text):
        if not _NO_STREET.search(match.group(1)):
            counts[match.group(1)] += 1
    return frozenset(name for name, count in counts.items() if count > 1)


@dataclass(frozen=True, slots=True)
class Setting:
    """Where a page is at home: the region that an unnamed figure speaks of, and what 全市 and 全省 stand for."""

    home: str | None
    by_level: dict[Level, str] = field(default_factory=dict)
    streets: frozenset[str] = frozenset()
    open_levels: frozenset[Level] = frozenset()
    """Levels of which the page speaks of several regions alike: 全省 is the one that was named last."""

    def label_in(self, place: Place, text: str, at: int) -> str:
        """Like `label`, for a place that stands at `at` of a paragraph."""
        if not (place.is_deictic and place.level in self.open_levels):
            return self.label(place)
        named = [name for name, level, _ in _mentions(text[:at], self.streets) if level is place.level]
        return named[-1] if named else place.label

    def label(self, place: Place) -> str:
        """The region label of a place: the name as printed, or what a word like 全市 stands for on this page."""
        if not place.is_deictic or place.level is Level.COUNTRY:
            return place.label
        if place.label.endswith("市") and self.home and self.home.endswith("市"):
            return self.home
        found = self.by_level.get(place.level)
        if place.level is Level.COUNTY and found and not found.endswith(place.label[-1]):
            found = None  # 全区 is not said of a county
        if found is None and place.level is Level.PREFECTURE:
            found = self._municipality()
        if found is None and place.level is Level.COUNTY and place.label.endswith("区"):
            found = next((n for n in self.by_level.values() if _AUTONOMOUS.match(n)), None)
        return found or place.label

    def is_below(self, label: str) -> bool:
        """True for a street, a town or a zone: a region below county level."""
        place = place_at(label, 0, self.streets)
        return place is not None and place.level is Level.BELOW and place.end == len(label)

    def _municipality(self) -> str | None:
        province = self.by_level.get(Level.PROVINCE, "")
        return province if _MUNICIPALITY.match(province) else None


def setting_of(title: str | None, body: Sequence[str], outside: Sequence[str]) -> Setting:
    """Read a page's home from its title, its text and, last, the lines around it (site name, publisher).

    `body` are paragraphs (clean text). A name that the text prints in full is preferred to its short form.
    """
    streets = streets_of("\n".join(body))
    around = _MEDIUM.sub(" ", "\n".join(outside))
    texts = [title or "", "\n".join(body), around]
    found = [_mentions(text, streets) for text in texts]
    printed = {name for mentions in found for name, _, _ in mentions}
    full = {name: _names()[name][0] for name in printed if name in _names() and _names()[name][0] in printed}
    by_level: dict[Level, str] = {}
    for mentions in found:
        for level in (Level.PROVINCE, Level.PREFECTURE, Level.COUNTY):
            if level not in by_level and (best := _most_named(mentions, level, full)):
                by_level[level] = best
    open_levels = frozenset(
        level
        for level in (Level.PROVINCE, Level.PREFECTURE)
        if not any(found_level is level for _, found_level, _ in found[0]) and _are_several(found[1], level, full)
    )
    return Setting(_home(found, by_level, full, "\n".join(body)), by_level, streets, open_levels)


def _mentions(text: str, streets: frozenset[str]) -> list[tuple[str, Level, bool]]:
    """Names in a text in order: (name, level, stands at the beginning of a clause)."""
    mentions = []
    at = 0
    while at < len(text):
        place = place_at(text, at, streets)
        if place is None or (place.is_deictic and place.level is not Level.COUNTRY):
            at += 1
            continue
        outer = text[at : place.end - len(place.label)]
        if outer in _names():
            mentions.append((outer, _names()[outer][1], False))
        mentions.append((place.label, place.level, at == 0 or text[at - 1] in ",;:。、\n|年底末月日()“”去"))
        at = place.end
    return mentions


def _most_named(mentions: Sequence[tuple[str, Level, bool]], level: Level, full: dict[str, str]) -> str | None:
    counts = Counter(full.get(name, name) for name, found, _ in mentions if found is level)
    return counts.most_common(1)[0][0] if counts else None


def _are_several(mentions: Sequence[tuple[str, Level, bool]], level: Level, full: dict[str, str]) -> bool:
    """Whether a text names two regions of a level about as often."""
    counts = Counter(full.get(name, name) for name, found, first in mentions if found is level and first)
    most = [count for _, count in counts.most_common(2)]
    return len(most) == 2 and most[1] > 1 and 2 * most[1] >= most[0]


def _home(
    found: Sequence[Sequence[tuple[str, Level, bool]]], by_level: dict[Level, str], full: dict[str, str], text: str
) -> str | None:
    """The region of figures without one: named in the title and spoken of in the text, else spoken of, else around."""
    subjects = Counter((full.get(n, n), level) for n, level, first in found[1] if first and level is not Level.GROUP)
    in_title = [(full.get(name, name), level) for name, level, _ in found[0] if level is not Level.GROUP]
    most = subjects.most_common(1)[0] if subjects else None
    inner = [(name, level) for name, level in in_title if not name.endswith(("地区", "盟"))]
    in_title = inner or in_title  # 某地区某市
    if in_title:
        name, level = max(in_title, key=lambda pair: pair[1])
        spoken_of = any(subject == name for subject, _ in subjects) or _says_whole(text, level, name)
        if spoken_of or most is None or most[1] < 2 or most[0][1] is not Level.BELOW:
            return name
    if most is not None and not re.search(r"(?:全|我|本)[省市]", text):
        return most[0][0]
    for unit, whole in (("市", Level.PREFECTURE), ("省", Level.PROVINCE)):
        if re.search(rf"(?:全|我|本){unit}(?![级会场民值面])", text):
            named = by_level.get(whole) or (by_level.get(Level.PROVINCE) if whole is Level.PREFECTURE else None)
            return named or f"全{unit}"
    around = [(full.get(name, name), level) for name, level, _ in found[2] if level is not Level.GROUP]
    if around:
        return max(around, key=lambda pair: pair[1])[0]
    group = next((name for name, level, _ in (*found[0], *found[1]) if level is Level.GROUP), None)
    if (
        group is None
        and not found[0]
        and _NATIONAL.search(text)
        and not _mentions(_DATELINE.sub("", text), frozenset())
    ):
        return COUNTRY
    return group


def _says_whole(text: str, level: Level, name: str) -> bool:
    unit = {Level.PROVINCE: "省", Level.PREFECTURE: "市", Level.COUNTY: "[县区市]", Level.COUNTRY: "国"}.get(
        level, "[省市]"
    )
    if _MUNICIPALITY.match(name):
        unit = "市"
    return bool(re.search(rf"(?:全|我|本){unit}", text))
