"""Reading processes: what a call over its limits comes to, what the parent believes, and what is left behind."""

from __future__ import annotations

import os
import struct
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from pathlib import Path

import pytest

from scrapers.archive import Archive
from scrapers.captures import Knowledge, Origin
from scrapers.home import Home
from scrapers.isolation import here
from scrapers.isolation.crew import crew
from scrapers.isolation.limits import ReadersUnavailable, limits
from scrapers.isolation.process import ReaderError
from scrapers.parse import parse_captures, pending
from scrapers.records import Refusal, Verdict
from tests.scrapers import isolated_calls as calls

REPOSITORY = Path(__file__).parent.parent.parent


@pytest.fixture(autouse=True)
def _short_limits(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("ZHIBIAO_READER_SECONDS", "40")
    monkeypatch.setenv("ZHIBIAO_READER_CPU_SECONDS", "1")
    monkeypatch.setenv("ZHIBIAO_READER_MEMORY_MB", "600")
    monkeypatch.setenv("ZHIBIAO_READER_ANSWER_MB", "4")
    yield
    crew().dismiss()


def code_of(call: Callable[..., object], *arguments: object) -> str:
    with pytest.raises(Refusal) as caught:
        call(*arguments)
    return caught.value.code


def test_results_and_refusals_come_back_as_they_are_and_the_process_is_kept() -> None:
    first = calls.process_id()
    assert first != os.getpid()
    assert calls.told("有效专利", Decimal("12.50")) == ("有效专利", Decimal("12.50"))
    with pytest.raises(Refusal, match="the words") as caught:
        calls.refused()
    assert caught.value.code == "the_code"
    with pytest.raises(ReaderError, match=r"ZeroDivisionError: no number \(broken, line \d+\)"):
        calls.broken()
    assert calls.process_id() == first


@pytest.mark.parametrize(
    ("call", "arguments", "code", "limit"),
    [
        (calls.backtracking, (), "too_slow_to_read", "1 seconds of processor time"),
        (calls.hoarding, (1 << 30,), "too_much_memory", "600 MB"),
        (calls.flooding, (5 << 20,), "too_much_memory", "ZHIBIAO_READER_ANSWER_MB"),
        (calls.crashing, (), "reader_died", "SIGSEGV"),
        (calls.nested, (0,), "nested_too_deep", "deeper"),
        (calls.lying, (), "parser_error", "Expected `int`"),
    ],
)
def test_a_call_over_a_limit_is_refused_with_the_limit_and_the_next_one_works(
    call: Callable[..., object], arguments: tuple[object, ...], code: str, limit: str
) -> None:
    with pytest.raises(Refusal) as caught:
        call(*arguments)
    assert caught.value.code == code
    assert limit in str(caught.value)
    assert calls.told("a", Decimal(1)) == ("a", Decimal(1))


def test_a_call_that_waits_or_ignores_its_signals_is_ended_by_the_parent(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ZHIBIAO_READER_SECONDS", "2")
    started = time.monotonic()
    assert code_of(calls.sleeping, 60) == "too_slow_to_read"
    assert code_of(calls.spoilt) == "too_slow_to_read"
    assert time.monotonic() - started < 15


def test_a_process_that_is_killed_from_outside_costs_no_page_unless_it_happens_again(tmp_path: Path) -> None:
    assert calls.killed(1, str(tmp_path / "once")) == "came through"
    assert code_of(calls.killed, 9, str(tmp_path / "again")) == "reader_died"


@pytest.mark.parametrize(
    "answer",
    [
        struct.pack(">cQ", b"r", 8) + b'"no int"',
        struct.pack(">cQ", b"r", 5) + b"\x80\x04K\x01.",  # a pickle
        struct.pack(">cQ", b"?", 1) + b"1",
        struct.pack(">cQ", b"r", 1 << 60),
        struct.pack(">cQ", b"x", 4) + b"[[]]",
    ],
)
def test_an_answer_of_another_form_than_declared_is_not_believed(answer: bytes) -> None:
    assert code_of(calls.forged, answer) in {"reader_died", "too_much_memory"}
    assert calls.told("a", Decimal(1)) == ("a", Decimal(1))


def test_a_reading_process_knows_no_secrets_and_writes_no_large_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PORTAL_TOKEN", "secret")
    crew().dismiss()
    assert "secret" not in " ".join(calls.surroundings().values())
    assert code_of(calls.writing, str(tmp_path / "large"), 2 << 20) == "parser_error"


def test_a_process_is_replaced_after_its_calls_and_when_the_limits_change(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ZHIBIAO_READER_CALLS", "2")
    assert len({calls.process_id() for _ in range(4)}) == 2
    monkeypatch.setenv("ZHIBIAO_READER_CALLS", "200")
    first = calls.process_id()
    monkeypatch.setenv("ZHIBIAO_READER_MEMORY_MB", "800")
    assert calls.process_id() != first


def test_threads_have_processes_of_their_own() -> None:
    with ThreadPoolExecutor(8) as pool:
        assert set(pool.map(lambda n: calls.told(str(n), Decimal(n))[0] == str(n), range(40))) == {True}


def test_a_forked_process_reads_with_processes_of_its_own() -> None:
    ours = calls.process_id()
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:  # as a task of Airflow
        os.write(writing, str(calls.process_id()).encode())
        crew().dismiss()
        os._exit(0)
    os.waitpid(child, 0)
    theirs = int(os.read(reading, 20))
    assert theirs != ours
    assert calls.process_id() == ours


@pytest.mark.parametrize("call", ["calls.told('a', 1)", "calls.sleeping(60)", "calls.backtracking()"])
def test_no_process_outlives_a_parent_that_is_killed(call: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ZHIBIAO_READER_CPU_SECONDS", "60")
    monkeypatch.setenv("ZHIBIAO_READER_SECONDS", "60")
    monkeypatch.setenv("PYTHONPATH", str(REPOSITORY))
    program = (
        "import threading, time\nfrom tests.scrapers import isolated_calls as calls\n"
        f"print(calls.process_id(), flush=True)\nthreading.Thread(target=lambda: {call}).start()\ntime.sleep(60)"
    )
    with subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE, text=True) as parent:
        assert parent.stdout is not None
        reader = int(parent.stdout.readline())
        time.sleep(0.3)
        assert _lives(reader)
        parent.kill()
    until = time.monotonic() + 5
    while _lives(reader) and time.monotonic() < until:
        time.sleep(0.05)
    assert not _lives(reader)


def _lives(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    stat = Path(f"/proc/{process}/stat")
    return not stat.exists() or stat.read_text().rpartition(")")[2].split()[0] != "Z"


def test_where_no_process_starts_no_page_is_blamed_and_all_are_read_later(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = Home.at(tmp_path)
    with here():
        capture_id = _add(home, b"<html><body><p>a page without figures</p></body></html>")
    monkeypatch.setattr(sys, "executable", str(tmp_path / "nothing"))
    with pytest.raises(ReadersUnavailable, match="no reading process can be started"):
        parse_captures(home, [capture_id], {})
    assert pending(home, {}) == [capture_id]


@pytest.mark.parametrize(
    ("value", "why"), [("no number", "a whole number"), ("5", "needs 512"), ("-1", "a whole number")]
)
def test_a_limit_that_is_none_is_told_before_anything_is_read(
    value: str, why: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ZHIBIAO_READER_MEMORY_MB", value)
    with pytest.raises(ReadersUnavailable, match=f"ZHIBIAO_READER_MEMORY_MB is .*{why}"):
        limits()


def test_a_page_over_the_limits_is_quarantined_and_the_rest_of_the_batch_goes_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = Home.at(tmp_path)
    slow = b"[" + b"[]," * 8_000_000 + b"[]]"
    ids = [_add(home, body, f"http://example.test/{n}") for n, body in enumerate([b"{}", slow, b"[]"])]
    outcomes = parse_captures(home, ids, {})
    assert [outcome.capture_id for outcome in outcomes] == ids
    assert outcomes[1].verdict is Verdict.QUARANTINED
    assert outcomes[1].reason in {"too_slow_to_read", "too_much_memory"}
    assert "ZHIBIAO_READER_" in str(outcomes[1].message)
    assert pending(home, {}) == []


def _add(home: Home, body: bytes, url: str = "http://example.test/a") -> str:
    attempt = Archive(home).add(
        source_id="unlisted", url=url, body=body, origin=Origin.IMPORTED, knowledge=Knowledge(), run_id="test"
    )
    assert attempt.capture is not None
    return attempt.capture.capture_id
