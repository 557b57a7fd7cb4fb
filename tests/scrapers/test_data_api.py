"""An interface with a token: its calls are counted, its refusals are no data, and the token turns up nowhere."""

from __future__ import annotations

import json
import logging
from base64 import b64encode, urlsafe_b64encode
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
import requests
from pydantic import ValidationError

from scrapers.archive import Archive
from scrapers.captures import Outcome
from scrapers.fetch import Fetcher
from scrapers.fetched import Fetched, without_secrets
from scrapers.home import Home
from scrapers.parse import parse_captures
from scrapers.source_model import DataApi, Source
from scrapers.visits.call_budget import CallBudget
from tests.mirror import Answer, Mirror
from tests.mirror.visiting import TODAY, due, source, visit

TOKEN = "tok-5f2a9/c1+e77=b3"
WRITTEN = quote(TOKEN, safe="")
VARIABLE = "ZHIBIAO_TOKEN_TEST"
DATA_SET = "/api/invoke/0123456789abcdef0123456789abcdef"
NAMES = ["区县", "年份", "专利授权量(件)"]
DISTRICTS = ["和平区", "河东区", "河西区", "南开区", "河北区", "红桥区", "东丽区"]


@pytest.fixture
def site() -> Iterator[Mirror]:
    with Mirror() as mirror:
        yield mirror


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home.at(tmp_path / "home")


@pytest.fixture
def logged(caplog: pytest.LogCaptureFixture) -> pytest.LogCaptureFixture:
    caplog.set_level(logging.DEBUG)
    return caplog


@pytest.fixture(autouse=True)
def token(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(VARIABLE, TOKEN)


def interface(
    site: Mirror, *, rows: int = 3, calls: int = 20, sets: tuple[str, ...] = (DATA_SET,), **how: Any
) -> Source:
    api = DataApi(
        addresses=[site.url(path) for path in sets], size_parameter="page", page_parameter="pageNum", rows=rows,
        token_parameter="authToken", token_variable=VARIABLE, calls_per_day=calls, **how,
    )  # fmt: skip
    return source({"max_attempts": 1}, data_api=api, parser="open_data")


def asked(number: int, rows: int = 3, path: str = DATA_SET) -> str:
    return f"{path}?page={rows}&pageNum={number}&authToken={WRITTEN}"


def answer(first: int, last: int, total: int | None = None) -> Answer:
    rows = [[name, "2023", str(100 + n)] for n, name in enumerate(DISTRICTS) if first <= n < last]
    body: dict[str, object] = {"code": 200, "columnNames": NAMES, "list": rows}
    return as_json(body | ({"totalCount": total} if total is not None else {}))


def as_json(body: object) -> Answer:
    return Answer(json.dumps(body, ensure_ascii=False).encode(), content_type="application/json")


def calls(site: Mirror) -> list[str]:
    return [a.path for a in site.asked if a.path != "/robots.txt"]


def tells_nothing(home: Home, logged: pytest.LogCaptureFixture, lines: list[str]) -> None:
    """The token is in no file of the home, no name of one, no line of a log; whole, written for addresses, or half."""
    kept = [(file, file.read_bytes()) for file in Path(home.root).rglob("*") if file.is_file()]
    for piece in (TOKEN, WRITTEN, TOKEN[:9], "authToken="):
        assert not [file for file, data in kept if piece.encode() in data or piece in str(file)], piece
        assert piece not in logged.text, piece
        assert not [line for line in lines if piece in line], piece


# --- what is asked and what comes of it -------------------------------------------------------------------------------


def test_pages_are_asked_one_after_another_and_read(home: Home, site: Mirror, logged: pytest.LogCaptureFixture) -> None:
    for number, (first, last) in enumerate(((0, 3), (3, 6), (6, 7)), 1):
        site.set(asked(number), answer(first, last, total=7))
    wanted, lines = interface(site), []  # type: ignore[var-annotated]
    summary = visit(home, wanted, log=lines.append)
    assert calls(site) == [asked(1), asked(2), asked(3)]
    found = parse_captures(home, summary.capture_ids, {"a_source": wanted})
    assert [o.url for o in found] == [site.url(f"{DATA_SET}?page=3&pageNum={n}") for n in (1, 2, 3)]
    assert [o.record_count for o in found[:2]] == [3, 3]
    assert due(home, wanted) == []
    tells_nothing(home, logged, lines)


def test_without_a_total_a_full_page_is_followed_by_the_next(home: Home, site: Mirror) -> None:
    site.set(asked(1), answer(0, 3))
    site.set(asked(2), answer(3, 6))
    site.set(asked(3), as_json({"code": 200, "columnNames": NAMES, "list": []}))
    assert visit(home, interface(site)).counts["new"] == 2
    assert len(calls(site)) == 3
    assert due(home, interface(site)) == []


@pytest.mark.parametrize("value", ["", "   ", "short", "令牌令牌令牌令牌", "two words here"])
def test_without_a_usable_token_nobody_is_asked_and_the_reason_is_told(
    home: Home, site: Mirror, monkeypatch: pytest.MonkeyPatch, value: str
) -> None:
    monkeypatch.setenv(VARIABLE, value)
    summary = visit(home, interface(site))
    assert site.asked == []
    assert len(summary.reasons) == 1 and VARIABLE in summary.reasons[0]
    assert not value.strip() or value not in summary.reasons[0]


def test_a_refusal_inside_200_is_no_data_and_ends_the_run(
    home: Home, site: Mirror, logged: pytest.LogCaptureFixture
) -> None:
    site.set(asked(1), as_json({"code": 500, "msg": f"令牌不合法【失效或被禁用】{TOKEN}"}))
    lines: list[str] = []
    wanted = interface(site, sets=(DATA_SET, "/api/invoke/other"))
    summary = visit(home, wanted, log=lines.append)
    assert (len(calls(site)), summary.capture_ids, summary.left) == (1, [], 2)
    assert summary.counts == {"blocked": 1}
    assert any("令牌不合法" in reason for reason in summary.reasons)
    tells_nothing(home, logged, [*lines, *summary.reasons])


@pytest.mark.parametrize(
    ("code", "reply"),
    [
        ("preview_only", as_json({"code": 200, "columnNames": NAMES, "list": [["a", "2023", "1"]], "previewCount": 9})),
        ("empty_list", as_json({"code": 200, "columnNames": NAMES, "list": []})),
        ("unsupported_format", as_json({"code": 200, "data": "ok"})),
        ("login_page", Answer("<html><title>用户登录</title><form><input type=password></form></html>".encode())),
    ],
)  # fmt: skip
def test_an_answer_without_whole_rows_is_blocked(home: Home, site: Mirror, code: str, reply: Answer) -> None:
    site.set(asked(1), reply)
    summary = visit(home, interface(site))
    assert summary.counts == {"blocked": 1}
    assert code in summary.reasons[0]


# --- the token turns up nowhere ---------------------------------------------------------------------------------------


def echoes() -> dict[str, Answer]:
    escaped = "".join(f"\\u{ord(character):04x}" for character in TOKEN)
    rows = '{"code":200,"columnNames":["地区","值"],"list":[["和平区","{}"]],"totalCount":1}'
    return {
        "plain": Answer(rows.replace("{}", TOKEN).encode(), content_type="application/json"),
        "quoted": Answer(rows.replace("{}", WRITTEN).encode(), content_type="application/json"),
        "escaped": Answer(rows.replace("{}", escaped).encode(), content_type="application/json"),
        "page": Answer(f"<html><title>403</title><body>拒绝访问 {asked(1)}</body></html>".encode(), 403),
        "error": Answer(f"<html><body>{TOKEN}</body></html>".encode(), 500),
        "missing": Answer(f"not found {TOKEN}".encode(), 404),
        "redirect": Answer(b"", 302, headers={"Location": asked(2)}),
        "elsewhere": Answer(b"", 302, headers={"Location": f"http://127.0.0.2:9/?t={WRITTEN}"}),
        "etag": Answer(answer(0, 3, 3).body, content_type="application/json", headers={"ETag": f'"{TOKEN}"'}),
        "reset": Answer(reset=True),
        "cut": Answer(b"x" * 1000, cut_off_after=10),
        "silent": Answer(wait=2.0),
        "large": Answer(b"x" * 20_000_000),
        "charset": Answer(answer(0, 3, 3).body, content_type=f"application/json; charset={TOKEN}"),
        "type": Answer(answer(0, 3, 3).body, content_type=f"application/{TOKEN}"),
        "odd header": Answer(b"{}", headers={"X Bad": "1"}),
    }


@pytest.mark.parametrize("kind", list(echoes()))
def test_whatever_the_site_answers_the_token_is_neither_stored_nor_logged(
    home: Home, site: Mirror, logged: pytest.LogCaptureFixture, kind: str
) -> None:
    site.set(asked(1), echoes()[kind])
    lines: list[str] = []
    summary = visit(home, interface(site), log=lines.append)
    assert calls(site) == [asked(1)]
    tells_nothing(home, logged, [*lines, *summary.reasons, summary.line()])


ECHOES = {
    "slashes": TOKEN.replace("/", "\\/"),
    "hex": "".join(f"\\x{ord(c):02x}" for c in TOKEN),
    "entities": "".join(f"&#{ord(c)};" for c in TOKEN),
    "entities in hex": "".join(f"&#x{ord(c):04X};" for c in TOKEN),
    "percent": "".join(f"%{ord(c):02x}" for c in TOKEN),
    "percent twice": quote(WRITTEN),
    "base 64": b64encode(f"a:{TOKEN}:b".encode()).decode(),
    "base 64, one further": b64encode(f"aa:{TOKEN}".encode()).decode(),
    "base 64 of addresses": urlsafe_b64encode(f"{TOKEN}?".encode()).decode(),
}


@pytest.mark.parametrize("form", ECHOES)
def test_an_answer_that_repeats_the_token_in_another_writing_is_not_kept(home: Home, site: Mirror, form: str) -> None:
    site.set(asked(1), Answer(f'{{"code":200,"msg":"{ECHOES[form]}"}}'.encode(), content_type="application/json"))
    visit(home, interface(site))
    assert not home.list("captures/bodies")
    assert (list(Archive(home).attempts())[-1].reason or "").startswith("token_repeated")


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-be", "utf-32"])
def test_an_answer_that_repeats_the_token_in_wide_characters_is_not_kept(encoding: str) -> None:
    page = Fetched(Outcome.NEW, body=f"<p>{TOKEN}</p>".encode(encoding))
    assert without_secrets(page, [TOKEN]).body is None


def test_no_beginning_of_a_token_stays_in_a_reason_that_was_cut() -> None:
    told = without_secrets(Fetched(Outcome.FAILED, f"cut_off: status line HTTP {TOKEN[:9]}"), [TOKEN]).reason
    assert told == "cut_off: status line HTTP …"


def test_a_host_that_cannot_be_reached_tells_no_token_either(home: Home, logged: pytest.LogCaptureFixture) -> None:
    with Mirror() as gone:
        wanted = interface(gone, sets=(DATA_SET, "/api/invoke/other"))
        gone.robots("User-agent: *\nAllow: /")
        gone.set(asked(1), Answer(reset=True))
        lines: list[str] = []
        visit(home, wanted, log=lines.append)
    visit(home, wanted, log=lines.append)
    assert any("no_connection" in line for line in lines)
    tells_nothing(home, logged, lines)


@pytest.mark.parametrize("place", range(100, 220, 7))
def test_the_words_of_an_error_are_cut_after_the_address_is_taken_out(
    home: Home, site: Mirror, monkeypatch: pytest.MonkeyPatch, logged: pytest.LogCaptureFixture, place: int
) -> None:
    """An error that names the whole address, cut anywhere: not even half of the token stays."""

    def fails(url: str, *_: object, **__: object) -> None:
        raise requests.exceptions.SSLError(f"{'x' * (place - len(asked(1)))} Max retries exceeded with url: {asked(1)}")

    site.set(asked(1), answer(0, 3))
    wanted, lines = interface(site), []  # type: ignore[var-annotated]
    fetcher = Fetcher(home, wanted.politeness)
    fetcher._robots_for(site.url("/"))
    monkeypatch.setattr("scrapers.fetch.exchange", fails)
    told = fetcher.fetch(site.url(DATA_SET), to=site.url(asked(1)), secrets=(TOKEN,))
    lines.append(str(told))
    assert told.outcome is Outcome.FAILED
    tells_nothing(home, logged, lines)


def test_an_answer_that_repeats_the_token_is_blocked_and_its_body_not_kept() -> None:
    for body in (TOKEN, WRITTEN, "".join(f"&#x{ord(c):02x};" for c in TOKEN)):
        clean = without_secrets(Fetched(Outcome.NEW, status=200, body=f'{{"a":"{body}"}}'.encode()), (TOKEN,))
        assert (clean.outcome, clean.body, (clean.reason or "").partition(":")[0]) == (
            Outcome.BLOCKED, None, "token_repeated",
        )  # fmt: skip
    good = Fetched(Outcome.NEW, status=200, body="地区".encode())
    assert without_secrets(good, (TOKEN,)) == good


# --- the daily budget -------------------------------------------------------------------------------------------------


def test_the_calls_of_a_day_are_counted_over_runs(home: Home, site: Mirror) -> None:
    for number in range(1, 6):
        site.set(asked(number, rows=1), answer(number - 1, number, total=5))
    wanted = interface(site, rows=1, calls=2)
    summary = visit(home, wanted)
    assert len(calls(site)) == 2
    assert any("daily_calls_used" in reason for reason in summary.reasons)
    assert due(home, wanted) == ["a_source"]
    visit(home, wanted)
    assert len(calls(site)) == 2


def test_the_next_day_goes_on_where_the_budget_ended(home: Home, site: Mirror) -> None:
    for number in range(1, 6):
        site.set(asked(number, rows=1), answer(number - 1, number, total=5))
    wanted = interface(site, rows=1, calls=3)
    visit(home, wanted)
    yesterday = (datetime.now(UTC) - timedelta(days=2)).date().isoformat()
    home.write(json.dumps({"day": yesterday, "calls": 3}).encode(), "budgets", f"{VARIABLE}.json")
    visit(home, wanted)
    numbers = [path.split("pageNum=")[1].partition("&")[0] for path in calls(site)]
    assert numbers[:3] == ["1", "2", "3"] and numbers[-2:] == ["4", "5"]
    assert due(home, wanted) == []


def test_a_day_begins_at_midnight_in_shanghai(home: Home) -> None:
    budget = CallBudget(home, VARIABLE, 1)
    evening = datetime(2026, 3, 1, 15, 59, tzinfo=UTC)
    assert [budget.take(evening), budget.take(evening)] == [True, False]
    assert budget.take(evening + timedelta(minutes=1))


def test_a_damaged_count_stops_the_day(home: Home) -> None:
    home.write(b"{", "budgets", f"{VARIABLE}.json")
    assert not CallBudget(home, VARIABLE, 5).take()


def test_a_source_that_counts_its_calls_never_repeats_one() -> None:
    with Mirror() as site, pytest.raises(ValidationError, match="max_attempts must be 1"):
        source(data_api=interface(site).data_api)


def test_later_pages_are_asked_again_when_the_first_has_changed(home: Home, site: Mirror) -> None:
    site.set(asked(1), answer(0, 3, total=5))
    site.set(asked(2), answer(3, 5, total=5))
    visit(home, interface(site))
    site.set(asked(1), answer(1, 4, total=5))
    visit(home, interface(site), as_of=TODAY + timedelta(days=28))
    assert calls(site) == [asked(1), asked(2), asked(1), asked(2)]
    assert len(Archive(home).captures()) == 3
