"""Faults of the answer: statuses, redirects, pages that answer 200 and are none, wrong types and encodings."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace

from tests.mirror.damage import pages as none
from tests.mirror.damage.text import Damage, text_of
from tests.mirror.faults.fault import Change, Fault
from tests.mirror.pages import table_page
from tests.mirror.server import CHALLENGE, HTML, Answer

REFUSALS = {400: r"http_error:", 401: r"login_page:", 403: r"block_page:", 405: r"block_page:", 418: r"block_page:"}
CHALLENGES = {412: r"script_challenge:", 521: r"script_challenge:", 468: r"http_error:"}
GONE = {404: r"not_found:", 410: r"not_found:"}
BROKEN = dict.fromkeys((500, 502, 503, 504, 520, 599, 300, 305, 201, 204, 206, 226), r"http_error:")


def status_faults() -> Iterator[Fault]:
    """Statuses, with a page of the server in place of the good one, and with the good one behind them."""
    for status, told in (REFUSALS | CHALLENGES | GONE | BROKEN | {429: r"block_page:|http_error:"}).items():
        yield Fault(f"status {status}", "answer", _status(status), told)
    yield Fault(
        "status 429, come back in a year", "answer", _status(429, {"Retry-After": "31536000"}), r"asked_to_wait:"
    )
    yield Fault("status 503, come back at an odd time", "answer", _status(503, {"Retry-After": "soon"}), r"http_error:")
    for status in (404, 500):
        told = (GONE | BROKEN)[status]
        yield Fault(f"status {status} over the good page", "answer", _over(status), told)
    yield Fault("status 203 over the good page", "answer", _over(203), None)
    yield Fault("status 304 for all that is asked", "answer", _status(304), None)
    yield Fault("status 999", "answer", _status(999), r"http_error:|bad_answer:")


def redirect_faults() -> Iterator[Fault]:
    """Redirects in circles, to other hosts, and to where nobody should be led."""
    refused, bad = r"other_host:|private_address:", r"bad_redirect:"
    targets = {
        "another host": ("http://www.example.org/", refused),
        "a host by its number": ("http://2130706433:1/", refused),
        "loopback": ("http://127.0.0.1:9/admin", refused),
        "loopback in IPv6": ("http://[::1]:9/admin", refused),
        "loopback wrapped in IPv6": ("http://[::ffff:127.0.0.1]:9/", refused),
        "every address of this machine": ("http://0.0.0.0:9/", refused),
        "a private address": ("http://10.0.0.1/", refused),
        "the cloud's own address": ("http://169.254.169.254/latest/meta-data/", refused),
        "a name without a dot": ("http://intranet/", refused),
        "a host behind //": ("//www.example.org/page.html", refused),
        "a user at a host": ("http://user:secret@www.example.org/", bad),
        "a file": ("file:///etc/passwd", bad),
        "a script": ("javascript:alert(1)", bad),
        "data": ("data:text/html,<table></table>", bad),
        "ftp": ("ftp://www.example.org/page.html", bad),
        "half an address": ("http://", r"bad_redirect:|too_many_redirects:"),
        "a broken address": ("http://[::1/", bad),
        "a long address": ("/" + "a" * 5000, r"not_found:|bad_redirect:|http_error:"),
        "an empty address": ("", r"http_error:"),
    }
    for name, (target, told) in targets.items():
        yield Fault(f"redirect to {name}", "redirect", _status(302, {"Location": target}), told)
    yield Fault("redirect to itself", "redirect", _status(302, {"Location": "?"}), r"too_many_redirects:")
    yield Fault("redirect without a place", "redirect", _status(302), r"http_error:")


def not_the_page() -> Iterator[Fault]:
    """Pages that answer 200 and are not the page."""
    whole = {
        "nothing": (b"", r"empty_body:"),
        "white space": (b"  \r\n\r\n ", r"empty_body:"),
        "zero bytes": (bytes(4000), r"empty_body:"),
        "an error page": (none.ERROR_PAGE, r"error_page:"),
        "a block page": (none.BLOCK_PAGE, r"block_page:"),
        "a login page": (none.LOGIN_PAGE, r"login_page:"),
        "an empty list": (none.EMPTY_LIST, r"empty_list:"),
        "a script challenge": (CHALLENGE, r"script_challenge:"),
        "a script that writes the page": (_SCRIPTED, r".+"),
        "a page to look through a browser": (_page("请稍候", "正在检查您的浏览器,请启用JavaScript"), r".+"),
        "a migration notice": (_page("公告", "本站已迁移至新平台,请访问新网站。"), r"moved_notice:"),
        "a page that jumps": (_JUMP, r"moved_notice:"),
        "a maintenance notice": (_page("系统维护", "系统维护中,请稍后再试。"), r"error_page:"),
        "a page that waits in a line": (
            _page("排队中", "当前访问人数较多,您前面还有1203人,请耐心等待。"),
            r"error_page:",
        ),
        "a frame around it": (b"<html><frameset rows='*'><frame src='/x.html'></frameset></html>", r".+"),
        "a domain for sale": (_page("域名出售", "This domain is for sale. 该域名正在出售,联系我们。"), r"error_page:"),
        "a picture": (b"\x89PNG\r\n\x1a\n" + bytes(500), r"wrong_type:"),
        "a refusal in JSON": (json.dumps({"code": 403, "msg": "无权限"}, ensure_ascii=False).encode(), r".+"),
        "an empty answer in JSON": (b'{"data": [], "total": 0}', r".+"),
        "another table": (table_page("各地区统计表", 40).encode(), r".+"),
    }
    for name, (body, told) in whole.items():
        yield Fault(f"200 with {name}", "not the page", _body(body), told)
    for name, inner, told in (
        ("a block page", none.BLOCK_PAGE, r"block_page:"), ("an empty list", none.EMPTY_LIST, r"empty_list:"),
        ("an error page", none.ERROR_PAGE, r"error_page:"),
    ):  # fmt: skip
        yield Fault(f"200 with {name} in the site's frame", "not the page", _body(_framed(inner)), told)


def encoding_faults() -> Iterator[Fault]:
    """What the header says of the body is wrong, or the body went through the wrong hands."""
    named = "encoding"
    yield Fault("charset of the header is wrong", named, _type("text/html; charset=gb2312", "utf-8"), None)
    yield Fault("charset of the header is none", named, _type("text/html; charset=x-none"), None)
    yield Fault("the other encoding, declared as before", named, _damaged(none.other_encoding), None)
    yield Fault("encoded twice", named, _damaged(none.wrong_bytes), r".+")
    yield Fault("characters lost", named, _damaged(none.unreadable_characters), r".+")
    yield Fault("UTF-16 that is not declared", named, _utf16, r".+")
    yield Fault("no content type", named, lambda good: replace(good, content_type=None), None)
    yield Fault("content type of a picture", named, _type("image/png"), None)
    yield Fault("content type of a PDF", named, _type("application/pdf"), r"wrong_type:")
    yield Fault("content type of a sheet", named, _type("application/vnd.ms-excel"), None)
    yield Fault("content type of JSON", named, _type("application/json"), r"wrong_type:|error_answer:")
    yield Fault("content type with line noise", named, _type("text/html; charset=;;=\"'\\"), None)


# --- details ----------------------------------------------------------------------------------------------------------


def _page(title: str, words: str) -> bytes:
    return f"<html><head><title>{title}</title></head><body><h1>{title}</h1><p>{words}</p></body></html>".encode()


_SCRIPTED = b"<html><body><div id='app'></div><script src='/js/app.8f2c.js'></script></body></html>"
_JUMP = b"<html><head><meta http-equiv='refresh' content='0;url=/index.html'></head><body>...</body></html>"
_PLACES = ("首页", "机构概况", "新闻中心", "政务公开", "数据开放", "互动交流", "办事服务", "专题专栏", "党建工作")
_NAVIGATION = "".join(f'<li><a href="/c{number}/">{name}</a></li>' for number, name in enumerate(_PLACES * 4))


def _framed(inner: bytes) -> bytes:
    """A page within the head and foot of a site: much to see, little to read."""
    words = inner.decode().split("<body>")[1].split("</body>")[0]
    foot = "<div>主办单位:统计信息中心 备案序号:00000000号 网站标识码:0000000000 联系我们 网站地图</div>"
    page = f"<html><head><title>统计数据</title></head><body><ul>{_NAVIGATION}</ul>{words}{foot}</body></html>"
    return page.encode()


def _status(status: int, headers: dict[str, str] | None = None) -> Change:
    words = f"<html><body><h1>{status}</h1></body></html>".encode()
    body = b"" if status in (204, 304) else words

    def change(good: Answer) -> Answer:
        return Answer(body, status=status, headers=headers or {}, content_type=HTML)

    return change


def _over(status: int) -> Change:
    return lambda good: replace(good, status=status, etag=False, last_modified=None)


def _body(body: bytes) -> Change:
    return lambda good: Answer(body)


def _type(content_type: str, only: str | None = None) -> Change:
    """Another Content-Type header; for pages only, and where it matters in an encoding."""

    def change(good: Answer) -> Answer | None:
        if not (good.content_type or "").startswith("text/html"):
            return None
        if only and text_of(good.body)[1] != only:
            return None
        return replace(good, content_type=content_type, etag=False)

    return change


def _damaged(damage: Damage) -> Change:
    def change(good: Answer) -> Answer | None:
        body = damage(good.body)
        return None if body is None or body == good.body else replace(good, body=body)

    return change


def _utf16(good: Answer) -> Answer:
    return replace(good, body=text_of(good.body)[0].encode("utf-16-le"))
