"""One province's figures in the three forms in which the national database gives them; the figures are invented."""

from __future__ import annotations

import json

YEAR, REGION, CODE = "2020", "西藏自治区", "540000"
FIGURES = {
    "年末常住人口": ("万人", "366", "resident_population", 3_660_000),
    "地区生产总值": ("亿元", "1902.7", "gdp", 190_270_000_000),
    "国内专利申请受理量": ("项", "2411", "patent_applications", 2411),
    "国内发明专利申请受理量": ("项", "411", "invention_patent_applications", 411),
    "国内实用新型专利申请受理量": ("项", "1500", "utility_model_applications", 1500),
    "国内外观设计专利申请受理量": ("项", "500", "design_applications", 500),
    "国内专利申请授权量": ("项", "1702", "patent_grants", 1702),
    "国内发明专利申请授权量": ("项", "202", "invention_patent_grants", 202),
    "国内实用新型专利申请授权量": ("项", "1100", "utility_model_grants", 1100),
    "国内外观设计专利申请授权量": ("项", "400", "design_grants", 400),
}
"""Label → unit, figure, indicator, value in base units."""


def _export() -> bytes:
    rows = [f"{label}({unit}),{figure}" for label, (unit, figure, *_) in FIGURES.items()]
    head = ["数据库：分省年度数据", f"地区：{REGION}", "时间：最近1年", f"指标,{YEAR}年"]
    return "\n".join([*head, *rows, "数据来源：国家统计局", ""]).encode()


def _answer() -> bytes:
    values = [
        {
            "i_showname": f"{label} ({unit}) ",
            "du_name": unit,
            "value": figure,
            "da": f"{CODE}000000",
            "da_name": REGION,
        }
        for label, (unit, figure, *_) in FIGURES.items()
    ]
    data = [{"code": f"{YEAR}YY", "name": f"{YEAR}年", "values": values}]
    return json.dumps({"success": True, "state": 20000, "data": data}).encode()


def _saved_answer() -> bytes:
    codes = {f"A{number:02d}": label for number, label in enumerate(FIGURES)}
    points = [
        {
            "code": f"zb.{code}_reg.{CODE}_sj.{YEAR}",
            "data": {"data": float(FIGURES[label][1]), "hasdata": True, "strdata": FIGURES[label][1]},
            "wds": [{"wdcode": w, "valuecode": v} for w, v in (("zb", code), ("reg", CODE), ("sj", YEAR))],
        }
        for code, label in codes.items()
    ]
    nodes = {
        "zb": [{"code": code, "cname": label, "unit": FIGURES[label][0]} for code, label in codes.items()],
        "reg": [{"code": CODE, "cname": REGION}],
        "sj": [{"code": YEAR, "cname": f"{YEAR}年"}],
    }
    wdnodes = [{"wdcode": name, "nodes": of} for name, of in nodes.items()]
    return json.dumps({"returncode": 200, "returndata": {"datanodes": points, "wdnodes": wdnodes}}).encode()


PAGES = (
    ("national export", "分省年度数据 西藏自治区", _export()),
    ("national answer", None, _answer()),
    ("national saved answer", None, _saved_answer()),
)
"""Name, title known from outside, body."""
