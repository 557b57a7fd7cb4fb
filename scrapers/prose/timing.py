"""Which period a figure gets, and of which kind: the date of the text crossed with what the label measures."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

from scrapers.periods import end_of, first_day, last_day
from scrapers.prose.moments import Moment, Shape
from scrapers.records import PeriodKind


class Nature(StrEnum):
    """What a label measures, as far as its words tell."""

    STOCK = "stock"
    THINGS = "things"
    """Counted things (companies, parks, platforms): a stock, unless the text counts those of a stretch of time."""
    FLOW = "flow"
    WEAK_FLOW = "weak_flow"
    """Events that texts also count since ever (登记, 认定, 获奖): a flow, except beside 截至."""
    RATE_OVER_TIME = "rate_over_time"
    """增速, 年均增长率: belongs to a stretch of time, but is no sum over it."""
    RUNNING = "running"
    """All since the beginning: 累计 beside the figure of one year."""
    UNKNOWN = "unknown"


_NEW = re.compile(
    r"新增|新获|新受理|新批准|新核准|新公布|^批准|^受理|^共?受理|产值|销售额|新认定|新登记|新注册|新建|新引进|"
    r"新培育|净增|增量$|自然增[长加]人口|新设|首次申报|出生|死亡|自然增长率|办结|盘点|免费作品登记|迁入|迁出|罚没|罚款|理赔|"
    r"核准|^认定|年增加|年登记量|年申请量|年授权量"
)
_FLOW_IN_ALL = re.compile(
    r"(?:申请|授权|登记|受理|成交|交易)(?:件)?(?:总量|总数)$|每百?万人口?[^每]{0,8}(?:申请|授权|登记)量$"
)
_ACCREDITED = re.compile(
    r"^(?!新|获|全年).*(?:认定|核准|批准|认证|备案|登记)的[^的]{0,10}(?:企业|机构|中心|基地|实验室|园区|平台|地理标志)$"
)
_BODIES = re.compile(
    r"^(?!新|获|建|引进|培育|认定|开展).*(?:检测|检验|检查|交易|培训|服务|代理|仲裁|调解|担保)(?:机构|中心|实验室|公司|市场)$"
)
"""What they are called after is what they do, not what is counted."""
_RATE = re.compile(r"增速|增长率|增幅")
_STOCK = re.compile(
    r"有效(?!期|率|性)|拥有量|保有量|存量|维持(?!原)|人口|育龄妇女|家庭户|集体户|城镇化率|覆盖率|普及率|驰名商标|著名商标|"
    r"地理标志(?!.*(?:使用|用标))|总量$|总数$|"
    r"参加[^,]*保险|参保|教师$|在校(?:学生|生)|在园幼儿|技术人员$|执业医师|注册护士|床位$|职称$|老字号|有效量|(?:国际|集体|证明)注册商标$|国际商标$|高价值发明专利$|每万人"
)
_FLOW = re.compile(
    r"申请|授权|授予|受理|收案|审结|办理|查处|立案|破案|起诉|移送|处理|处置|调解|结案|成交|融资|产值|收入|利税|利润|税收|"
    r"投资|投入|支出|出资|增加值|生产总值|"
    r"GDP|零售|进出口|出口|进口|消费|销售|交易|转让|许可|放款|贷款|授信|保险|保费|保障金额|担保|培训|宣传|检查|"
    r"抽查|出动|检验|检测|"
    r"关停|募资|营业|完成|争取|支付|补贴|资助|奖励资金|发放|产量|客流|起数|案件|案值|合格|强度|满意度|得分|"
    r"评分|指数|审定|结案率|罚|赔|提供|纠正|对接|走访|收缴|查扣|扣留|没收|销毁|输出技术|吸纳技术|下架|调处|接待|答复"
)
_WEAK_FLOW = re.compile(
    r"登记|备案|认定|获|奖|申报|引进|举办|开展|推动|支持|惠及|进入|纳入|培育|建设|建成|组建|设立|筹建|成立|新注册|入选|盘活|实施|"
    r"贯标|^服务|托管|导航|入驻|发布|制定|注册|涉及|发证"
)
_UNITS_OF_EVENTS = re.compile(r"^(?:次|人次|场|场次|批次|起|件次|宗次)$")
_HELD = re.compile(
    r"^(?!.*(?:惠及|服务|支持|帮助|扶持)).+的[\u4e00-\u9fff]{0,8}?(?:企业|机构|园区|基地|学校|高校|院所|银行)(?:数|数量|总数)?$"
)
_UNITS_OF_THINGS = re.compile(r"^(?:所|座|家|户)$")
_THINGS = re.compile(
    r"(?:企业|园区|基地|中心|实验室|城市|县|区|平台|机构|联盟|孵化器|众创空间|地理标志(?:产品|商标|保护产品)?|"
    r"团队|冠军|载体|研究院|院所|学校|"
    r"个体工商户|农户|工作站|工作室|驿站|市场主体|经营主体|法人|人才|代理人|代理师|专利|商标|品牌|版权|产品|"
    r"遗产|品种|公司|商会|协会|街区|市场|大楼)(?:数|数量|总数)?$"
)


def nature_of(label: str, unit: str | None) -> Nature:
    """What a cleaned measure label measures. The order of the tests is the order of trust in the words."""
    label = re.sub(r"\([^()]*\)", "", label)
    if _RATE.search(label) and not label.endswith(("额", "值", "量")):
        return Nature.RATE_OVER_TIME if "自然增长率" not in label else Nature.FLOW
    if _BODIES.search(label):
        return Nature.THINGS
    if _ACCREDITED.search(label) and _THINGS.search(label):
        return Nature.THINGS
    if _NEW.search(label):
        return Nature.FLOW
    if _FLOW_IN_ALL.search(label):
        return Nature.FLOW
    if _STOCK.search(label):
        return Nature.STOCK
    if _FLOW.search(label):
        return Nature.FLOW
    if _UNITS_OF_EVENTS.match((unit or "").lstrip("万")):
        return Nature.FLOW
    if _WEAK_FLOW.search(label):
        return Nature.WEAK_FLOW
    if _THINGS.search(label) or _UNITS_OF_THINGS.match((unit or "").lstrip("万")):
        return Nature.THINGS
    return Nature.UNKNOWN


def counts_holders(label: str, unit: str | None) -> bool:
    """Bodies that do something (开展质押融资业务的银行): at a day they are there; what they do is not counted."""
    return bool(_HELD.match(label)) and (unit or "").lstrip("万") in ("家", "个", "户", "所")


@dataclass(frozen=True, slots=True)
class Timing:
    """Period and kind of one figure; both None where the text leaves open of which of several years it is."""

    period: str | None
    kind: PeriodKind | None


def timing_of(
    moment: Moment, nature: Nature, *, cumulative: bool, so_far: bool = False, beside_flow: bool = False
) -> Timing:
    """The period of a figure whose label has this nature, dated by this moment.

    `cumulative`: the text says 累计. `so_far`: it says 当年 beside the date. `beside_flow`: the figure before it in the
    same part of the sentence is a flow, so that a label whose words tell nothing is one, too.
    """
    if nature is Nature.RUNNING:
        return _cumulative(moment)
    if nature is Nature.UNKNOWN and beside_flow:
        nature = Nature.FLOW
    match moment.shape:
        case Shape.AS_OF | Shape.NOW:
            return _as_of(moment, nature, cumulative, so_far)
        case Shape.YEAR | Shape.THIS_YEAR:
            return _year(moment, nature)
        case Shape.MONTH:
            return _month(moment, nature, cumulative)
        case Shape.RANGE:
            return _range(moment, nature)
        case Shape.PLAN | Shape.UNKNOWN:
            return _plan(moment, nature)


def _as_of(moment: Moment, nature: Nature, cumulative: bool, so_far: bool) -> Timing:
    point = Timing(moment.period, PeriodKind.POINT_IN_TIME)
    if moment.shape is Shape.NOW or nature in (Nature.STOCK, Nature.THINGS):
        return point if nature in (Nature.STOCK, Nature.THINGS) or not cumulative else _cumulative(moment)
    if cumulative and not so_far:
        return _cumulative(moment)
    if nature is Nature.RATE_OVER_TIME:
        return point if moment.is_own else _since_january(moment)
    flow = nature is Nature.FLOW or so_far or (nature is Nature.WEAK_FLOW and not moment.is_own)
    return _since_january(moment) if flow else point


def _cumulative(moment: Moment) -> Timing:
    return Timing(end_of(moment.period), PeriodKind.CUMULATIVE)


def _since_january(moment: Moment) -> Timing:
    """The flow from January to a date: the calendar year where the date is its last day."""
    end = last_day(moment.period)
    if (end.month, end.day) == (12, 31):
        return Timing(str(end.year), PeriodKind.YEAR)
    whole_month = len(moment.period) == 7 or (last_day(f"{end.year}-{end.month:02d}") == end)
    if whole_month:
        if end.month == 1:
            return Timing(f"{end.year}-01", PeriodKind.MONTH)
        return Timing(f"{end.year}-01..{end.year}-{end.month:02d}", PeriodKind.YEAR_TO_DATE)
    return Timing(f"{end.year}-01-01..{end.isoformat()}", PeriodKind.YEAR_TO_DATE)


def _year(moment: Moment, nature: Nature) -> Timing:
    stock = nature in (Nature.STOCK, Nature.THINGS)
    return Timing(moment.period, PeriodKind.POINT_IN_TIME if stock else PeriodKind.YEAR)


def _month(moment: Moment, nature: Nature, cumulative: bool) -> Timing:
    if cumulative and nature not in (Nature.STOCK, Nature.THINGS):
        return _cumulative(moment)
    flow = nature in (Nature.FLOW, Nature.WEAK_FLOW, Nature.RATE_OVER_TIME)
    return Timing(moment.period, PeriodKind.MONTH if flow else PeriodKind.POINT_IN_TIME)


def _range(moment: Moment, nature: Nature) -> Timing:
    if nature is Nature.STOCK or (nature is Nature.THINGS and not moment.is_own):
        return Timing(end_of(moment.period), PeriodKind.POINT_IN_TIME)
    return Timing(moment.period, moment.kind)


def _plan(moment: Moment, nature: Nature) -> Timing:
    if nature is Nature.STOCK:
        return Timing(last_day(moment.period).isoformat(), PeriodKind.POINT_IN_TIME)
    if nature is Nature.RATE_OVER_TIME:
        return Timing(moment.period, None)
    return Timing(moment.period, PeriodKind.CUMULATIVE)


def is_exact_range(moment: Moment) -> bool:
    """A stretch given by days (2017年1月1日至9月15日): its last day is the day of the count."""
    return (
        moment.shape is Shape.RANGE and len(moment.period.partition("..")[2]) == 10 and bool(first_day(moment.period))
    )
