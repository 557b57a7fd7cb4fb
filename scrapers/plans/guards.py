"""Numbers that promise nothing: grants and fines, conditions, counts of things, other plans' figures, results.

TARGET_RULES 3. Every rule is about how such sentences are worded.
"""

from __future__ import annotations

import re

from scrapers.plans.drafts import Context, Role

_GRANT = re.compile(
    r"给予|奖励|支持(?:金额|资金|额度)|最高可|揭榜额|补助|资助|补贴|奖补|罚款|处以|贴息|一次性|奖金|扣减|扣分|赔偿|没收|违法所得|收费|费用(?!总额)|缴纳|年费|注册资本|注册资金|"
    r"标准为|按照?[^,]{0,12}(?:标准|比例)|最高不超过|封顶|每[件项个人次][^,收产营值]{0,8}元|免息|利率|贷款额度|担保额|单笔|授信额度"
)
_GRANT_SHARE = re.compile(
    r"给予|补助|补贴|资助|奖补|贴息|最高可|揭榜额|扶持资金|不超过[^,]{0,6}(?:总投入|总额|支出|成本)"
)
_FORECAST = re.compile(r"(?:据|根据)[^,。]{0,12}(?:测算|预测|估算)|预测[^,。]{0,6}(?:到|将)")
_WHERE = re.compile(r"^个?(?:市州|县市区|设区市|地级市|市县|区县|省份|省市|县区|地市|[县市区州](?![一-鿿]))")
_BUDGET = re.compile(
    r"(?:每年|年度|财政|预算|统筹)[^,]{0,10}(?:安排|投入|设立|列支)|(?:设立|安排|投入)[^,]{0,10}(?:基金|专项资金|资金池)"
)
_GRANT_TOTAL = re.compile(
    r"(?:总额|总量|总规模|规模|融资额?|融资金额|贷款|额度?|资金|基金|投入|经费)[^,]{0,8}(?:达到|达|突破|不低于|不少于|超过|增长)"
)
_CONDITION = re.compile(
    r"具备[^,]{0,20}(?:条件|资格|资质|能力)|应当?具备|具有[^,]{0,10}以上|符合[^,]{0,20}条件|申报(?:条件|主体|单位|企业|项目)应|应当?(?:具有|具备)|从事[^,]{0,15}年|工作经验|(?:具有|具备|须|应)[^,]{0,12}(?:学历|职称)|(?:学历|职称|年龄)(?:要求|条件|在)|"
    r"报送|上报|填报|联络员|附件|满[一二三四五六七八九十\d]+年|任期|有效期(?!内)|提前[^,]{0,6}个|之日起|工作日内(?!办结率)|逾期|不得|方可|视为|按[^,]{0,6}计算|权重|占[^,]{0,4}分|满分|计[^,]{0,3}分|得分以"
)
_COUNTED_THINGS = re.compile(
    r"^(?:个|项|条|大|类)?(?:主要|具体|重点|核心|重大|关键|预期性|约束性|定量|定性|基本|一级|二级|三级|发展|工作|专项|配套|政策|创新|便民|服务|保障|改革)*"
    r"(?:指标|任务|内容|措施|举措|工作|问题|方面|原则|环节|方向|步骤|阶段(?!性)|章节|章|节|部分|部门|单位联合|单位共同|成员单位|条件|情形|要求|清单|目标|事项|意见|职责|要素|层面|维度|板块|篇章|工程和|着力点|抓手)"
)
_BEFORE_COUNT = re.compile(
    r"(?:等|\(共|含|包括|共有|现有|已有|原有|目前有|下设|下辖|其余|其他|上述|以上|前述|这|该|各|某|任何|同|约占|仅占|仅|依托|利用|发挥|作为|联合|下?辖|总人口|(?:规划|占地|建筑)面积|面积约|一式|围绕|聚焦|瞄准|会同|由|涉及|分为|分|划分为|按照|根据|经|第)$"
)
_OWN_ACTIONS = re.compile(r"^[一-鿿]{2,14}(?:行动|举措)$")
_HONOURED = re.compile(r"表彰|表扬|通报|授予|颁发|颁奖|嘉奖")
_MADE_SUCH_AS = re.compile(
    r"^(?:着力|重点|加快|积极|再|新)*(?:建成|打造|建设|新建|创建|培育|引进|新增|形成|组建)[^,]+等$"
)
"""`建成甲、乙等11个基地` makes eleven; `支持甲等11家企业` counts whom it supports."""
_OTHERS = re.compile(
    r"(?:国家|全国|我国|国务院|中央|全省|省(?!级)|上级|省委|省政府)[^,。]{0,18}(?:规划|纲要|计划|下达|要求|提出|确定|明确|部署|考核)[^,。]{0,10}(?:的|目标|任务|指标)?$"
)
_OTHERS_AFTER = re.compile(
    r"^(?:的)?(?:国家|全国|全省|省级)?(?:目标|任务|平均水平|平均值|预期目标|规划目标|目标任务)(?:任务)?(?:高出?|多|低|要?求)?"
)
_COUNTRY = re.compile(
    r"^(?:(?:全国|我国|世界|全球)(?!级|知识产权|驰名|著名|名牌|示范|知名|优秀|首|专利|商标|版权|地理标志|标准|技术|实验室|重点|企业|高新)"
    r"|(?:国家|中国)(?:的)?(?:年)?(?:发明专利|专利|商标|每?万人|国内生产总值|GDP|研发|科技进步)[^,]{0,8}(?:量|数|额|率|值|比重|强度))"
)
_PROVINCE = re.compile(r"^(?:全省|我省|全自治区)(?!前|第)")
_COMPARED = re.compile(
    r"(?:高于|低于|高出|超过|多于|超出|领先|相当于|是|为|等于|快于|优于)[^,。]{0,14}(?:平均|水平|全国|全省|同期|上年|去年|目标)[^,。]{0,8}$|(?:平均水平|平均值|目标值?|(?<!类)计划数?)的?$|占(?:全国|全省|全市|总量|总数)的?$"
)
_RESULT = re.compile(
    r"已(?!有[^,]{0,12}基础)|了$|了[^,]{0,6}$|取得[^,]{0,12}成效|同比|环比|较上年|比上年|较去年|比去年|超额|提前完成|目前|现有|截[至止]|累计(?:完成|实现|新增|发放|受理|查处)了|"
    r"获评|荣获|被评为|被认定为|位列|排名第|跃居|创历史|历史新高"
)
_STATISTIC = re.compile(
    r"(?<!年均)增速[^,]{0,4}\d|比(?:上|去|前|同)|占[^,]{0,12}的?比重为|年末|人口出生|累计支持|分别增长"
)
_FROM_NOW = re.compile(r"[从由](?:目前|现有|现在|当前)的?")
"""`从目前的70%提高到90%` promises."""
_ROSE = re.compile(r"[较比][^,。]{0,8}(?:提高|增加|增长|上升|下降|减少)了")
_JUDGED = re.compile(
    r"提前[^,]{0,8}(?:实现|完成|达到)|超额完成|(?:超过|高于|高出|达到|实现|完成)[^,]{0,16}(?:目标|任务)(?:值|数)?(?:的|\d|[^,]{0,6}$)"
)
_ATTRIBUTE = re.compile(
    r"^(?:以上|及以上|以下|以内|左右)?(?:的|、)?(?:(?:国家级|省级|市级)(?:以上)?)?(?:[一-鿿]{0,6}(?:企业|供应商|服务商|机构|品种|产品|集群|园区|基地|项目)(?=[^,]*\d|(?:将|分别)?达)|(?:高新技术|创新型|科技型|工业|规模以上|骨干|龙头)?企业|名牌产品|名优产品|单位|人员|机构|项目|产品|专利权人|申请人|地区|园区|个人|案件|奖|发明专利|专利|商标)"
)
_LAW = re.compile(r"是指|本办法|本条例|本规定|本细则|法律责任|依法处|构成犯罪|有下列情形|有下列行为")


def is_money_rule(clause: str, unit: str | None, role: Role) -> bool:
    """Amounts that are paid or fined per case, and thresholds of such rules: no promise of the plan."""
    if unit == "%":
        return role is not Role.GOALS and bool(_GRANT_SHARE.search(clause))
    if not unit or "元" not in unit:
        return False
    if _BUDGET.search(clause) and not re.search(r"给予|奖励|每[件项个次]|最高|罚", clause):
        return False
    return bool(_GRANT.search(clause)) and not (role is Role.GOALS and _GRANT_TOTAL.search(clause))


def is_condition(clause: str) -> bool:
    """A requirement on applicants or a rule of procedure."""
    return bool(_CONDITION.search(clause) or _LAW.search(clause))


def counts_things(left: str, right: str) -> bool:
    """`等15家优势企业`, `14项主要指标`, `11部门签署`: a count in passing."""
    if re.search(r"(?:实施|开展|推进)$", left) and _OWN_ACTIONS.match(right):
        return True
    if (
        _COUNTED_THINGS.match(right)
        or _HONOURED.search(right)
        or (_WHERE.match(right) and re.search(r"(?:在|全省|全市|对|于)$", left))
    ):
        return True
    return bool(_BEFORE_COUNT.search(left)) and not _MADE_SUCH_AS.match(left)


def is_anothers(left: str, right: str, context: Context) -> bool:
    """A figure of the country, of the province above, or of a plan that this one quotes or is compared with."""
    if _OTHERS.search(left) or _OTHERS_AFTER.match(right) or _COMPARED.search(left):
        return True
    stripped = left.lstrip("、和及与以,")
    if context.region_level >= 1 and _COUNTRY.match(stripped):
        return True
    return context.region_level >= 2 and bool(_PROVINCE.match(stripped))


def is_result(clause: str) -> bool:
    """Words of what has been reached."""
    return bool(_RESULT.search(clause))


def is_report(clause: str) -> bool:
    """Words of statistics: what was counted, not what is promised."""
    clause = _FROM_NOW.sub("", clause)
    pledged = re.search(r"力争|争取|确保", clause) is not None
    return bool(_RESULT.search(clause)) or (not pledged and _STATISTIC.search(clause) is not None)


def is_forecast(sentence: str) -> bool:
    """Words of what is expected to come about by itself."""
    return bool(_FORECAST.search(sentence))


def is_judged(sentence: str) -> bool:
    """Words that hold a result against a promise made elsewhere: the promise is quoted, not made."""
    if _ROSE.search(sentence):
        return True
    return bool(_JUDGED.search(sentence)) and not re.search(r"力争|争取|提出", sentence)


def is_attribute(left: str, right: str, measures: str) -> bool:
    """`年产值5亿元以上的企业`: a size by which things are named."""
    return (
        bool(_ATTRIBUTE.match(right))
        and bool(re.search(rf"(?:{measures}|满|拥有)(?:达|达到|超|超过|在)?$", left))
        and not re.search(r"(?:力争|实现|确保|完成|新增|培育|引进)[^,]{0,3}$", left)
    )
