"""Reports of the real plans: every number is the mart's and every reference resolves, whatever language and kind."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from lxml import html as markup

from tests.refresh.conftest import Night
from tests.refresh.running import ask, zhibiao
from warehouse.evaluation.options import Kind, Language
from warehouse.evaluation.report import write_report
from warehouse.evaluation.when import NoSuchEvaluation

COLUMNS = (
    ("baseline_value",), ("target_value",), ("actual_value",), ("required_value",), ("progress", "elapsed"), ("pace",),
    ("projected_value",),
)  # fmt: skip
"""Columns of the mart in the third to the ninth column of the table of targets, as the numbers of a cell begin."""


@pytest.mark.parametrize("language", list(Language))
@pytest.mark.parametrize("kind", [None, *Kind])
def test_the_numbers_of_every_plan_are_those_of_the_mart(
    full: Night, tmp_path: Path, kind: Kind | None, language: Language
) -> None:
    as_of = date.fromisoformat(full.as_of)
    compared = 0
    for (plan,) in ask(full.marts, "select plan_id from marts.dim_plan"):
        try:
            page_file, _ = write_report(full.marts, plan, as_of=as_of, kind=kind, language=language, folder=tmp_path)
        except NoSuchEvaluation:
            continue
        page = markup.document_fromstring(page_file.read_text(encoding="utf-8"))
        cited = {link.get("href") for link in page.xpath("//a[@class='ref']")}
        assert cited == {f"#{row.get('id')}" for row in page.xpath("//table[@class='sources']//tr[@id]")}
        compared += _compare(full, plan, page_file.stem.removeprefix(f"{plan}-")[:10], page)
    assert compared > 60


def _compare(night: Night, plan: str, day: str, page: Any) -> int:
    """Hold the rows of the table against the mart; returns how many there are."""
    names = [name for cell in COLUMNS for name in cell]
    rows = ask(night.marts, f"select target_id, {', '.join(names)} from marts.fct_target_progress "
               f"where plan_id = '{plan}' and evaluation_date = '{day}' and target_type != 'milestone'")  # fmt: skip
    expected = {row[0]: dict(zip(names, row[1:], strict=True)) for row in rows}
    found = page.xpath("//table[@class='targets']//tbody/tr[count(td) > 1]")
    assert len(found) == len(expected)
    for line in found:
        cells = line.xpath("./td")
        mart = expected[f"{plan}-{cells[0].text_content().strip()}"]
        for cell, columns in zip(cells[2:9], COLUMNS, strict=True):
            told = [Decimal(value) for value in cell.xpath(".//data/@value")]
            wanted = [Decimal(str(mart[name])) for name in columns if mart[name] is not None]
            assert told[: len(wanted)] == wanted and bool(told) == bool(wanted), (plan, mart)
    return len(found)


def test_the_command_writes_the_files_and_refuses_in_words(full: Night, tmp_path: Path) -> None:
    done = zhibiao(full.home, "report", "suining-145", "--kind", "midterm", "--lang", "en", "--out", str(tmp_path))
    assert done.stdout.split() == [
        str(tmp_path / f"suining-145-2022-12-31-midterm-en.{ending}") for ending in ("html", "docx")
    ]
    for arguments, message in (
        (["nobody"], "known: dongli-2019-2022, "),
        (["sichuan-2017", "--kind", "midterm"], "no mid-term"),
        (["suining-145", "--as-of", "2999-01-01"], "future"),
        (["suining-145", "--as-of", "soon"], "is no date"),
    ):
        refused = zhibiao(full.home, "report", *arguments)
        assert (refused.returncode, message in refused.stderr) == (2, True), refused.stderr
