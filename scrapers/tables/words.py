"""The vocabulary of statistical tables: words by which headers, captions and notes are told apart.

Words of the trade only; no region, page or figure stands here.
"""

from __future__ import annotations

import re

CJK = re.compile(r"[\u3400-\u9fff]")
LATIN = re.compile(r"[A-Za-z]")

REGION_HEADER = re.compile(
    r"^(?:地区|省份|省市|省区市|各?省、?自治区、?直辖市|区域|市州|地市|市县|市县名称|区县|县市区|县区|城市|行政区划?|地域|按国内外分组|分组|"
    r"国别|国家(?:[或和、/]?地区)?$|来源国|(?:name\s+of\s+)?regions?|provinces?|area|domestic\s+or\s+foreign|by\s+region|"
    r"countr(?:y|ies)|(?:national|regional|receiving|patent)\b[a-z\s]*\boffices?)",
    re.IGNORECASE,
)
SUB_REGION_HEADER = re.compile(r"^(?:城市|地市|市县|市县名称|区县|县市区|市|县|地级市|市州)$")
EACH_REGION = re.compile(r"(?:各|分)(?:省|自治区|市|州|盟|地区|地市|县|区|旗|镇|乡|街道)")
"""Words of a title: one row for each of them."""
PERIOD_HEADER = re.compile(r"^(?:年份|年度|时间|月份|年月|季度|year|month|period)", re.IGNORECASE)
INDICATOR_HEADER = re.compile(r"^(?:指标|指标名称|项目|indicators?|items?)$", re.IGNORECASE)
SERIAL_HEADER = re.compile(r"^(?:序号|编号|no\.?|#)$", re.IGNORECASE)
REMARK_HEADER = re.compile(r"^(?:备注|说明|remarks?|notes?)$", re.IGNORECASE)
COLUMN_LETTER = re.compile(r"^[甲乙丙丁]$")

GROWTH = re.compile(r"同比|环比|增长率|增幅|增速|增长|年均|growth|increase|change", re.IGNORECASE)
GAP = re.compile(r"增长量|增减量|增加量|增减额|增长额|增量|净增|增减数|增长数|增加数")
SHARE = re.compile(
    r"^[%％]$|构成|占比|比重|份额|占[^\s]{0,6}(?:比例|百分比|%)|所占比例|percentage|share|proportion", re.IGNORECASE
)
RANK = re.compile(r"排名|排序|位次|名次|排位|位居|rank", re.IGNORECASE)
PERCENT = re.compile(r"[%％]|百分比|百分数|percent", re.IGNORECASE)
DERIVED_ONLY = re.compile(
    r"^(?:较|比|与|同|上|去|前|今|本|年|季度|月|末|底|期|环|均|同期|增长|增加|增减|增|减|下降|长|率|量|额|数|幅度|幅|速度|速|百分比|百分点|百分数|"
    r"构成|占比|占|比重|比例|份额|排名|位次|名次|排位|排序|在|的|中|全国|全省|全市|合计|总量|总数|[%％()（）/\s])+$"
)
DERIVED_ONLY_ENGLISH = re.compile(
    r"^(?:(?:year|sequential|on|over|same|period|last|previous|growth|rates?|of|in|the|percentage|percent|share|proportion|rank(?:ing)?|"
    r"change|increase|yoy|%)[\s\-()]*)+$",
    re.IGNORECASE,
)

SAME_PERIOD_LAST_YEAR = re.compile(r"(?:去年|上年)同期|同期数?$")
LAST_QUARTER = re.compile(r"^(?:上|前)(?:一)?(?:个)?季度")
LAST_MONTH = re.compile(r"^(?:上|前)(?:一)?(?:个)?月")
LAST_YEAR_END = re.compile(r"(?:上年|去年)(?:末|底)")
LAST_YEAR = re.compile(r"^(?:上年|去年)(?!同期|末|底)")

STOCK = re.compile(
    r"有效(?!期)|拥有量|保有量|存量|在册|常住人口|户籍人口|总人口|人口数|年末|期末|in\s*force|\bvalid\b|population",
    re.IGNORECASE,
)
FLOW = re.compile(
    r"受理|申请|授权|登记量|注册量|新增|出生|死亡|迁入|迁出|自然增长|birth|death|application|grant", re.IGNORECASE
)
RATE = re.compile(r"率$|\brate\b", re.IGNORECASE)
"""What cannot be added up over regions: 出生率, 城镇化率."""
SUBJECT = re.compile(
    rf"{STOCK.pattern}|{FLOW.pattern}|登记|注册|专利[数量]|商标[数量]|总值|增加值|产值|收入|支出|经费|人[数员]|registration",
    re.IGNORECASE,
)
"""A label with one of these says what it counts; 合计, 职务, 发明 or 企业 alone leave it to the title."""
POPULATION = re.compile(r"人口|population", re.IGNORECASE)
DENSITY = re.compile(r"密度|^每|每[一百千万亿]*人|人均|\bdensity|per\s+(?:capita|10|million)", re.IGNORECASE)
COUNTED = re.compile(r"(件|家|户|人|项|个)数$")
"""Headers whose last word is the unit that they count (申请件数)."""
SINCE_START = re.compile(r"总累计|历年累计|历史累计|开业以来|accumulat|cumulativ|since", re.IGNORECASE)
THIS_YEAR = re.compile(r"当年|本年|今年|年[^月日季]{0,8}累计|yearly|year[ -]to[ -]date", re.IGNORECASE)
THIS_MONTH = re.compile(r"当月|本月|月合计|月度|(?:^|\s)月(?!均)|月(?:申请|授权|登记|注册)量?|monthly", re.IGNORECASE)
THIS_QUARTER = re.compile(r"本季度?|当季度?")
ACCUMULATED = re.compile(r"累计")
MONTHLY_TABLE = re.compile(r"月报|月度|分月|monthly", re.IGNORECASE)

NOTE_LINE = re.compile(
    r"^[\s\u3000]*(?:注\s*(?:\d|[:：、.])|附?注[:：]|说明[:：]|备注[:：]|资料来源|数据来源|来源[:：]|notes?\s*[:：]|source|"
    r"[*＊※①-⑳]|[A-D]\s*[:：.-])",
    re.IGNORECASE,
)
CODE_LINE = re.compile(
    r"^(?:表\s*号|制[表定]\s*(?:机关|单位)|备案机关|批准机关|备案文号|批准文号|文\s*号|有效期至?)\s*[:：]"
)
SOURCE_LINE = re.compile(
    r"(?:发布|发文|更新)(?:时间|日期)|信息来源|文章来源|^来源|^时间[:：]|字体|打印|收藏|浏览次数|点击|分享到|责任编辑"
)
BREADCRUMB = re.compile(r"当前位置|您现在的位置|\s[>＞»›]\s|^首页")
NAVIGATION = re.compile(
    r"^(?:目录|返回|下载|上一篇|下一篇|download|print|return|home|打\s*印.*|页尾|[\s|｜]+)$", re.IGNORECASE
)
YEARBOOK_NAME = re.compile(r"统计年[报鉴](?:[-—\s]*\d{4})?\s*$|statistical\s+(?:yearbook|annual|report)", re.IGNORECASE)
TABLE_NAME = re.compile(
    r"专利|商标|发明|实用新型|外观|版权|著作权|地理标志|知识产权|人口|总值|增加值|申请|授权|注册|统计|情况|状况|分布|指标[:：]|数据|"
    r"patent|trademark|application|grant|invention|design|population|distribution|\btable\s*\d|agenc",
    re.IGNORECASE,
)
TABLE_NUMBER_ONLY = re.compile(
    r"^(?:附?表\s*[\d一二三四五六七八九十]+(?:[-—.]\d+)*|table\s+\d+(?:-\d+)*)$", re.IGNORECASE
)

SPLIT_WORDS = frozenset(
    re.split(
        r"\s+",
        "实用新型 外观设计 大专院校 科研单位 工矿企业 机关团体 职务总计 非职务 常住人口 专利密度 当年累计 当月累计 "
        "总累计 同比增长 有效发明专利量 有效专利量 当年授权量 当月授权量 当年申请量 当月申请量 发明专利 有效发明专利",
    )
)
"""Header words that printers break over two rows; broken parts are joined again, never read as two levels."""

MISSING_WORDS = frozenset(
    {"暂缺", "缺", "缺失", "未公布", "不公布", "保密", "无数据", "空缺", "暂无", "不适用", "n.a.", "nil"}
)
"""Words in place of a figure: the figure is missing, and nothing is wrong with the row."""
