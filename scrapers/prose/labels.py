"""The noun phrase that says what a figure measures, cut out of the words in front of the figure."""

from __future__ import annotations

import re
from dataclasses import dataclass

from scrapers.prose.cleaning import DAMAGE

_LEADING = re.compile(
    r"^(?:(?:这|本|此)次(?:人口)?普查(?:登记的)?(?:全国(?=总))?|(?:中国)?(?:国家|[省市县区])?知识产权局(?=共?(?:受理|认定|核准|批准|办理|查处|立案|收到))|其中|内有|"
    r"包括|另外|另有|另|此外|同时|并且|并(?![购网联轨])|且|而(?!且)|还有|还|以及|及(?![时格])|和(?![平谐])|与|"
    r"或|、|,|的|已经|已累计|已有|已|"
    r"共计|合计|总计|总共|全年|共有|共(?![享同青建性用治产和])|现有|现(?![代金场货状价])|拥有的?(?!.{2,16}的(?:企业|高校|机构|单位|公司))|具有|达到|达|"
    r"实现(?!率)|为|约(?!束|定)|均|各省\(区、市\)|各省区市|"
    r"完成(?=[\u4e00-\u9fff]*(?:任务|目标)$)|[省市县区]下达(?=.*任务)|确认|公布|显示|介绍|表明|"
    r"有(?![效关机色限线毒])|当前|目前|主要|(?:由|从)(?=\d)|成功|全部|分别|首次|截至|截止|截|至)"
)
_CUMULATIVE = re.compile(r"^(?:历年)?累计")
_TRAILING = re.compile(
    r"(?:首次|历史性地?|分别|依次|各|均|已经|已|共有|共计|共|合计|总计|总共|累计|达到|达|高达|多达|约合|约为|约|为|"
    r"是|近|超过|超|突破了?|增至|增加到|增加至|增长到|增长至|上升到|上升至|"
    r"提高到|提高至|提升到|提升至|升至|升到|扩大到|扩大至|发展到|发展至|下降到|下降至|减少到|减少至|降至|降到|降低到|降低至|"
    r"稳定在|保持在|维持在|控制在|现有|拥有|即|就|也|仅为|仅|只有|只|由|从|了|"
    r":|的|在内|有(?<!国有)(?<!所有)|(?:继续|持续)?(?:保持|实现)|继续|持续|从无到有?|完成|再|又|还|一举|成功|顺利|率先|净)$"
)
_REMARK = re.compile(
    r"\((?:不?包括|不?含)[^()]{12,}\)$|"
    r"\((?:按|以|含税|单位|下同|其中|折合|同口径|可比|不变)[^()]*\)$|\((?:[万亿]?[件项家个元人户次%]|"
    r"[^()]{0,4}/[^()]{0,4})\)$"
)
_WHILE = re.compile(r"^[^,]{2,14}期间(?=.{3})")
_UNBALANCED = re.compile(r"^[^(]*\)|^[^“]*”|^“(?=[^”]*$)")
_NO_LABEL = re.compile(
    r"最多的|负$|近年来|实现了|从不|^其他$|^级|^(?:属于|(?:国际|国内)(?:领先|先进)|涵盖|涉及|包含)|^第[一二三四五]是|前[一二三四五六七八九十\d]+[位名]|^(?:新增$|县域(?=生产|地区|人均|增加)|市辖区|调查登记|抽[取样]|等(?!级)|上述|以上|意味|以女性|以男性)|分布在|^[京津冀晋蒙辽吉黑沪苏浙皖闽赣鲁豫鄂湘粤桂琼渝川黔滇藏陕甘青宁新]、|^“[^”]*”$|"
    r"^(?:年|月|日|号|第|前|后|近|超|约|每|各|一|二|三|其|该|这|那|等|个|件|家)?$|"
    r"^\d(?!\d*(?:[-—~至]\d+)?周?岁|[\d.]*[万亿]?(?:元|件|人|年|个|家)?(?:及)?以[上下内])|连续\d|[。;:]|(?:在|"
    r"从|于|对|与|和|及|或|将|把|被|按|以|让|向|由|的|每|前|第|[.,、])$|^度(?!假)|^(?:高于|低于|超过|高出|多于|少于|占|"
    r"较|比(?!重)|同比|环比|增长|增加(?!值)|下降|减少|其次|再次|所占|是|分列)|(?:力争|确保|预计|预期|争取达|"
    r"拟)|^(?:自(?![然主动有贸营治])|从|在(?![校园学册岗职建研营海])|于|对|向|把|将|被|让|使|因|由于|因为|如果|"
    r"若|按|按照)"
)
_FRACTION = re.compile(r"\d\.(?![\d.]*[万亿]*(?:[元件人年%]|美元)?(?:及)?以[上下])|(?:达到|达)\d")
"""A figure that the words in front of another one still hold."""
_COUNT = re.compile(r"(?<![第前\d.])\d[\d.]*[万亿]*(?:件|项|家|个|批|户|起|宗|人|元|次|名|%)(?!及?以[上下内])")
"""Another figure within a label: then the label is not one."""
_GENERIC = re.compile(
    r"^(?:[一二两三四五六七八九十]年(?:间|来)?(?:共|间)?|件数|数量|总数|总量|总额|总额度|金额|总金额|规模|总规模|占比|比重|比例|增速|增幅|增长率|得分|分数|"
    r"合计|总计|其中|累计|共|总人数|人数|户数|家数|项数|排名|位次|数|量|额|总量达|名次|同比|环比|该指标)$"
)
_TOTAL = re.compile(r"^(?:总数|总量|累计|总计|合计|总|总数量|总数累计)$")

_STATUS = re.compile(
    r"申请|授权|有效|高价值|拥有|存量|登记|注册|受理|转让|许可|融资|质押|备案|查处|立案|审结|新增|维持|驰名|"
    r"案件|人口|企业|产值|收入|奖励|侵权|代理|增加值|率$"
)
_KIND_OF_RIGHT = re.compile(r"(?:发明|实用新型|外观设计|发明专利|实用新型专利|外观设计专利|专利)$")
_SHARED_TAIL = re.compile(r"(?:申请|授权|登记|注册|受理|拥有|保有|成交)(?:数?量|件数|数|额)$")
_BARE_KIND = re.compile(r"^(?:国内|境内|职务|非职务)?(?:发明|实用新型|外观设计)(?:专利)?$")


@dataclass(frozen=True, slots=True)
class Label:
    """A cleaned label. `text` may be empty or generic (`is_generic`): then the figure speaks of the one before."""

    text: str
    cumulative: bool = False
    """累计 stood in front of it or directly before the figure."""
    total: bool = False
    """It is the whole of what the label before counted in part."""

    @property
    def is_generic(self) -> bool:
        """A word that only counts something named before (件数, 总数, 占比), or nothing at all."""
        return not self.text or bool(_GENERIC.match(self.text))

    @property
    def is_total(self) -> bool:
        """总数, 累计: the whole of what the label before counts in part."""
        return self.total or bool(_TOTAL.match(self.text)) or (not self.text and self.cumulative)

    @property
    def has_status(self) -> bool:
        """Whether it says what has happened to the things it counts, or what is measured of them."""
        return bool(_STATUS.search(self.text)) or self.is_generic or is_bare_kind(self.text)

    @property
    def is_sound(self) -> bool:
        """Whether it can name an indicator: Chinese or a known abbreviation, no lost characters, no whole sentence."""
        text = self.text
        if DAMAGE.search(text) or _NO_LABEL.search(text) or not 2 <= len(text) <= 45:
            return False
        if (
            text.count("(") != text.count(")")
            or text.count("“") != text.count("”")
            or text.count("《") != text.count("》")
        ):
            return False
        return (
            bool(re.search(r"[\u4e00-\u9fff]{2}|GDP|PCT|R&D", text))
            and not _COUNT.search(text)
            and not _FRACTION.search(text)
        )


def clean_label(text: str) -> Label:
    """The label without connectives, copulas, remarks in brackets and words of approximation at its ends."""
    cumulative = False
    before = None
    while before != text:
        before = text
        text = _REMARK.sub("", text.strip(",、:; "))
        if _CUMULATIVE.match(text) or text.endswith("累计"):
            cumulative = True
            text = _CUMULATIVE.sub("", text)
        text = _LEADING.sub("", _WHILE.sub("", text))
        if text != "其中":
            text = _TRAILING.sub("", text)
        if _UNBALANCED.match(text):
            text = _UNBALANCED.sub("", text)
    return Label(text, cumulative)


_BARE_MEASURE = re.compile(
    r"^[总年]?(?:增加值|产值|收入|(?:资金)?总?规模|价值|面积|金额|投资额?|产量|销售额|营业收入|利润|税收|注册|申请|授权|"
    r"登记|完成|提交|受理|总额|余额|占比|人口数|发明|商标|专利|企业|项目|案件)(?:数|总?量|数量|总数)?$"
)


_DEPENDENT = re.compile(
    r"^(?:结案|完成|合格|达标|办结|调解成功|增长|中标|履约|满意|通过|授权|登记)率$|^在(?:校|园|学|册|岗|职)|^(?:专任)?教师$|^[高中初]级职称$|"
    r"^(?:招生|毕业生)|^(?:[特一二三]等奖|金奖|银奖|铜奖|优秀奖|提名奖)$|^(?:审结|结案|办结|破案|发证|交易额|合同(?:成交)?(?:总|金|总金)?额|成交额|成交金额|罚没款?|罚没金额)$"
)


_HOLDERS = (
    r"(?:工矿|国内|其他)?(?:企业法人|企业|大中?专院校|高校|高等院校|高等学校|大学|院校|科研院所|科研单位|科研机构|"
    r"研究机构|机关团体|事业单位|个人)"
)
_HOLDER = re.compile(rf"^{_HOLDERS}$")
_OF_HOLDER = re.compile(rf"^{_HOLDERS}(?P<measure>.{{3,}})$")


def of_holders(names: list[str]) -> list[str]:
    """企业、高校专利授权量: both are 专利授权量."""
    of_last = _OF_HOLDER.match(names[-1])
    if len(names) < 2 or of_last is None or not all(is_holder(name) for name in names[:-1]):
        return names
    return [*(name + of_last["measure"] for name in names[:-1]), names[-1]]


def is_holder(label: str) -> bool:
    """Who has the rights that are counted (企业, 大专院校), and not which rights."""
    return bool(_HOLDER.match(label))


def is_dependent(label: str) -> bool:
    """A label that says nothing without the statistic before it (结案率, 在校学生)."""
    return bool(_DEPENDENT.match(label))


def is_bare_measure(label: str) -> bool:
    """A measure of nothing in particular (增加值, 产值, 授权量): the text says elsewhere whose it is."""
    return bool(_BARE_MEASURE.match(label))


def stands_alone(label: str, parent: str) -> bool:
    """Whether the label of a part (behind 其中) says without its parent what is counted.

    发明专利 under 专利申请量 does not: it may be applied for, granted or in force. Neither does 一等奖, nor 企业.
    """
    if (
        len(label) <= 3
        or re.search(r"(?:提交|完成|受理|来自国[内外]|占)$", label)
        or (label.endswith("奖") and "奖" in parent)
    ):
        return False
    if _STATUS.search(label):
        return True
    return not (_KIND_OF_RIGHT.search(label) and _STATUS.search(parent) and "专利" in parent)


def is_bare_kind(label: str) -> bool:
    """A kind of patent and nothing else (发明, 实用新型专利): what happens to it is said by the figure before."""
    return bool(_BARE_KIND.match(label))


def joined(parent: str, label: str) -> str:
    """A part named after its whole, like a header path."""
    return f"{parent} / {label}"


def distribute(names: list[str]) -> list[str]:
    """Full labels of parallel subjects that share a head or a modifier.

    发明、实用新型和外观设计专利授权量 are three 专利授权量; 专利申请量、授权量 are both of 专利.
    """
    last = names[-1]
    if len(names) > 1 and (kind := re.match(r"(?:发明|实用新型|外观设计)(?=专利|申请|授权|拥有|有效)", last)):
        head = last[kind.end() :]
        names = [n + head if _BARE_KIND.match(n) and not n.endswith("专利") else
                 n + head.removeprefix("专利") if _BARE_KIND.match(n) else n for n in names]  # fmt: skip
    if shared := _SHARED_TAIL.search(last):
        tail = shared.group()
        names = [n if _STATUS.search(n) or n.endswith(tail) else n + tail for n in names[:-1]] + [last]
    first = names[0]
    process = re.search(r"(?:申请|授权|注册|登记|受理|审结|转让|许可)(?:数?量|件数|数)?$", first)
    if process and process.start():
        names = [first] + [
            first[: process.start()] + n if re.match(r"(?:申请|授权|注册|登记|受理|审结|转让|许可|拥有|有效)", n) else n
            for n in names[1:]
        ]
    return names
