"""Files as hostile as the kinds go: bombs, loops, lies about sizes, names and encodings. Each is made, none is kept.

Every one is small; what it would become is not. `HOSTILE` gives them by file name, with the words of the table.
"""

# ruff: noqa: E501 - markup of other formats stands here as it is

from __future__ import annotations

import gzip
import io
import json
import struct
import zipfile
import zlib
from collections.abc import Callable
from dataclasses import dataclass

ROWS = "".join(f"<tr><td>{name}市</td><td>{n}</td></tr>" for n, name in enumerate("甲乙丙丁戊己庚辛", 31))
TABLE = f"<table><tr><td>地区</td><td>专利授权量(件)</td></tr>{ROWS}</table>"


@dataclass(frozen=True, slots=True)
class Hostile:
    """One file: its name says what kind it claims to be."""

    name: str
    fault: str
    make: Callable[[], bytes]


def _page(inside: str | bytes, title: str = "2023年专利授权量统计表") -> bytes:
    body = inside if isinstance(inside, bytes) else inside.encode("utf-8", "surrogatepass")
    return f"<html><head><title>{title}</title></head><body><h1>{title}</h1>".encode() + body + b"</body></html>"


# --- web pages --------------------------------------------------------------------------------------------------------


def spans() -> bytes:
    return _page(
        "<table>" + "<tr>" + "<td colspan=1000 rowspan=65534>7</td>" * 200 + "</tr>" + "<tr><td>1" * 2000 + "</table>"
    )


def spans_of_rows() -> bytes:
    return _page(
        "<table>" + "".join("<tr>" + f"<td rowspan=99999>{n}</td>" * 3 + "</tr>" for n in range(3000)) + "</table>"
    )


def columns() -> bytes:
    return _page("<table><tr>" + "<td>1" * 900_000 + "</tr></table>")


def rows() -> bytes:
    return _page("<table>" + "<tr><td>甲市<td>1" * 450_000 + "</table>")


def nested_tables() -> bytes:
    return _page("<table><tr><td>1" * 5000)


def nested_elements() -> bytes:
    return _page("<div>" * 200_000 + "12件")


def nested_inline() -> bytes:
    return _page(TABLE.replace("31", "<b>" * 3000 + "31"))


def attributes() -> bytes:
    return _page("<td " + " ".join(f"a{n}=1" for n in range(200_000)) + ">" + TABLE)


def comments() -> bytes:
    return _page("<!--" * 1_000_000 + TABLE)


def openings() -> bytes:
    return _page("<script " * 300_000 + "<style " * 300_000 + "<a <td <input <meta " * 100_000)


def cells_without_end() -> bytes:
    return _page("<td><p><b>" * 400_000)


def entities() -> bytes:
    return _page("&#x31;&amp;amp;&notit;" * 400_000 + "&" * 1_000_000)


def long_line() -> bytes:
    return _page("<p>2023年,全省专利授权量" + "1" * 8_000_000 + "件。</p>")


def spaces() -> bytes:
    return _page(
        "<p>2023年,全省专利授权量" + " \u3000" * 600_000 + "12件。</p>" + TABLE.replace("31", " " * 300_000 + "31")
    )


def separators() -> bytes:
    return _page("<p>2023年,全省专利授权量" + "1,234," * 400_000 + "件。</p>")


def sentences() -> bytes:
    return _page("<p>" + "2023年,甲市专利授权量12件,同比增长3.5%,其中发明专利授权量5件;" * 40_000 + "</p>")


def dates() -> bytes:
    return _page("<p>" + "2023年1月至2023年1-9月" * 150_000 + "专利授权量12件。</p>")


def brackets() -> bytes:
    return _page("<p>" + "(（[【“《" * 300_000 + "专利授权量12件。</p>")


def controls() -> bytes:
    return _page(
        TABLE.replace("31", "\u202e13\u202c").replace("32", "3\u200b2").replace("33", "3\x003") + "\x00" * 200_000
    )


def glued() -> bytes:
    return _page(TABLE.replace("31", "1,2345").replace("32", "３2٣").replace("33", "3 3").replace("34", "1e999999999"))


def plan() -> bytes:
    head = "某市知识产权发展规划\n一、主要目标\n"
    return (head + "到2025年,有效注册商标量达到1,2345件," * 20_000 + "一、（一）1." * 100_000).encode()


def headings() -> bytes:
    return (
        "某市知识产权“十四五”规划\n" + "第一章 目标\n一、目标\n（一）目标\n1.到2025年,商标达到12件。\n" * 40_000
    ).encode()


# --- encodings --------------------------------------------------------------------------------------------------------


def utf7() -> bytes:
    return b'<html><meta charset="utf-7"><body>+ADw-table+AD4-+ADw-td+AD4-31' + b"+/v8-" * 1000


def marks() -> bytes:
    return b"\xef\xbb\xbf\xff\xfe" + _page(TABLE).decode().encode("utf-16-le") + b"\xef\xbb\xbf"


def half_utf16() -> bytes:
    return b"\xff\xfe" + _page(TABLE).decode().encode("utf-16-le")[:-1] + b"\x00\xd8"


def rare_codec() -> bytes:
    return (
        b'<meta charset="idna"><meta charset="rot13"><meta charset="unicode_escape">' + b"\\x31" * 1000 + _page(TABLE)
    )


def zeros() -> bytes:
    return b"\x00" * 5_000_000


# --- JSON and XML -----------------------------------------------------------------------------------------------------


def json_depth() -> bytes:
    return b'{"data":' * 300_000 + b"1" + b"}" * 300_000


def json_lists() -> bytes:
    return b"[" * 2_000_000


def json_numeral() -> bytes:
    return '[{"地区":"甲市","专利授权量":1e999999999},{"地区":"乙市","专利授权量":2}]'.encode()


def json_digits() -> bytes:
    return ('[{"地区":"甲市","专利授权量":' + "9" * 2_000_000 + '},{"地区":"乙市","专利授权量":2}]').encode()


def json_halves() -> bytes:
    return '[{"地区":"\\ud800","专利授权量":1},{"地区":"乙\\udfff","专利授权量":2}]'.encode()


def json_names() -> bytes:
    return ("[" + ",".join(json.dumps({f"n{n}": n}) for n in range(3000)) + "]").encode()


def json_values() -> bytes:
    return b'{"data":[' + b'{"a":1,"b":2},' * 900_000 + b'{"a":1,"b":2}]}'


def laughs() -> bytes:
    lines = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 12))
    return f'<?xml version="1.0"?><!DOCTYPE Workbook [<!ENTITY l0 "ha">{lines}]><Workbook>&l11;</Workbook>'.encode()


def external_entity() -> bytes:
    return (
        b'<?xml version="1.0"?><!DOCTYPE w [<!ENTITY f SYSTEM "file:///etc/passwd"><!ENTITY % d SYSTEM '
        b'"http://127.0.0.1:9/x.dtd">%d;]><Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet"><Worksheet>'
        b"<Table><Row><Cell><Data>&f;</Data></Cell></Row></Table></Worksheet></Workbook>"
    )


def xml_index() -> bytes:
    return (
        b'<?xml version="1.0"?><Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet" '
        b'xmlns:ss="urn:schemas-microsoft-com:office:spreadsheet"><Worksheet ss:Name="a"><Table><Row ss:Index="9999999">'
        b'<Cell ss:Index="999" ss:MergeAcross="999999" ss:MergeDown="999999"><Data ss:Type="Number">1</Data></Cell></Row>'
        b"</Table></Worksheet></Workbook>"
    )


# --- ZIP, XLSX, XLS ---------------------------------------------------------------------------------------------------


def _zip(members: dict[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, body in members.items():
            archive.writestr(name, body)
    return buffer.getvalue()


def zip_bomb() -> bytes:
    return _zip({f"{n}.csv": b"0" * 40_000_000 for n in range(5)})


def zip_in_zip() -> bytes:
    inner = _zip({"a.csv": b"0" * 20_000_000})
    for _ in range(6):
        inner = _zip({f"{n}.zip": inner for n in range(4)})
    return inner


def zip_paths() -> bytes:
    names = [
        "../../evil.csv",
        "/etc/evil.csv",
        "C:\\evil.csv",
        "a/../../evil.html",
        "evil\x00.csv",
        "..",
        "a" * 3000 + ".csv",
    ]
    return _zip(dict.fromkeys(names, b"a,b\n1,2\n"))


def zip_link() -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        link = zipfile.ZipInfo("link.csv")
        link.create_system, link.external_attr = 3, 0o120777 << 16
        archive.writestr(link, "/etc/passwd")
    return buffer.getvalue()


def zip_password() -> bytes:
    made = bytearray(_zip({"a.csv": b"a,b\n1,2\n"}))
    for signature, at in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        made[made.index(signature) + at] |= 1
    return bytes(made)


def zip_members() -> bytes:
    return _zip({f"{n}.csv": b"1" for n in range(3000)})


def zip_overlap() -> bytes:
    """All entries of the directory point to the same packed bytes."""
    made = _zip({"a.csv": b"0" * 900_000})
    at = made.index(b"PK\x01\x02")
    entry, tail = made[at : made.index(b"PK\x05\x06")], made[made.index(b"PK\x05\x06") :]
    entries = b"".join(entry.replace(b"a.csv", b"%03d.c" % n)[: len(entry)] for n in range(500))
    end = struct.pack("<4sHHHHIIH", b"PK\x05\x06", 0, 0, 500, 500, len(entries), at, 0) + tail[22:]
    return made[:at] + entries + end


def xlsx(sheet: bytes, **more: bytes) -> bytes:
    """A workbook of one sheet whose XML is given."""
    office = "http://schemas.openxmlformats.org"
    return _zip(
        {
            "[Content_Types].xml": f'<Types xmlns="{office}/package/2006/content-types"/>'.encode(),
            "xl/workbook.xml": f'<workbook xmlns="{office}/spreadsheetml/2006/main" xmlns:r="{office}/officeDocument/2006/'
            'relationships"><sheets><sheet name="a" sheetId="1" r:id="rId1"/></sheets></workbook>'.encode(),
            "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{office}/package/2006/relationships"><Relationship Id="rId1" '
            f'Type="{office}/officeDocument/2006/relationships/worksheet" Target="worksheets/sheet1.xml"/></Relationships>'.encode(),
            "xl/worksheets/sheet1.xml": sheet,
            **more,
        }
    )


_MAIN = b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'


def xlsx_bomb() -> bytes:
    return xlsx(
        _MAIN + b"<sheetData>" + b'<row r="1"><c r="A1"><v>1</v></c></row>' * 10_000_000 + b"</sheetData></worksheet>"
    )


def xlsx_size() -> bytes:
    return xlsx(
        _MAIN + b'<dimension ref="A1:XFD1048576"/><sheetData><row r="1"><c r="A1"><v>1</v></c></row><row r="1048576">'
        b'<c r="XFD1048576"><v>2</v></c></row></sheetData></worksheet>'
    )


def xlsx_entities() -> bytes:
    lines = b"".join(b'<!ENTITY l%d "%s">' % (n, b"&l%d;" % (n - 1) * 10) for n in range(1, 11))
    declared = (
        b'<?xml version="1.0"?><!DOCTYPE w [<!ENTITY l0 "9">' + lines + b'<!ENTITY f SYSTEM "file:///etc/passwd">]>'
    )
    cell = b'<sheetData><row r="1"><c r="A1" t="inlineStr"><is><t>&l10;&f;</t></is></c></row></sheetData></worksheet>'
    return xlsx(declared + _MAIN + cell)


def xlsx_merges() -> bytes:
    merges = b'<mergeCell ref="A1:XFD1048576"/>' * 5000
    return xlsx(
        _MAIN
        + b'<sheetData><row r="1"><c r="A1"><v>1</v></c></row></sheetData><mergeCells>'
        + merges
        + b"</mergeCells></worksheet>"
    )


def xls_damage() -> bytes:
    """The head of an old Excel file whose sector table refers to itself."""
    head = bytearray(512)
    head[:8] = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
    struct.pack_into("<HHHHH", head, 24, 0x3E, 3, 0xFFFE, 9, 6)
    struct.pack_into("<IIIIIIIII", head, 44, 1, 0, 0, 4096, 0, 1, 0, 0, 0)
    return bytes(head) + struct.pack("<128I", *([0] * 128)) * 40


# --- PDF and packed bodies --------------------------------------------------------------------------------------------


def _pdf(*objects: bytes) -> bytes:
    made, places = bytearray(b"%PDF-1.5\n"), []
    for number, content in enumerate(objects, start=1):
        places.append(len(made))
        made += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    table = len(made)
    made += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    made += b"".join(b"%010d 00000 n \n" % place for place in places)
    return bytes(made) + b"trailer <</Root 1 0 R/Size %d>>\nstartxref\n%d\n%%%%EOF" % (len(objects) + 1, table)


def _stream(content: bytes, more: bytes = b"") -> bytes:
    return b"<</Length %d%s>>\nstream\n%s\nendstream" % (len(content), more, content)


_ROOT = b"<</Type/Catalog/Pages 2 0 R>>"
_LEAF = b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 600 800]/Contents 4 0 R/Resources<</Font<</F 5 0 R>>>>>>"
_FONT = b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>"


def _of_content(content: bytes) -> bytes:
    return _pdf(_ROOT, b"<</Type/Pages/Kids[3 0 R]/Count 1>>", _LEAF, content, _FONT)


def pdf_loop() -> bytes:
    return _pdf(_ROOT, b"<</Type/Pages/Kids[2 0 R 2 0 R]/Count 2/Parent 2 0 R>>")


def pdf_pages() -> bytes:
    return _pdf(_ROOT, b"<</Type/Pages/Kids[" + b"3 0 R " * 200_000 + b"]/Count 200000>>", _LEAF, _stream(b""), _FONT)


def pdf_bomb() -> bytes:
    content = zlib.compress(b"(1) Tj " * 40_000_000, 9)
    return _of_content(_stream(content, b"/Filter/FlateDecode"))


def pdf_bomb_twice() -> bytes:
    content = zlib.compress(zlib.compress(b"0" * 600_000_000, 9), 9)
    return _of_content(_stream(content, b"/Filter[/FlateDecode/FlateDecode]"))


def pdf_signs() -> bytes:
    text = b"BT /F 8 Tf " + b"1 0 0 1 9 9 Tm (1) Tj " * 300_000 + b"ET"
    return _of_content(_stream(zlib.compress(text), b"/Filter/FlateDecode"))


def pdf_rulings() -> bytes:
    lines = b"".join(
        b"0 %d m 600 %d l S %d 0 m %d 800 l S " % (n % 800, n % 800, n % 600, n % 600) for n in range(20_000)
    )
    return _of_content(_stream(zlib.compress(lines), b"/Filter/FlateDecode"))


def pdf_nesting() -> bytes:
    return _of_content(_stream(b"[" * 200_000 + b"<<" * 200_000))


def pdf_forms() -> bytes:
    """A form that draws itself, twice."""
    form = _stream(b"/X Do /X Do", b"/Type/XObject/Subtype/Form/BBox[0 0 9 9]/Resources<</XObject<</X 4 0 R>>>>")
    leaf = b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 600 800]/Contents 5 0 R/Resources<</XObject<</X 4 0 R>>>>>>"
    return _pdf(_ROOT, b"<</Type/Pages/Kids[3 0 R]/Count 1>>", leaf, form, _stream(b"/X Do"))


def gzip_bomb() -> bytes:
    return gzip.compress(b"0" * 100_000_000)


def program() -> bytes:
    return b"MZ\x90\x00" + b"\x00\xff" * 100_000


_ALL: tuple[tuple[str, str, Callable[[], bytes]], ...] = (
    ("spans.html", "cells that span a thousand columns and all rows", spans),
    ("spans_of_rows.html", "cells that span every row below them", spans_of_rows),
    ("columns.html", "a row of 900,000 cells", columns),
    ("rows.html", "450,000 rows", rows),
    ("nested_tables.html", "tables inside tables, 5,000 deep", nested_tables),
    ("nested_elements.html", "elements inside elements, 200,000 deep", nested_elements),
    ("nested_inline.html", "a cell with 3,000 elements inside each other", nested_inline),
    ("attributes.html", "an element of 200,000 attributes", attributes),
    ("comments.html", "a million comments without an end", comments),
    ("openings.html", "a million elements that are never closed", openings),
    ("cells_without_end.html", "400,000 cells that are never closed", cells_without_end),
    ("entities.html", "entities without end, doubled and half", entities),
    ("long_line.html", "a number of eight million digits", long_line),
    ("spaces.html", "a million spaces before a number", spaces),
    ("separators.html", "400,000 numbers glued by commas", separators),
    ("sentences.html", "a sentence of 40,000 clauses", sentences),
    ("dates.html", "300,000 dates in a row", dates),
    ("brackets.html", "two million brackets that are never closed", brackets),
    ("controls.html", "NULs, and signs that turn the direction of reading", controls),
    ("glued.html", "glued, mixed and endless numerals in cells", glued),
    ("plan.txt", "a plan of damaged figures and headings", plan),
    ("headings.txt", "a plan of 160,000 headings", headings),
    ("utf7.html", "UTF-7", utf7),
    ("marks.html", "several byte order marks", marks),
    ("half_utf16.html", "UTF-16 with half a character", half_utf16),
    ("rare_codec.html", "codecs that are no text encodings", rare_codec),
    ("zeros.html", "five megabytes of zeros", zeros),
    ("depth.json", "JSON nested 300,000 deep", json_depth),
    ("lists.json", "JSON that only opens lists", json_lists),
    ("numeral.json", "a JSON number of a thousand million digits", json_numeral),
    ("digits.json", "a JSON number of two million digits", json_digits),
    ("halves.json", "JSON with halves of characters", json_halves),
    ("names.json", "JSON rows of 3,000 different names", json_names),
    ("values.json", "JSON of 900,000 rows", json_values),
    ("laughs.xml", "XML entities that multiply", laughs),
    ("external.xml", "XML entities that read a file and fetch a DTD", external_entity),
    ("index.xls", "an XML spreadsheet with a cell far away", xml_index),
    ("bomb.zip", "a ZIP that unpacks to 200 MB", zip_bomb),
    ("nested.zip", "ZIPs inside ZIPs, six deep", zip_in_zip),
    ("paths.zip", "names that lead out of the archive", zip_paths),
    ("link.zip", "a member that is a link to a file", zip_link),
    ("password.zip", "a ZIP with a password", zip_password),
    ("members.zip", "a ZIP of 3,000 files", zip_members),
    ("overlap.zip", "500 members that share their bytes", zip_overlap),
    ("bomb.xlsx", "a workbook that unpacks to 400 MB", xlsx_bomb),
    ("size.xlsx", "a workbook that spans every cell there can be", xlsx_size),
    ("entities.xlsx", "a workbook with entities", xlsx_entities),
    ("merges.xlsx", "5,000 merges of the whole sheet", xlsx_merges),
    ("damage.xls", "an old workbook whose sectors loop", xls_damage),
    ("loop.pdf", "a PDF whose pages hold themselves", pdf_loop),
    ("pages.pdf", "a PDF of 200,000 pages", pdf_pages),
    ("bomb.pdf", "a PDF whose page unpacks to 280 MB", pdf_bomb),
    ("bomb_twice.pdf", "a PDF whose page is packed twice, 600 MB", pdf_bomb_twice),
    ("signs.pdf", "a PDF page of 300,000 signs", pdf_signs),
    ("rulings.pdf", "a PDF page of 40,000 rulings", pdf_rulings),
    ("nesting.pdf", "a PDF page of brackets that are never closed", pdf_nesting),
    ("forms.pdf", "a PDF form that draws itself", pdf_forms),
    ("gzip.html", "a body that is still packed, a hundredfold", gzip_bomb),
    ("program.html", "a program under the name of a page", program),
)
HOSTILE = tuple(Hostile(name, fault, make) for name, fault, make in _ALL)
