"""Read one printed number, in a cell or in a sentence: exactly as printed, or not at all.

Nothing is guessed here. A text that is no number gives None; a text that was one but lost digits, or holds two numbers
without a separator, raises `DamagedNumber`. Magnitudes (万, 亿) belong to the unit and never change the value.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from scrapers.records import Refusal

MAX_WHOLE_DIGITS = 22
MAX_DECIMALS = 6
"""A record's value is a DECIMAL(28, 6): what does not fit is no figure of ours."""

BEFORE = ("超过", "突破", "接近", "将近", "大约", "不足", "近", "超", "逾", "约")
AFTER = ("左右", "以上", "余", "多")

_REPLACED: dict[str, str] = {
    **{chr(ord("０") + n): str(n) for n in range(10)},
    **dict.fromkeys("－﹣−‐‑–", "-"),
    **{"．": ".", "，": ",", "％": "%", "＋": "+"},
}
_SAME_LENGTH = str.maketrans(_REPLACED)
"""One character for one, so that offsets in the translated text are offsets in the text as printed."""
_SPACE = r"[\s\u3000\u200b\ufeff]{0,20}+"
"""Possessive and short: a text of nothing but spaces is looked through once."""
_FOOTNOTE_END = re.compile(r"(?:\*+|[①-⑳¹²³⁰⁴-⁹†‡]+|\[\d{1,2}\]|［\d{1,2}］|〔\d{1,2}〕)$")
_BLANKS = frozenset(
    {"", "-", "--", "---", "—", "——", "…", "……", "...", "/", "\\", "*", "#", "N/A", "n/a", "NA", "空格", "无"}
)

_DIGITS = r"\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?"
_SCALE = r"(?:[十百千]?[万亿]{1,2}|[百千])"
_COUNTER = (
    r"人次|人年|人日|人天|人|件次|件套|件|项次|项|个百分点|百分点|个千分点|千分点|个次|个|家次|家|户|名|元|美元|港元|欧元|吨标准煤|吨|亩|公顷|平方公里|平方千米|平方米|公里|千米|"
    r"千瓦时|千瓦|立方米|册|篇|种|条|批|场|期|起|次|例|宗|座|所|张|辆|台|套|枚|株|位|分钟|小时|分|天|年|岁|倍|部|处|只|份|"
    r"单|笔|对|本|块|组|门|款|届|支|床|封|字|Mbps"
)
_UNIT = rf"%|‰|{_SCALE}?(?:{_COUNTER})(?:{_SPACE}/{_SPACE}{_SCALE}?(?:人|家|亿元|元|件|户|平方公里|公里|年))?|{_SCALE}"
_NUMBER = re.compile(
    rf"(?P<before>{'|'.join(BEFORE)})?{_SPACE}(?P<sign>[+-])?{_SPACE}(?P<digits>{_DIGITS})"
    rf"{_SPACE}(?P<after>余|多)?{_SPACE}(?P<unit>(?:{_UNIT}))?"
)
_CELL = re.compile(
    rf"^(?P<sign>[+-])?(?P<digits>{_DIGITS})(?P<after>余|多)?(?P<unit>(?:{_UNIT}))?(?P<tail>左右|以上)?$"
)
_LONGEST_UNIT = 20
_UNIT_WITH_NOTE = re.compile(rf"^(?P<scale>{_SCALE})(?P<after>余|多)(?P<counter>{_COUNTER})")
_CELL_WITH_NOTE = re.compile(rf"^(?P<head>.*\d)(?P<scale>{_SCALE})(?P<after>余|多)(?P<counter>{_COUNTER})$")
_SIMPLE = re.compile(r"^(-?(?:0|[1-9]\d{0,14})(?:\.\d{1,6})?)(%)?$", re.ASCII)
_CHINESE_DIGITS_ONLY = re.compile(r"^[零〇一二两三四五六七八九]{2,}$")
_CHINESE = re.compile(r"^[零〇一二两三四五六七八九十百千万亿]+(?:点[零〇一二三四五六七八九]+)?$")
_THOUSANDS_BY_SPACE = re.compile(r"^[+-]?\d{1,3}(?: \d{3})+(?:\.\d+)?(?:%|‰)?$")
_HARMLESS_SPACES = re.compile(r"(?<=[+-])\s+|\s+(?=[%‰.])|(?<=[.])\s+|(?<=,)\s+(?=\d{3}(?!\d))|\s+(?=,\d{3}(?!\d))")
_ODD_DIGIT = re.compile(r"[^\W\d_]|\d")


class DamagedNumber(Refusal):
    """A text that was a number and no longer is one: lost or glued digits, a replacement character."""

    def __init__(self, text: str, why: str) -> None:
        super().__init__("damaged_number", f"{text!r}: {why}")
        self.text = text
        self.why = why


@dataclass(frozen=True, slots=True)
class Number:
    """A number with what is printed on it. `value` is in `unit`: 6.7万余件 is 6.7, 万件, with the note 余."""

    value: Decimal
    text: str
    """The digits as printed, with sign and separators, without unit and note."""
    unit: str | None
    """`%`, `‰`, `万件`, `亿元`, … where one follows the digits, spaces removed; else None."""
    note: str | None
    """Words that make the number approximate (余, 多, 近, 超 …), joined by `、`."""
    start: int
    end: int
    """Place in the given text, words and unit included; `end` is exclusive."""

    @property
    def is_percent(self) -> bool:
        return self.unit == "%"


def is_blank(text: str) -> bool:
    """True for a cell that holds no figure: empty, white space, `-`, `…`, `/`."""
    return _strip(text) in _BLANKS


def parse_number(text: str) -> Number | None:
    """The number that is the whole of `text` (a table cell), or None where the text is blank or not a number.

    Understands thousands separators (`1,897`, `1 897`), full-width digits, any minus sign, `%`, `‰`, a unit, 余 and 多,
    Chinese numerals. Footnote marks behind the digits (`*`, `[1]`, `①`) are left out. Raises DamagedNumber.
    """
    if simple := _SIMPLE.match(text):
        return Number(Decimal(simple[1]), simple[1], simple[2], None, 0, len(text))
    stripped = _strip(text)
    if stripped in _BLANKS:
        return None
    if "\ufffd" in stripped and any(c.isdigit() for c in stripped):
        raise DamagedNumber(text, "a character that could not be decoded stands in it")
    cell = _FOOTNOTE_END.sub("", stripped).rstrip().translate(_SAME_LENGTH).replace("？", "?")
    if _CHINESE.match(cell):
        if _CHINESE_DIGITS_ONLY.match(cell):
            return None  # a year or a code written digit by digit
        return Number(chinese_number(cell), cell, None, None, 0, len(text))
    if not any(c.isdigit() for c in cell):
        return None
    before = next((word for word in BEFORE if cell.startswith(word)), None)
    cell = cell[len(before or "") :].lstrip()
    if not re.match(r"^[+\-?.,\d]", cell):
        return None
    joined = _join_spaces(text, cell)
    if spread := _CELL_WITH_NOTE.match(joined):
        joined = spread["head"] + spread["after"] + spread["scale"] + spread["counter"]
    match = _CELL.match(joined)
    if match is None:
        if _looks_damaged(joined):
            raise DamagedNumber(text, _why(joined))
        return None
    notes = [word for word in (before, match["after"], match["tail"]) if word]
    digits = (match["sign"] or "") + match["digits"]
    return Number(_decimal(text, digits), digits, match["unit"], "、".join(notes) or None, 0, len(text))


def quick_value(text: str) -> tuple[Decimal, bool] | None:
    """Value and whether it is a percentage, for the plainest cells (`1897`, `39.29`, `-2.8%`); None for all others.

    A short cut for large tables: what it gives is what `parse_number` would give, and None says nothing.
    """
    simple = _SIMPLE.match(text)
    return (Decimal(simple[1]), simple[2] is not None) if simple else None


def find_numbers(text: str) -> Iterator[Number]:
    """Numbers of a sentence from left to right, with their places. Damaged ones are left out.

    Left out are: numbers behind `?`, U+FFFD or a half gloss (their first digit may be lost), two numbers without a
    separator (`2.693.31`), digits inside Latin words or codes. Chinese numerals are not searched for. Use
    `find_damaged` to report what was left out.
    """
    for number, why in _scan(text):
        if why is None:
            yield number


def find_damaged(text: str) -> Iterator[tuple[str, str]]:
    """The numbers of a sentence that `find_numbers` refuses: the stretch as printed and why."""
    for number, why in _scan(text):
        if why is not None:
            yield text[number.start : number.end], why


def chinese_number(text: str) -> Decimal:
    """Value of a Chinese numeral (`一百二十三`, `三点五`, `两千`). Raises DamagedNumber where it is malformed."""
    import cn2an  # slow to import, seldom needed

    try:
        return Decimal(str(cn2an.cn2an(text.replace("〇", "零").replace("两", "二"), "strict")))
    except (ValueError, ArithmeticError) as error:
        raise DamagedNumber(text, "not a well-formed Chinese numeral") from error


def _scan(text: str) -> Iterator[tuple[Number, str | None]]:
    plain = text.translate(_SAME_LENGTH)
    position = 0
    while match := _NUMBER.search(plain, position):
        unit, notes, end = match["unit"], [match["before"], match["after"]], match.end()
        if unit and (spread := _UNIT_WITH_NOTE.match(plain[match.start("unit") : match.start("unit") + _LONGEST_UNIT])):
            unit, end = spread["scale"] + spread["counter"], match.start("unit") + spread.end()
            notes.append(spread["after"])
        sign = match["sign"] or ""
        if sign and _sign_is_a_dash(plain, match.start("sign")):
            sign = ""
        for word in ("左右", "以上"):
            if plain.startswith(word, end):
                notes.append(word)
        first = match.start("sign") if sign else match.start("digits")
        begin = match.start("before") if match["before"] else first
        digits = sign + match["digits"]
        why = _damage(plain, match.start("digits"), match.end("digits"))
        position = max(end, match.end("digits"))
        try:
            value = _decimal(digits, digits)
        except DamagedNumber as error:
            why, value = error.why, Decimal(0)
        note = "、".join(word for word in notes if word) or None
        yield Number(value, digits, re.sub(r"\s", "", unit) if unit else None, note, begin, end), why


def _damage(plain: str, start: int, end: int) -> str | None:
    """Why the digits at `start:end` may not be all the digits there were; None for a sound number."""
    before, after = plain[max(0, start - 2) : start], plain[end : end + 2]  # a few signs: a text may hold many numbers
    if plain[_last_sign(plain, start)] in ("?", "\ufffd") or after.startswith(("?", "\ufffd")):
        return "stands beside a lost character"
    if re.match(r"[.,]?\d", after) or re.search(r"\d[.,]$", before):
        return "two numbers without a separator"
    if re.match(r"[%‰]\d", after) or re.search(r"[%‰][+-]?$", before):
        return "a percentage glued to the next number"
    if re.search(r"\d$", before):
        return "two numbers without a separator"
    if re.search(r"[A-Za-z]$", before) or re.match(r"[A-Za-z]", after):
        return "part of a code"
    return None


def _last_sign(plain: str, before: int) -> slice:
    """Where the last sign before a place stands that is no white space; an empty place where there is none."""
    while before > 0 and plain[before - 1].isspace():
        before -= 1
    return slice(max(0, before - 1), before)


def _sign_is_a_dash(plain: str, at: int) -> bool:
    """A hyphen behind a number, a date or a letter joins two things (1-9月, 2023-12, A-1); it is not a minus."""
    return bool(re.match(r"[0-9A-Za-z年月日度)）”》】%]", plain[_last_sign(plain, at)]))


def _strip(text: str) -> str:
    return text.strip(" \t\r\n\f\v\u00a0\u3000\u200b\ufeff\u2002\u2003\u2009")


def _join_spaces(text: str, cell: str) -> str:
    """The cell without harmless spaces. Raises DamagedNumber where spaces may stand between two numbers."""
    spaced = re.sub(r"[\s\u3000\u200b\ufeff]+", " ", cell)
    spaced = _HARMLESS_SPACES.sub("", spaced)
    if _THOUSANDS_BY_SPACE.match(spaced):
        return spaced.replace(" ", "")
    if re.search(r"\d \d", spaced):
        raise DamagedNumber(text, "a space between its digits that is no thousands separator")
    return spaced.replace(" ", "")


def _looks_damaged(joined: str) -> bool:
    """True where the text holds nothing but digits, separators, a unit and doubt: it was meant to be a number."""
    return not _ODD_DIGIT.search(re.sub(rf"\d|余|多|左右|以上|{_UNIT}", "", joined))


def _why(joined: str) -> str:
    if "?" in joined:
        return "a question mark stands for a lost digit"
    if joined.count(".") > 1 or re.search(r"[%‰].*\d", joined):
        return "two numbers without a separator"
    if "," in joined:
        return "its commas are not thousands separators"
    return "not a whole number"


def _decimal(text: str, digits: str) -> Decimal:
    bare = digits.replace(",", "")
    whole, _, decimals = bare.lstrip("+-").partition(".")
    if len(whole) > 1 and whole.startswith("0"):
        raise DamagedNumber(text, "it begins with a zero")
    if len(whole) > MAX_WHOLE_DIGITS or len(decimals) > MAX_DECIMALS:
        raise DamagedNumber(text, "it has more digits than a record can hold")
    return Decimal(bare)
