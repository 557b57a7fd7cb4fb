"""Is it the page at all? Names block pages, challenges, login pages, empty lists and error pages that answer 200."""

from __future__ import annotations

import json
import re

from scrapers.decoding import decode
from scrapers.isolation import isolated
from scrapers.records import Refusal
from scrapers.stretches import COMMENT, kinds, stretches, without


def not_the_page(
    body: bytes, text: str | None, content_type: str | None, status: int | None = None
) -> tuple[str, str] | None:
    """Why a body is not the page that was asked for, as (snake_case code, message for a person); None if it may be.

    `text` is the decoded body, None where it is binary or could not be decoded; `status` is that of the HTTP answer
    where there was one. Codes: `empty_body`, `http_error`, `script_challenge`, `block_page`, `login_page`,
    `error_page`, `error_answer` (JSON), `empty_list`, `moved_notice`, `empty_page`, `wrong_type`. Markers count only
    on pages with little to read and no table of figures, so that an article about 拦截 stays an article. Says nothing
    on whether the right table is on the page. Rules: PAGE_FORMATS sections 7 and 8.
    """
    if status is not None and (by_status := _by_status(status, text)):
        return by_status
    if not body.strip():
        return "empty_body", "the body is empty"
    if not body.strip(b"\0 \t\r\n"):
        return "empty_body", f"the body is {len(body)} zero bytes"
    declared = (content_type or "").split(";")[0].strip().lower()
    kind = _kind_of(body, text)
    if kind == "text" and "html" in declared:
        kind = "html"  # a fragment
    if mismatch := _wrong_type(declared, kind):
        return mismatch
    if text is None:
        return None
    if kind == "html":
        return _not_a_page_of_data(text)
    if kind == "json":
        return _json_that_refuses(text)
    return None


@isolated
def problem_of_answer(
    body: bytes, charset: str | None, content_type: str | None, status: int | None
) -> tuple[str, str] | None:
    """As `not_the_page`, for the answer of a server as it came. Raises Refusal only for what reading it breaks."""
    try:
        text = decode(body, charset).text
    except Refusal:
        text = None
    return not_the_page(body, text, content_type, status)


# --- by status and type -----------------------------------------------------------------------------------------------

_CHALLENGE_STATUS = frozenset({412, 521})


def _by_status(status: int, text: str | None) -> tuple[str, str] | None:
    if status in _CHALLENGE_STATUS:
        return "script_challenge", f"status {status}: the site asks for a browser that runs its scripts"
    if status == 202 and text and "<script" in text.lower() and len(_words(text)) < _LITTLE:
        return "script_challenge", "status 202 with a script: the site asks for a browser that runs its scripts"
    if status in {401, 407}:
        return "login_page", f"status {status}: the site asks for a login"
    if status in {403, 405, 406, 418, 429, 451}:
        return "block_page", f"status {status}: the site refuses programs"
    if status >= 400:
        return "http_error", f"status {status}"
    return None


_MAGIC = (
    (b"%PDF", "pdf"),
    (b"\xd0\xcf\x11\xe0", "xls"),
    (b"PK\x03\x04", "zip"),
    (b"\x89PNG", "image"),
    (b"\xff\xd8\xff", "image"),
    (b"GIF8", "image"),
    (b"\x1f\x8b", "gzip"),
    (b"Rar!", "archive"),
    (b"7z\xbc\xaf", "archive"),
)
_HTML = re.compile(
    r"\s*(?:<!--.{0,2000}?-->\s*|<\?xml[^>]*>\s*)*<(?:!doctype\s+html|html|head|body|meta|title|script|table|div|center|h1)\b",
    re.I | re.S,
)

_FITS: dict[str, frozenset[str]] = {
    "text/html": frozenset({"html", "json"}),
    "application/xhtml+xml": frozenset({"html"}),
    "text/csv": frozenset({"text"}),
    "text/plain": frozenset({"text", "json"}),
    "application/json": frozenset({"json"}),
    "application/pdf": frozenset({"pdf"}),
    "application/zip": frozenset({"zip"}),
    "application/x-zip-compressed": frozenset({"zip"}),
    # what official sites serve as .xls is often a web page or CSV inside; a page is one only if it holds a table
    "application/vnd.ms-excel": frozenset({"xls", "zip", "text", "html"}),
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": frozenset({"zip", "xls"}),
}
"""Kinds of bytes that a declared type may hold; types that are not listed are not judged."""

_KIND_NAMES = {
    "html": "a web page",
    "text": "plain text",
    "json": "JSON",
    "xls": "an Excel file",
    "zip": "a zip or XLSX file",
}


_JSON = re.compile(r"\s*(?:\{\s*[\"}]|\[\s*(?:[\[\]{\"\d-]|true|false|null))")
"""How JSON begins; a text that begins with a bracketed word (`[图解]`) is none."""


def _kind_of(body: bytes, text: str | None) -> str:
    for magic, kind in _MAGIC:
        if body.startswith(magic):
            return kind
    if text is None:
        return "binary"
    if _HTML.match(text):
        return "html"
    if _JSON.match(text):
        return "json"
    return "text"


def _wrong_type(declared: str, kind: str) -> tuple[str, str] | None:
    fits = _FITS.get(declared)
    if fits is None or kind in fits or kind == "binary":
        return None
    return "wrong_type", f"declared as {declared}, but the bytes are {_KIND_NAMES.get(kind, kind)}"


# --- web pages --------------------------------------------------------------------------------------------------------

_LITTLE = 400
"""Characters outside links up to which a marker in the text of a page is believed (short bulletins have about 200)."""
_SOME = 1500
"""The same for a marker in the title or first heading."""


def _markers(lines: str) -> tuple[str, ...]:
    return tuple(marker.strip() for marker in re.split(r"[|\n]", lines) if marker.strip())


_CHALLENGES = _markers("""
    __jsl_clearance | acw_sc__v2 | wzws_cid | wzwschallenge | $_ts | _$jsvmprt | cf-chl | challenge-platform
    slidecaptcha | 安全验证 | 滑动验证 | 人机验证 | 请完成验证 | 请输入验证码 | 正在检查您的浏览器
    启用javascript | 开启javascript | 浏览器不支持javascript | checking your browser | enable javascript
""")
_BLOCKS = _markers("""
    reason:urlacl | urlacl | 访问被拒绝 | 拒绝访问 | 禁止访问 | 访问被拦截 | 请求被拦截 | 已被拦截
    您的访问行为 | 访问行为异常 | 访问过于频繁 | 访问频率 | 操作过于频繁 | 云防护 | 网站防火墙 | 应用防火墙
    应用防护 | 创宇盾 | 安全狗 | 疑似攻击 | 非法请求 | 暂不支持境外 | 境外ip | request blocked | access denied
    access to this page has been denied | 403 forbidden | your ip address | too many requests
""")
_ERRORS = _markers("""
    页面不存在 | 页面没有找到 | 页面未找到 | 找不到页面 | 无法找到该页 | 无法找到页面 | 找不到您要
    您访问的页面 | 您要查看的 | 该页无法显示 | 内容不存在 | 文章不存在 | 信息不存在 | 已被删除 | 已删除或
    链接已失效 | 系统错误 | 系统异常 | 系统繁忙 | 系统维护 | 网站维护 | 服务器错误 | 服务器内部错误 | 服务不可用
    服务暂不可用 | 网关错误 | 网关超时 | 出错了 | 运行时错误 | 网站暂时关闭 | 站点已关闭 | 请稍后再试
    not found | bad gateway | bad request | gateway time | internal server error | service unavailable
    service temporarily | runtime error | server error | http status 4 | http status 5 | whitelabel error page
    nginx error | welcome to nginx | apache tomcat | it works! | 访问人数较多 | 访问人数过多 | 排队等待
    domain is for sale | domain for sale | buy this domain | 域名出售 | 域名正在出售 | 域名转让 | 域名已过期
""")
_LOGINS = _markers("""
    用户登录 | 统一身份认证 | 统一认证 | 请登录 | 请先登录 | 登录后 | 账号登录 | 扫码登录 | 忘记密码
    尚未登录 | 重新登录
""")
_MOVED = _markers("""
    网站已迁移 | 网站迁移 | 平台已迁移 | 平台迁移 | 迁移公告 | 已迁移至 | 页面跳转 | 正在跳转 | 自动跳转
    秒后跳转 | 请访问新 | 域名变更 | 域名已变更 | 地址已变更 | 已停止服务 | 网站改版
""")
_EMPTY = _markers("""
    暂无数据 | 暂无内容 | 暂无信息 | 暂无相关 | 没有相关 | 没有找到相关 | 未找到相关 | 没有符合条件 | 查询无结果
    共0条 | 共 0 条 | no data | no results
""")

_ERROR_TITLE = re.compile(
    r"^\W*(?:40[0-9]|41[0-9]|50[0-9]|52[0-9])\b|^error\b|(?:页面|系统|服务|服务器|请求|发生|访问)错误|错误(?:页|提示|信息)|出错",
    re.I,
)
_TITLE = kinds("title", "h1", "h2")
_UNSEEN = kinds("script", "style", "template", "svg", COMMENT, "head")
_LINK = kinds("a")
_TAG = re.compile(r"<[^<>]*>")
_PASSWORD = re.compile(r"""<input\b[^<>]*\btype\s*=\s*["']?password\b""", re.I)
_REFRESH = re.compile(r"""<meta\b[^<>]*http-equiv\s*=\s*["']?refresh\b[^<>]*url\s*=""", re.I)
_AROUND = r"(?:\s|&nbsp;|<(?!/?t[dh]\b)[^<>]{0,500}>){0,60}+"
_DATA_CELL = re.compile(rf"<t[dh]\b[^<>]*>{_AROUND}[-+]?\d[\d,.]*+\s*+%?{_AROUND}</t[dh]\s*>", re.I)
_FEW_CELLS = 6


def _not_a_page_of_data(text: str) -> tuple[str, str] | None:
    """Judge a web page by its markers, its title, and how much there is to read on it."""
    if _has_data_cells(text):
        return None
    lower = text.lower()
    by_text = _first_marker(lower)
    head = text[:60_000]
    title = " ".join(_words(head[start:end]) for start, end in stretches(head, *_TITLE))[:300]
    by_title = _first_marker(title.lower()) or (("error_page", title) if _ERROR_TITLE.search(title) else None)
    suspicious = bool(by_text or by_title or _PASSWORD.search(text) or _REFRESH.search(text))
    if not suspicious and len(text) > 20_000:
        return None
    words = _words(text)
    if not suspicious and len(words) > _LITTLE:
        return None
    if by_title and len(words) < _SOME:
        return by_title[0], f"the page is headed {title!r}"
    if len(words) < _LITTLE:
        if by_text and (
            marker := _first_marker(words.lower()) or (by_text if by_text[0] == "script_challenge" else None)
        ):
            return marker[0], f"little to read but {marker[1]!r}"
        if _PASSWORD.search(text):
            return "login_page", "little to read but a form that asks for a password"
        if _REFRESH.search(text):
            return "moved_notice", "little to read but an instruction to go to another page"
    if len(words) < 15:
        return "empty_page", f"nothing to read on the page ({words!r})"
    return None


def _first_marker(lower: str) -> tuple[str, str] | None:
    for code, markers in (
        ("script_challenge", _CHALLENGES),
        ("block_page", _BLOCKS),
        ("error_page", _ERRORS),
        ("login_page", _LOGINS),
        ("moved_notice", _MOVED),
        ("empty_list", _EMPTY),
    ):
        for marker in markers:
            if marker in lower:
                return code, marker
    return None


def _has_data_cells(text: str) -> bool:
    """True for a page with a table of figures, whatever is written around it."""
    return sum(1 for _, _ in zip(range(_FEW_CELLS), _DATA_CELL.finditer(text), strict=False)) >= _FEW_CELLS


def _words(text: str) -> str:
    """What is to be read on a page outside its links, with single spaces."""
    text = _TAG.sub(" ", without(without(text, *_UNSEEN), *_LINK))
    return " ".join(text.replace("&nbsp;", " ").split())


# --- JSON -------------------------------------------------------------------------------------------------------------

_GOOD_CODES = frozenset({"0", "1", "200", "20000", "ok", "success", "succeed", "true", "成功", ""})
_CODES = ("returncode", "code", "status", "state", "errcode", "resultCode", "ret")
_MESSAGES = ("msg", "message", "error", "errmsg", "error_description", "errorMsg", "resultMsg")
_REFUSAL = re.compile(
    r"(?i)令牌|token|(?:无|没有|未授)权|登录|失败|错误|异常|不合法|非法|过期|失效|频繁|超(?:出|过|限)|次数|禁止|拒绝|"
    r"denied|forbidden|unauthori[sz]ed|invalid|expired|exceeded|not allowed|fail|error"
)


def _json_that_refuses(text: str) -> tuple[str, str] | None:
    """An interface that answers 200 and says in JSON that it has refused.

    What holds rows is no refusal, unless the code beside them is that of an error.
    """
    try:
        answer = json.loads(text)
    except (ValueError, RecursionError) as error:
        return "error_answer", f"the JSON cannot be read: {error}"
    if not isinstance(answer, dict):
        return None
    message = next((str(answer[key])[:200] for key in _MESSAGES if answer.get(key)), "")
    has_rows = any(isinstance(value, dict | list) and value for key, value in answer.items() if key not in _MESSAGES)
    for key in ("success", *_CODES):
        value = answer.get(key)
        if value is False or (key == "success" and str(value).lower() == "false"):
            return "error_answer", f"the interface has refused: {message or f'{key} is false'}"
    for key in _CODES:
        value = answer.get(key)
        if isinstance(value, str | int) and not _is_good(value) and (not has_rows or _is_error(value)):
            return "error_answer", f"the interface has refused: {key} {value} {message}".rstrip()
    if not has_rows and message and (_REFUSAL.search(message) or answer.get("error")):
        return "error_answer", f"the interface has refused: {message}"
    return None


def _is_good(value: str | int) -> bool:
    return (str(value).strip().lower().lstrip("0") or "0") in _GOOD_CODES


def _is_error(value: str | int) -> bool:
    """True for codes that follow those of HTTP (401, 500 …), and for words such as `error`."""
    return re.fullmatch(r"[45]\d\d|-\d+|error|fail(?:ed|ure)?", str(value).strip().lower()) is not None
