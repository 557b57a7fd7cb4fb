"""Reports of the real plans: every number is the mart's and every reference resolves, whatever language and kind."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import lxml.html
import pytest

from tests.refresh.conftest import Night
from tests.refresh.running import ask, zhibiao
from warehouse.evaluation.dates import Kind, KindRefused
from warehouse.evaluation.files import write
from warehouse.evaluation.words import Language

COLUMNS = ("baseline_value", "target_value", "actual_value", "required_value", "progress", "pace", "projected_value")
"""Columns of the mart in the third to the ninth column of the table of targets."""


@pytest.mark.parametrize("language", list(Language))
@pytest.mark.parametrize("kind", list(Kind))
def test_the_numbers_of_every_plan_are_those_of_the_mart(
    full: Night, tmp_path: Path, kind: Kind, language: Language
) -> None:
    as_of = date.fromisoformat(full.as_of)
    compared = 0
    for (plan,) in ask(full.marts, "select plan_id from marts.dim_plan"):
        try:
            (file,) = write(
                full.marts, plan, kind=kind, as_of=as_of, language=language, forms=["html"], folder=tmp_path
            )
        except KindRefused:
            continue
        page = lxml.html.document_fromstring(file.read_bytes())
        cited = {link.get("href")[1:] for link in page.iterfind(".//a[@class='ref']")}
        assert cited == {each for each in page.xpath("//@id") if each.startswith("source-")}
        day = file.stem.removeprefix(f"{plan}-{kind}-")[:10]
        compared += _compare(full, plan, day, page)
    assert compared > 100


def _compare(night: Night, plan: str, day: str, page: Any) -> int:
    """Hold the rows of the table against the mart; returns how many there are."""
    rows = ask(night.marts, f"select target_id, {', '.join(COLUMNS)} from marts.fct_target_progress "
               f"where plan_id = '{plan}' and evaluation_date = '{day}'")  # fmt: skip
    for target_id, *values in rows:
        cells = page.get_element_by_id(target_id).findall("td")[2:9]
        for name, cell, value in zip(COLUMNS, cells, values, strict=True):
            told = [Decimal(data.get("value")) for data in cell.iterfind("data")]
            assert told == ([] if value is None else [Decimal(str(value))]), (target_id, name)
    return len(rows)


def test_the_command_writes_the_files_and_refuses_in_words(full: Night, tmp_path: Path) -> None:
    done = zhibiao(full.home, "report", "suining-145", "--kind", "midterm", "--lang", "en", "--out", str(tmp_path))
    stem = f"suining-145-midterm-2022-12-31-as-of-{full.as_of}-en"
    assert done.stdout.split() == [str(tmp_path / f"{stem}.{ending}") for ending in ("html", "docx")], done.stderr
    for arguments, message in (
        (["nobody"], "there is no plan 'nobody'"),
        (["sichuan-2017", "--kind", "midterm"], "no middle"),
        (["suining-145", "--as-of", "2999-01-01"], "future"),
        (["suining-145", "--as-of", "soon"], "is no date"),
    ):
        refused = zhibiao(full.home, "report", *arguments, "--out", str(tmp_path / "no"))
        assert (refused.returncode, message in refused.stderr) == (2, True), refused.stderr
    assert not (tmp_path / "no").exists()
