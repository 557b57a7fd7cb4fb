"""What leaves as a table is text: no spreadsheet runs it, no terminal obeys it, and the log has no line of it."""

from __future__ import annotations

import csv
import io
import json
import logging
import os
import subprocess
import sys
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scrapers.register.evidence import Evidence, State, evidence_csv, read_evidence
from scrapers.spreadsheet import as_it_was, csv_line, harmless
from warehouse.plain_text import LogLines, SafeStream, guarded, unguarded, visible
from warehouse.report import table
from warehouse.tables_out import write_csv, write_json

FORMULAS = [
    "=1+1", "@SUM(A1)", "+cmd|' /C calc'!A0", "-1+cmd|' /C calc'!A0", "\t=1", "\r=1", "\n=1", " =1", "\u3000=1",
    "\ufeff=1", "＝1+1", "＋1+A1", "－A1", "＠SUM(A1)", "'=1", '"=1', "''=1", "-其中", "- 其中", "+86-10-1234", "-1e5",
    "-2.3%=x", "=",
]  # fmt: skip
PLAIN = [
    "-2.3%",
    "+12,345",
    "-1",
    "-",
    "--",
    "—",
    "－2.3",
    "专利=授权",
    "a@b",
    "",
    "'",
    "'s",
    "1-2",
    "其中：",
    "-0.5 %",
]


@pytest.mark.parametrize("text", FORMULAS)
def test_what_a_spreadsheet_would_run_gets_an_apostrophe(text: str) -> None:
    assert harmless(text) == "'" + text


@pytest.mark.parametrize("text", PLAIN)
def test_numbers_dashes_and_other_words_are_not_touched(text: str) -> None:
    assert harmless(text) == text


@given(st.text())
def test_what_was_made_harmless_can_be_read_again(text: str) -> None:
    assert as_it_was(harmless(text)) == text
    for letter in "=+-@＝＋－＠":
        assert as_it_was(harmless(letter + text)) == letter + text


@given(st.lists(st.text(st.characters(exclude_categories=["Cs"])), min_size=1))
def test_a_line_reads_back_as_it_was_written(cells: list[str]) -> None:
    assert list(csv.reader(io.StringIO(csv_line(cells), newline=""))) == [cells]


def test_no_separator_of_another_locale_begins_a_cell() -> None:
    line = csv_line([harmless(text) for text in ("x;=1+1", "x\t=1+1", "x|=1")])
    assert line == '"x;=1+1","x\t=1+1","x|=1"\n'


def test_negative_numbers_stay_numbers_and_raw_is_as_it_is() -> None:
    rows = [(Decimal("-2.500000"), -3, -1.5, "=1+1", "a\x1b[31mb", ["=x"], None)]
    names = ("a", "b", "c", "=d", "e", "f", "g")
    out, raw = io.StringIO(), io.StringIO()
    write_csv(names, rows, out)
    assert out.getvalue() == "a,b,c,'=d,e,f,g\n-2.5,-3,-1.5,'=1+1,a\\x1b[31mb,['=x'],\n"
    write_csv(names, rows, guarded(raw), raw=True)
    assert raw.getvalue().splitlines()[1] == "-2.5,-3,-1.5,=1+1,a\x1b[31mb,['=x'],"
    out = io.StringIO()
    write_json(names, rows, out)
    assert "\x1b" not in out.getvalue() and json.loads(out.getvalue())[0]["e"] == "a\x1b[31mb"
    out = io.StringIO()
    write_json(("a",), [("\x9b31m\u202e",)], out)
    assert json.loads(out.getvalue()) == [{"a": "\x9b31m\u202e"}] and out.getvalue().isascii()


def test_the_files_of_a_plan_are_harmless_and_read_back_as_they_were() -> None:
    row = Evidence("p", "p-t01", None, None, State.CHANGED, 1, 2, "=old", '-new;"x"\n', "@detail")
    told = evidence_csv([row])
    assert read_evidence(told) == [row]
    assert not {cell[0] for line in csv.reader(io.StringIO(told)) for cell in line if cell} & set("=-@")


# --- terminal and log -------------------------------------------------------------------------------------------------


def test_what_a_terminal_would_obey_is_shown() -> None:
    assert visible("a\x1b[2Jb\x07\x9b1mc\r\nd\te\u202ef") == "a\\x1b[2Jb\\x07\\x9b1mc\\r\nd\te\\u202ef"
    assert visible("专利授权量（件）") == "专利授权量（件）"
    raw = io.StringIO()
    stream = guarded(raw)
    print("x\x1b]0;title\x07", file=stream)
    assert raw.getvalue() == "x\\x1b]0;title\\x07\n"
    assert isinstance(stream, SafeStream) and guarded(stream) is stream and unguarded(stream) is raw


def test_no_label_makes_up_a_line_of_the_log() -> None:
    record = logging.LogRecord("zhibiao", logging.INFO, "", 0, "read %s", ("x\n12:00:00 ERROR  lost\x1b[1A",), None)
    told = LogLines("%(levelname)s %(message)s").format(record)
    assert told == "INFO read x\n    12:00:00 ERROR  lost\\x1b[1A"


def test_a_cell_of_the_report_holds_no_markup() -> None:
    told = table(("a",), [["<script>alert(1)</script>"], ["![x](http://e.example/)"], ["a|b\nc\x1b[0m"]])
    assert "\\<script>" in told and "!\\[x]" in told and "a\\|b c\\x1b" in told


def test_the_command_shows_hostile_names_and_words_harmlessly(tmp_path: Path) -> None:
    """A file whose name and title speak to the terminal, through the real command."""
    page = tmp_path / "a\x1b[31m\nERROR forged.html"
    page.write_text(
        "<html><head><title>=cmd\x1b]0;x\x07</title></head><body><table><tr><th>地区</th><th>=专利授权量（件）</th></tr>"
        "<tr><td>@长沙市</td><td>-12</td></tr><tr><td>=株洲市\x1b[2J</td><td>13</td></tr></table></body></html>"
    )
    environment = {**os.environ, "ZHIBIAO_HOME": str(tmp_path / "home")}
    for arguments in (["import", str(page)], ["parse", str(page), "--parser", "region_table"]):
        done = subprocess.run(
            [sys.executable, "-m", "warehouse.cli", *arguments], capture_output=True, text=True, env=environment
        )
        assert "\x1b" not in done.stdout + done.stderr and "\x07" not in done.stdout + done.stderr, arguments
        if arguments[0] == "parse" and done.returncode == 0:
            cells = [cell for line in csv.reader(io.StringIO(done.stdout)) for cell in line]
            assert not [cell for cell in cells if cell[:1] in ("=", "@")]
            assert "-12" in cells


def test_help_has_no_codes_either() -> None:
    environment = {**os.environ, "FORCE_COLOR": "1"}
    done = subprocess.run(
        [sys.executable, "-m", "warehouse.cli", "sql", "--help"], capture_output=True, text=True, env=environment
    )
    assert done.returncode == 0 and "--raw" in done.stdout and "\\x1b" not in done.stdout
