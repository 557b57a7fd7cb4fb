"""The loop of a plan as a person meets it: add, review in a dialogue that can be broken off, diff, list."""

from __future__ import annotations

import csv
import io
import os
import pty
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from unittest import mock

import pytest
import yaml

from scrapers.home import Home
from scrapers.register.review import ChangedMeanwhile, Review
from scrapers.sources import CATALOG, load_catalog
from tests.mirror import Mirror
from tests.scrapers.plan_pages import GOALS, plan_page
from tests.warehouse.made import REPOSITORY
from warehouse.cli import main

PLAN = "430400-2036-2040"


@dataclass(frozen=True)
class Done:
    """How a command ended and what it said."""

    returncode: int
    stdout: str
    stderr: str


class Desk:
    """A person's desk: a home, a decisions file, a saved page."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.home = Home.at(folder / "home")
        self.reviews = folder / "reviews.csv"

    def environment(self, **variables: str) -> dict[str, str]:
        kept = {name: value for name, value in os.environ.items() if not name.startswith("ZHIBIAO_")}
        return {**kept, "ZHIBIAO_REVIEWS": str(self.reviews), "USER": "甲", **variables}

    def run(self, *arguments: str, said: str | None = None, **variables: str) -> Done:
        """`zhibiao plan …` to its end in this process, with `said` on standard input."""
        out, err = io.StringIO(), io.StringIO()
        argv = ["zhibiao", "--home", self.home.root, "plan", *arguments]
        with (
            mock.patch.dict(os.environ, self.environment(**variables), clear=True),
            mock.patch.object(sys, "argv", argv),
            mock.patch.object(sys, "stdin", io.StringIO(said or "")),
            redirect_stdout(out),
            redirect_stderr(err),
        ):
            try:
                main()
                code = 0
            except SystemExit as end:
                code = int(end.code or 0)
        return Done(code, out.getvalue(), err.getvalue())

    def start(self, *arguments: str, stdin: int, **variables: str) -> subprocess.Popen[str]:
        """The same as a process of its own."""
        command = [sys.executable, "-m", "warehouse.cli", "--home", self.home.root, "plan", *arguments]
        return subprocess.Popen(
            command, cwd=REPOSITORY, env=self.environment(**variables), stdin=stdin, stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT, text=True,
        )  # fmt: skip

    def save(self, page: str, name: str = "plan.html") -> str:
        (self.folder / name).write_text(page, encoding="utf-8")
        return str(self.folder / name)

    def decisions(self) -> list[tuple[str, ...]]:
        """Number of the target, decision, by whom, reason, corrections."""
        if not self.reviews.exists():
            return []
        names = ("decision", "decided_by", "reason", "corrections")
        with self.reviews.open(encoding="utf-8", newline="") as file:
            return [(row["target_id"][-3:], *(row[name] for name in names)) for row in csv.DictReader(file)]


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    """A desk with nothing on it."""
    return Desk(tmp_path)


@pytest.fixture
def added(desk: Desk) -> Desk:
    """A desk with one plan of five proposals."""
    done = desk.run("add", desk.save(plan_page()), "--region", "430400")
    assert done.returncode == 0 and done.stderr == "", done.stderr
    return desk


# --- add --------------------------------------------------------------------------------------------------------------


def test_add_tells_what_was_found_what_was_not_and_what_is_next(desk: Desk) -> None:
    page = desk.save(plan_page(more="开展“3—5”工程。"))
    done = desk.run("add", page)
    assert done.returncode == 0
    assert "registered as plan-2036-2040" in done.stdout
    assert "title      甲市知识产权保护和运用规划(2036-2040年)" in done.stdout and "period     2036–2040" in done.stdout
    assert "not found  region:" in done.stdout and "--region CODE sets it" in done.stdout
    assert "5 proposals: 5 with a value, 0 without" in done.stdout
    assert "zhibiao plan review plan-2036-2040" in done.stdout
    again = desk.run("add", page)
    assert again.returncode == 0 and "nothing has changed" in again.stdout


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (["add", "no/such/file"], 2, "there is no such file"),
        (["add", "https://plans.example/x"], 2, "--live visits the address"),
        (["add", "pyproject.toml", "--region", "12"], 2, "is no region code"),
        (["add", "tests/mirror"], 2, "there is no such file"),
        (["diff", "nobody"], 2, "no such plan: nobody; registered:"),
        (["diff"], 2, "name one plan"),
        (["review", "nobody", "--by", "甲"], 2, "no such plan: nobody"),
        (["review", "suining-145", "--by", " "], 2, "who decides?"),
        (["review", "suining-145", "--reject", "suining-145-t01"], 2, "needs a --reason"),
        (["review", "suining-145", "--accept", "suining-145-t99"], 2, "is no target of suining-145"),
    ],
)
def test_a_mistake_has_its_code_and_words(desk: Desk, arguments: list[str], code: int, message: str) -> None:
    done = desk.run(*arguments)
    assert (done.returncode, done.stdout) == (code, "")
    assert message in done.stderr and "Traceback" not in done.stderr
    assert desk.decisions() == [] and desk.home.list("plans") == []


def test_a_page_that_cannot_be_read_is_refused(desk: Desk) -> None:
    done = desk.run("add", desk.save("<html><head><title>404</title></head><body>404 Not Found</body></html>"))
    assert done.returncode == 3 and "refused as" in done.stderr and "Traceback" not in done.stderr


@pytest.fixture
def local(desk: Desk) -> Iterator[tuple[Mirror, dict[str, str]]]:
    """A server on this machine, and the variable that names a catalog which allows to visit it."""
    folder = desk.folder / "catalog"
    folder.mkdir()
    source = yaml.safe_load((CATALOG / "plan_documents.yaml").read_text(encoding="utf-8"))
    rules = {"allow_private_addresses": True, "requests_per_second": 50.0, "backoff_seconds": 0.01}
    text = yaml.safe_dump({**source, "politeness": rules}, allow_unicode=True)
    (folder / "plan_documents.yaml").write_text(text, encoding="utf-8")
    with Mirror() as site:
        yield site, {"ZHIBIAO_CATALOG": str(folder)}


def test_an_address_is_added_extracted_and_compared_live(desk: Desk, local: tuple[Mirror, dict[str, str]]) -> None:
    site, catalog = local
    url = site.page("/plan.html", plan_page())
    assert desk.run("add", url, **catalog).returncode == 2
    read = desk.run("extract", url, "--live", **catalog)
    assert read.returncode == 0 and "5 promises" in read.stderr and desk.home.list("captures") == []
    done = desk.run("add", url, ZHIBIAO_LIVE="1", **catalog)
    assert done.returncode == 0 and f"page       {url}" in done.stdout
    site.page("/plan.html", plan_page({**GOALS, "trademarks": GOALS["trademarks"].replace("9000", "9900")}))
    assert desk.run("diff", "plan-2036-2040", **catalog).returncode == 0
    changed = desk.run("add", url, "--live", **catalog)
    assert "1 follow the page: plan-2036-2040-t01" in changed.stdout


# --- review -----------------------------------------------------------------------------------------------------------


def test_a_dialogue_takes_answers_and_goes_on_where_it_was_left(added: Desk) -> None:
    first = added.run("review", PLAN, said="a\ns\nr\n\nr\nnot ours\nq\n")
    assert first.returncode == 0
    assert f"{PLAN}-t01  (1 of 5; proposed)" in first.stdout
    assert f"到2040年,»{GOALS['trademarks']}«," in first.stdout
    assert "value       12 亿元  =  1200000000 元" in first.stdout
    assert "a rejection needs a reason" in first.stdout
    assert "2 decided now" in first.stdout and "3 proposed" in first.stdout
    assert added.decisions() == [
        ("t01", "accepted", "甲", "as proposed", ""),
        ("t03", "rejected", "甲", "not ours", ""),
    ]
    second = added.run("review", PLAN, "--by", "乙", said="a\n")
    assert f"{PLAN}-t02  (1 of 3; proposed)" in second.stdout and second.returncode == 0  # the input ended: quit
    assert added.decisions()[-1] == ("t02", "accepted", "乙", "as proposed", "")
    everything = added.run("review", PLAN, "--all", said="q\n")
    assert "(1 of 5; accepted by 甲" in everything.stdout


def test_corrections_are_checked_shown_in_base_units_and_kept_when_the_next_ones_come(added: Desk) -> None:
    said = "c\ntarget_value=九千\nunit_zh=万件\ntarget_value=1\nvalue=2\n\nprinted in 万件\nq\n"
    done = added.run("review", PLAN, said=said)
    assert "'九千' is no number" in done.stdout and "'value' cannot be corrected" in done.stdout
    assert "value       1 万件  =  10000 件" in done.stdout
    kept = ("t01", "corrected", "甲", "printed in 万件", "unit_zh=万件; target_value=1")
    assert added.decisions() == [kept]
    added.run("review", PLAN, "--all", said="c\ntarget_year=2039\n\n\nq\n")
    assert added.decisions()[-1][-1] == "unit_zh=万件; target_value=1; target_year=2039"
    accepted = added.run("review", PLAN, "--all", said="a\nq\n")
    assert "corrected by 甲" in accepted.stdout
    assert added.decisions()[-1][1::3] == ("corrected", "unit_zh=万件; target_value=1; target_year=2039")


def test_a_correction_that_makes_no_sense_decides_nothing(added: Desk) -> None:
    done = added.run("review", PLAN, said="c\ntarget_value_high=3\n\nc\n\nq\n")
    assert "type range only" in done.stdout and "nothing is corrected" in done.stdout
    assert added.decisions() == []


def test_back_goes_to_the_target_before_and_the_later_decision_stands(added: Desk) -> None:
    done = added.run("review", PLAN, said="a\nb\nr\nmistaken\n?\nwhat\nq\n")
    assert [row[:2] for row in added.decisions()] == [("t01", "accepted"), ("t01", "rejected")]
    assert "an empty value clears" in done.stdout and "answers: a accept" in done.stdout
    listed = added.run("list").stdout
    (row,) = [line for line in listed.splitlines() if PLAN in line]
    assert [cell.strip() for cell in row.split("│")[4:10]] == ["2036–2040", "5", "4", "0", "0", "1"]


def test_being_killed_between_two_decisions_loses_none(added: Desk) -> None:
    with added.start("review", PLAN, stdin=subprocess.PIPE) as process:
        assert process.stdin
        process.stdin.write("a\na\nc\ntarget_value=3\n")
        process.stdin.flush()
        until = time.monotonic() + 30
        while len(added.decisions()) < 2 and time.monotonic() < until:
            time.sleep(0.05)
        process.kill()
    assert [row[:2] for row in added.decisions()] == [("t01", "accepted"), ("t02", "accepted")]
    assert f"{PLAN}-t03  (1 of 3; proposed)" in added.run("review", PLAN, said="q\n").stdout


def test_the_same_dialogue_on_a_terminal(added: Desk) -> None:
    leader, follower = pty.openpty()
    with added.start("review", PLAN, stdin=follower, TERM="xterm") as process:
        os.write(leader, b"a\nq\n")
        out, _ = process.communicate(timeout=60)
    assert process.returncode == 0, out
    assert [row[:2] for row in added.decisions()] == [("t01", "accepted")]


def test_decisions_written_by_hand_count_and_wrong_ones_are_named(added: Desk) -> None:
    added.run("review", PLAN, said="a\nq\n")
    with added.reviews.open("a", encoding="utf-8") as file:
        file.write(f"{PLAN}-t02,corrected,乙,2036-01-01,,target_value=4\n")
        file.write(f"{PLAN}-t03,agreed,乙,2036-01-01,,\n")
        file.write(f"{PLAN}-t77,accepted,乙,2036-01-01,,\n")
        file.write(f"{PLAN}-t04,corrected,乙,2036-01-01,,target_value=many")  # no line end: Excel has eaten it
    done = added.run("review", PLAN, said="a\nq\n")
    assert "line 4" in done.stderr and "'agreed' is not known" in done.stderr
    assert "line 5" in done.stderr and f"{PLAN}-t77: there is no such target" in done.stderr
    assert "line 6" in done.stderr and "'many' is no number" in done.stderr
    assert f"{PLAN}-t03  (1 of 3; proposed)" in done.stdout
    assert [row[0] for row in added.decisions()] == ["t01", "t02", "t03", "t77", "t04", "t03"]


def test_a_decisions_file_that_is_none_is_refused_and_left_alone(added: Desk) -> None:
    added.reviews.write_bytes("目标,决定\n".encode("gbk"))
    before = added.reviews.read_bytes()
    for arguments in (["review", PLAN], ["list"], ["diff", PLAN]):
        done = added.run(*arguments)
        assert done.returncode == 3 and "is no UTF-8" in done.stderr and "Traceback" not in done.stderr
    assert added.reviews.read_bytes() == before


def test_decisions_can_be_made_without_a_dialogue(added: Desk) -> None:
    done = added.run("review", PLAN, "--accept", f"{PLAN}-t01", "--accept", f"{PLAN}-t02")
    assert done.returncode == 0 and done.stdout.splitlines() == [f"accepted: {PLAN}-t01", f"accepted: {PLAN}-t02"]
    added.run("review", PLAN, "--reject", f"{PLAN}-t03", "--reason", "double")
    assert [row[:2] for row in added.decisions()] == [("t01", "accepted"), ("t02", "accepted"), ("t03", "rejected")]
    none = added.run("review", PLAN, "--accept", f"{PLAN}-t04", "--accept", "nobody-t01")
    assert none.returncode == 2 and len(added.decisions()) == 3


def test_a_reviewed_plan_is_shown_too_and_without_a_capture_that_is_said(desk: Desk) -> None:
    done = desk.run("review", "suining-145", said="s\nq\n")
    assert "suining-145-t02  (2 of 40; proposed)" in done.stdout
    assert "(the home has no capture with the quote)" in done.stdout


# --- diff and list ----------------------------------------------------------------------------------------------------


def test_diff_tells_target_by_target_and_its_code_says_whether_anything_drifted(added: Desk) -> None:
    same = added.run("diff", PLAN)
    assert same.returncode == 0 and same.stdout.splitlines()[-1] == f"{PLAN}: 5 evidenced (imported:plan.html)"
    assert added.run("review", PLAN, "--accept", f"{PLAN}-t01").returncode == 0
    raised = GOALS["trademarks"].replace("9000", "9900")
    page = plan_page({"trademarks": raised, "patents": GOALS["patents"], "works": "著作权年登记量达到600件"})
    taken = added.run("add", added.save(page))
    assert "1 decided otherwise than the page now says, and kept" in taken.stdout
    drift = added.run("diff", PLAN)
    assert drift.returncode == 1
    lines = drift.stdout.splitlines()
    assert f"changed      {PLAN}-t01 (target_value 9000 → 9900): {GOALS['trademarks']} → {raised}" in lines
    assert any(line.startswith(f"missing      {PLAN}-t03: {GOALS['pledge']} → (nothing)") for line in lines)
    assert f"evidenced    {PLAN}-t06: 著作权年登记量达到600件" in lines
    assert added.run("diff", "--all").returncode == 1
    only = [line for line in added.run("diff", "--all").stdout.splitlines() if line.startswith("evidenced")]
    assert only == []


def test_a_decision_that_follows_the_page_ends_the_drift_when_the_page_is_added_again(added: Desk) -> None:
    added.run("review", PLAN, "--accept", f"{PLAN}-t01")
    page = added.save(plan_page({**GOALS, "trademarks": GOALS["trademarks"].replace("9000", "9900")}))
    added.run("add", page)
    assert added.run("diff", PLAN).returncode == 1
    added.run("review", PLAN, "--all", said="c\ntarget_value=9900\n\nraised\nq\n")
    added.run("add", page)
    assert added.run("diff", PLAN).returncode == 0


def test_list_shows_every_registered_plan(added: Desk) -> None:
    done = added.run("list")
    assert done.returncode == 0
    (row,) = [line for line in done.stdout.splitlines() if PLAN in line]
    assert "430400" in row and "imported:plan.html" in row
    assert "suining-145" in done.stdout and "langfang-145" in done.stdout


def test_a_target_whose_page_is_read_anew_while_it_is_shown_is_not_decided(added: Desk) -> None:
    """Otherwise the acceptance of one value would stand for another one."""
    with mock.patch.dict(os.environ, added.environment(), clear=True):
        work = Review(added.home, load_catalog(), PLAN, by="甲", today=date(2036, 5, 1))
        shown = [work.shown(f"{PLAN}-t0{number}").row["target_value"] for number in (1, 2)]
        changed = plan_page({**GOALS, "trademarks": GOALS["trademarks"].replace("9000", "9900")})
        assert added.run("add", added.save(changed)).returncode == 0
        with pytest.raises(ChangedMeanwhile, match="look again"):
            work.accept(f"{PLAN}-t01")
        work.accept(f"{PLAN}-t02")
    assert shown[0] == "9000" and [row[0] for row in added.decisions()] == ["t02"]
