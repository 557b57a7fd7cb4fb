"""From the bytes of a fuzzer to what readers meet: tokens of the pages, numbers, tables; and files to begin with."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Sequence


def _words(told: str) -> list[str]:
    """Words of a text; `~` stands for a space in one."""
    return [word.replace("~", " ") for word in told.split()]


DIGITS = _words("0 1 2 3 9 12 1,234 3.5 １２ 20 2021 2025 一 十 百 万 亿 零")
SIGNS = _words("- － — 至 到 . ． , ， 、 。 ； ： : ? \ufffd / * % ‰ +")
BRACKETS = _words("( ) （ ） [ ] 【 】 \" ' “ ”")
BLANKS = [" ", "\n", "\u3000", "\t", "\u200b"]
TIMES = _words("年 月 日 季度 上半年 年末 截至 2023年 12月 1-9月 十四五 今年 去年 31日 第一")
WORDS = _words("""
    件 万件 亿元 个百分点 家 %以上 余 多 达到 增长 下降 不低于 翻一番 力争 每万人
    有效注册商标量 发明专利拥有量 专利授权量 全省 全市 长沙市 湖南 其中 分别为 同比 占 单位
    一、 （二） 第三章 1. 目标 知识产权 规划 预期性 表1 合计 地区 附件 责任单位 、
""")
MARKUP = _words("""
    <table> </table> <tr> </tr> <td> </td> <th> <td~rowspan=2> <td~colspan=3> <p> </p> <br> <h1> </h1> <div> </div>
    <a~href='/a1.html'> </a> <!-- --> <script> </script> <style> </style> <title> </title> &nbsp; &#49; &amp; &lt;
    <span~style='display:none'> </span> <head> </head> <body> <meta~charset=gbk> 浏览次数: 今天是2023年1月1日
    <input~type=hidden~value=1> < > &
""")
DAYS = _words("""
    年 月 日 季度 第一季度 上半年 前三季度 年末 底 截至 2021 2022 2023 - 至 12 1 3 15 16 31 29 2 . / 十四五 今年 Jan
    January ( ) — 2020年 2月29日
""")
PROSE = [*DIGITS, *SIGNS, *BRACKETS, *BLANKS, *TIMES, *WORDS]
PAGE = [*PROSE, *MARKUP]


class Source:
    """The bytes of a fuzzer as choices; used up, it gives zeros."""

    def __init__(self, data: bytes) -> None:
        self._data, self._at = data, 0

    def __bool__(self) -> bool:
        return self._at < len(self._data)

    def byte(self) -> int:
        self._at += 1
        return self._data[self._at - 1] if self._at <= len(self._data) else 0

    def number(self, most: int) -> int:
        """From 0 to `most`."""
        return self.byte() % (most + 1)

    def text(self, words: Sequence[str], most: int = 400) -> str:
        """Words, one for each byte; the highest bytes stand for any character, by the next two."""
        made = []
        while self and len(made) < most:
            chosen = self.byte()
            if chosen < 250:
                made.append(words[chosen % len(words)])
            else:
                code = self.byte() * 256 + self.byte()
                made.append(chr(code) if not 0xD800 <= code < 0xE000 else "\ufffd")
        return "".join(made)


def zipped(members: dict[str, bytes], packing: int = zipfile.ZIP_DEFLATED) -> bytes:
    """A ZIP archive."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", packing) as archive:
        for name, body in members.items():
            archive.writestr(name, body)
    return buffer.getvalue()


def nbs_answer() -> bytes:
    """An answer of the data interface, with figures of the test's own."""
    values = [
        {"_id": "a", "i_showname": "专利授权数 (件)", "value": value, "du_name": "件", "da": code, "da_name": name}
        for code, name, value in (("110000000000", "北京市", "127"), ("120000000000", "天津市", "95.5"))
    ]
    told = {"success": True, "state": 20000, "data": [{"code": "2022YY", "name": "2022年", "values": values}]}
    return json.dumps(told, ensure_ascii=False).encode()


def portal_answer() -> bytes:
    """Rows of a data portal, with figures of the test's own."""
    rows = [{"地区": "长沙市", "年份": "2022", "授权量": 31}, {"地区": "株洲市", "年份": "2022", "授权量": 9.5}]
    return json.dumps({"code": 0, "data": {"total": 2, "rows": rows}}, ensure_ascii=False).encode()


def seeds(name: str) -> list[bytes]:
    """Inputs of a contract to begin with: for the files, small sound ones; for the texts, all of the tokens."""
    if name == "nbs":
        return [nbs_answer()]
    if name == "portals":
        return [portal_answer(), b'[{"a":"x","b":1},{"a":"y","b":2.50}]']
    if name == "archives":
        sound = zipped({"a.csv": b"a,1", "b.csv": b"22"})
        return [sound, sound.replace(b"b.csv", b"a.csv"), zipped({"a.txt": b"1" * 99}, zipfile.ZIP_STORED)]
    if name == "sheets":
        from tests.scrapers.sheet_files import xls, xlsx

        rows = [["地区", "件"], ["长沙", 12], ["株洲", 3.5]]
        return [xls(rows, merged=[(0, 0, 0, 1)]), xlsx({"a": rows, "b": rows}, merged=[(0, 0, 0, 1)])]
    if name == "pdfs":
        from tests.scrapers.pdf_files import paragraph, pdf, ruled

        return [pdf(ruled([["a", "b"], ["1", "2"]])), pdf(paragraph("12"))]
    if name == "decoding":
        text = "<meta charset=gb2312><p>专利授权量12件</p>"
        return [text.encode(code) for code in ("utf-8", "gb18030", "utf-16", "utf-8-sig")]
    return [bytes(range(250)), bytes(range(0, 250, 7))]
