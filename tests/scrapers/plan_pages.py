"""Pages of invented plans, whose promises a test can raise, drop and add."""

from __future__ import annotations

GOALS = {
    "trademarks": "全市有效注册商标总量达到9000件以上",
    "patents": "每万人高价值发明专利拥有量达到3.5件",
    "pledge": "知识产权质押融资登记金额达到12亿元",
    "satisfaction": "知识产权保护社会满意度达到85分以上",
}
HEAD = "甲市人民政府关于印发《甲市知识产权保护和运用规划(2036-2040年)》的通知"


def plan_text(goals: dict[str, str] | None = None, *, year: int = 2040, head: str = HEAD, more: str = "") -> str:
    """The plan as text, one paragraph a line."""
    stated = ",".join((GOALS if goals is None else goals).values())
    return "\n".join(
        [
            head,
            "甲政发〔2036〕7号",
            "各有关单位:",
            "一、发展基础",
            "近年来,全市知识产权工作稳步推进,各项制度逐步健全,服务体系不断完善。",
            "二、发展目标",
            f"到{year}年,{stated}。",
            "三、主要任务",
            f"(一)加强培育。培育知识产权优势企业30家以上。{more}",
            "(二)加强保护。加强行政执法和司法保护衔接,完善协作机制。",
            "四、组织保障",
            "加强组织领导,落实工作责任,强化督促检查。",
            "甲市人民政府",
            "2036年3月12日",
        ]
    )


def plan_page(goals: dict[str, str] | None = None, *, charset: str = "utf-8", **how: object) -> str:
    """The same as a page."""
    text = plan_text(goals, **how)  # type: ignore[arg-type]
    paragraphs = "".join(f"<p>{line}</p>\n" for line in text.splitlines())
    title = text.splitlines()[0]
    head = f'<head><meta charset="{charset}"><title>{title}</title></head>'
    return f"<html>{head}<body><h1>{title}</h1>{paragraphs}</body></html>"
