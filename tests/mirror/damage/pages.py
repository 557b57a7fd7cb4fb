"""Damages of whole pages, and pages that are none."""

from __future__ import annotations

import re

from tests.mirror.damage.text import Damage, of_text, text_of


def replaced(old: str, new: str, count: int = 0) -> Damage:
    return of_text(lambda text: re.sub(old, new, text, count=count))


def cut(share: float) -> Damage:
    """The connection broke off after a share of the bytes."""
    return lambda body: body[: int(len(body) * share)]


def wrong_bytes(body: bytes) -> bytes | None:
    """UTF-8 taken for Latin-1 and written again as UTF-8."""
    text, _ = text_of(body)
    return text.encode("utf-8").decode("latin-1").encode("utf-8")


def unreadable_characters(body: bytes) -> bytes | None:
    """Characters that were lost on the way stand as U+FFFD."""
    text, _ = text_of(body)
    return re.sub(r"[一-鿿](?=[一-鿿]\w*</)", "�", text).encode()


def other_encoding(body: bytes) -> bytes | None:
    """Declared as before, but written in another encoding. The page is still whole."""
    text, encoding = text_of(body)
    return text.encode("utf-8" if encoding.startswith("gb") else "gb18030")


ERROR_PAGE = b"<html><head><title>404 Not Found</title></head><body><h1>Not Found</h1><p>nginx</p></body></html>"
BLOCK_PAGE = (
    "<html><head><title>提示</title></head><body><p>您的访问行为异常，请求已被拦截。</p></body></html>".encode()
)
LOGIN_PAGE = (
    "<html><head><title>统一身份认证</title></head><body><form><input name='username'><input type='password'>"
    "<button>登录</button></form></body></html>"
).encode()
EMPTY_LIST = "<html><head><title>统计数据</title></head><body><ul></ul><p>暂无数据</p></body></html>".encode()


def always(body: bytes) -> Damage:
    return lambda _: body


def without_paragraph(text: str, number: int) -> str | None:
    found = [match.span() for match in re.finditer(r"<p>　　.*?</p>", text, re.S)]
    if len(found) <= number:
        return None
    return text[: found[number][0]] + text[found[number][1] :]


def first_eaten(text: str, number: int) -> str | None:
    body = text.index("<body") if "<body" in text else 0
    found = [m.start() for m in re.finditer(r"(?<![\d./:-])\d{3,}(?=[件个家万亿])", text[body:])]
    if len(found) <= number:
        return None
    at = body + found[number]
    return text[:at] + text[at + 1 :]
