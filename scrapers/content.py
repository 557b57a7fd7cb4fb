"""The content hash: what stays the same when only counters, clocks and request tokens of a page have changed."""

from __future__ import annotations

import hashlib
import re

from scrapers.decoding import decode
from scrapers.isolation import isolated
from scrapers.records import Refusal
from scrapers.stretches import COMMENT, kinds, stretches, without


def content_sha256(body: bytes, content_type: str | None = None) -> str:
    """SHA-256 (hex) over the normalised content of a body.

    Web pages: comments, visit counters, the date of the day, form and request tokens, cache busters and time stamps in
    scripts are taken out and white space is collapsed; everything else, markup included, counts, because a cell that
    moved is a change. Anything else, and a page whose bytes cannot be decoded within the limits of
    reading, is hashed as it is.
    """
    if not _is_web_page(body, content_type):
        return hashlib.sha256(body).hexdigest()
    try:
        return _normalised_sha256(body)
    except Refusal:
        return hashlib.sha256(body).hexdigest()


@isolated
def _normalised_sha256(body: bytes) -> str:
    """Raises Refusal `undecodable`."""
    return hashlib.sha256(normalise(decode(body).text).encode()).hexdigest()


def normalise(text: str) -> str:
    """The text of a web page without what changes from one visit to the next."""
    text = without(text, *_COMMENT)
    text = _with_scripts_at_rest(text)
    text = _HIDDEN.sub("", text)
    text = _TOKEN_META.sub("", text)
    text = _TOKEN_ATTRIBUTE.sub("", text)
    text = _TOKEN_PARAMETER.sub(r"\1", text)
    text = _SESSION_PATH.sub("", text)
    text = _COUNTER.sub(r"\1", text)
    text = _TODAY.sub("", text)
    return _SPACE.sub(" ", text).strip()


def _with_scripts_at_rest(text: str) -> str:
    """The text without the time stamps of its scripts."""
    kept, last = [], 0
    for start, end in stretches(text, *_SCRIPT):
        kept += [text[last:start], _TIMESTAMP.sub("0", text[start:end])]
        last = end
    return "".join([*kept, text[last:]])


def _is_web_page(body: bytes, content_type: str | None) -> bool:
    if content_type and "html" in content_type.lower():
        return True
    return bool(_LOOKS_LIKE_HTML.match(body[:512]))


_LOOKS_LIKE_HTML = re.compile(
    rb"^(?:\xef\xbb\xbf)?\s*(?:<!--.*?-->\s*)?<(?:!doctype html|html|head|body|meta|table|div)\b", re.I | re.S
)
_COMMENT = kinds(COMMENT)
_SCRIPT = kinds("script")
_TIMESTAMP = re.compile(r"(?<!\d)1[4-9]\d{8}(?:\d{3})?(?!\d)")
"""Seconds or milliseconds since 1970, between 2014 and 2033."""
_HIDDEN = re.compile(r"""<input\b(?=[^<>]*\btype\s*=\s*["']?hidden\b)[^<>]*>""", re.I)
_TOKEN_META = re.compile(
    r"""<meta\b(?=[^<>]*\bname\s*=\s*["']?(?:_?csrf|csrf-|x-csrf|request-?id|generat))[^<>]*>""", re.I
)
_TOKEN_ATTRIBUTE = re.compile(
    r"""\s(?:nonce|data-(?:nonce|token|csrf|reqid|request-id))\s*=\s*(?:"[^"]*"|'[^']*'|[^\s>]+)""", re.I
)
_TOKEN_PARAMETER = re.compile(
    r"""([?&;](?:_|t|v|ts|timestamp|time|rand|random|token|sid|sessionid|jsessionid|nonce)=)[\w.%-]*""", re.I
)
_SESSION_PATH = re.compile(r""";jsessionid=[\w.!-]+""", re.I)
_MARKUP = r"(?:</?(?:span|b|i|em|strong|font|label)\b[^>]*>\s*)"
_COUNTER = re.compile(
    r"((?:浏览(?:次数|量|人次)?|阅读(?:次数|量)?|访问(?:次数|量|人次)?|点击(?:次数|量|率|数)?|人气|今日访问|在线人数)"
    rf"\s*(?:[:：]\s*{_MARKUP}*|{_MARKUP}+)|您是(?:本站)?第\s*{_MARKUP}*)[\d,]+"
)
"""A counter has a colon or markup before its number: prose (访问量达1万) has neither, and its figures count."""
_TODAY = re.compile(
    r"""(?:今天是|今日是|现在是|当前时间|服务器时间|系统时间)\s*[:：]?\s*(?:</?\w+[^>]*>\s*)*"""
    r"""\d{4}\s*[-年/.]\s*\d{1,2}\s*[-月/.]\s*\d{1,2}\s*日?(?:\s*(?:星期|周)[一二三四五六日天])?(?:\s*\d{1,2}[:：时]\d{2}(?:[:：分]\d{2}秒?)?)?"""
)
_SPACE = re.compile(r"\s+")
