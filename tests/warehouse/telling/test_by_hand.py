"""`zhibiao notify` and the alert of a missed deadline, with connections as Airflow finds them."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from scrapers.home import Home
from tests.warehouse.made import zhibiao
from tests.warehouse.telling.nights import cut_off, night
from tests.warehouse.telling.receivers import MailReceiver, WebReceiver
from warehouse.telling import late, run_file


def test_the_channels_are_tried_by_connections_of_the_environment(home: Home) -> None:
    with WebReceiver() as web, MailReceiver() as server:
        done = zhibiao(
            home, "notify", "--test",
            AIRFLOW_CONN_ZHIBIAO_WEBHOOK=f"http://:tok%2Fen@127.0.0.1:{web.port}/hooks/x?key=k",
            AIRFLOW_CONN_ZHIBIAO_SMTP=f"smtp://127.0.0.1:{server.port}/?to=a%40x.org%2Cb%40x.org&disable_tls=true",
        )  # fmt: skip
        assert (done.returncode, done.stdout) == (0, "smtp: sent\nwebhook: sent\n"), done.stderr
        ((path, headers, body),) = web.got
        assert path == "/hooks/x?key=k" and headers["Authorization"] == "Bearer tok/en" and body["outcome"] == "test"
        assert server.mails[0]["Subject"] == "zhibiao: a test of the channels; nothing happened"
        assert "a test of the channels" in server.mails[0].get_content()
    assert "tok/en" not in done.stderr and "hooks/x" not in done.stderr


def test_connections_of_a_secrets_backend_and_under_other_names_are_found(home: Home, tmp_path: Path) -> None:
    with WebReceiver() as web:
        file = tmp_path / "connections.json"
        file.write_text(json.dumps({"night_hook": f"http://127.0.0.1:{web.port}/a"}))
        settings = {
            "AIRFLOW__SECRETS__BACKEND": "airflow.secrets.local_filesystem.LocalFilesystemBackend",
            "AIRFLOW__SECRETS__BACKEND_KWARGS": json.dumps({"connections_file_path": str(file)}),
            "ZHIBIAO_WEBHOOK_CONN_ID": "night_hook",
        }
        assert zhibiao(home, "notify", "--test", **settings).stdout == "webhook: sent\n"
    wrong = zhibiao(home, "notify", "--test", ZHIBIAO_WEBHOOK_CONN_ID="nobody")
    assert wrong.returncode == 1 and "there is no connection nobody (ZHIBIAO_WEBHOOK_CONN_ID)" in wrong.stdout


def test_mistakes_have_their_codes(home: Home) -> None:
    none = zhibiao(home, "notify", "--test")
    assert none.returncode == 2 and "AIRFLOW_CONN_ZHIBIAO_WEBHOOK" in none.stderr and "Traceback" not in none.stderr
    assert zhibiao(home, "notify").returncode == 2
    night(home, 1, {"r1": 5})
    assert zhibiao(home, "notify", "--run", "20200101T000000Z-0000").returncode == 2
    broken = zhibiao(home, "notify", "--test", AIRFLOW_CONN_ZHIBIAO_SMTP="smtp://127.0.0.1:1/?secret=hush")
    assert broken.returncode == 1 and broken.stdout == "smtp: connection zhibiao_smtp: extra.to names nobody " + (
        "(addresses, with commas between them)\n"
    )
    assert "hush" not in broken.stdout + broken.stderr


def test_a_run_that_was_cut_off_is_told_by_hand_once(home: Home) -> None:
    cut_off(home, 1, "audit")
    with WebReceiver() as web:
        where = {"AIRFLOW_CONN_ZHIBIAO_WEBHOOK": f"http://127.0.0.1:{web.port}/a"}
        first = zhibiao(home, "notify", **where)
        assert first.returncode == 0 and "nobody heard of" in first.stderr, first.stderr
        assert zhibiao(home, "notify", **where).returncode == 0
        assert [body["subject"] for _, _, body in web.got] == ["zhibiao: NOT published: cut off during audit"]


@pytest.fixture
def alerts(home: Home, monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """What the alert of a deadline would send, for the home of the environment."""
    sent: list[Any] = []
    monkeypatch.setenv("ZHIBIAO_HOME", home.root)
    monkeypatch.setattr(late, "deliver", lambda place, notice: sent.append(notice))
    return sent


def context(queued: datetime, name: str = "scheduled__x") -> dict[str, Any]:
    """What Airflow hands to the callback: JSON of the run, and the deadline."""
    return {"dag_run": {"dag_run_id": name, "queued_at": queued.isoformat()}, "deadline": {"id": "d"}}


def test_a_run_that_is_not_done_in_time_is_told_with_where_it_is(home: Home, alerts: list[Any]) -> None:
    night(home, 1, {"r1": 5})
    now = datetime.now(UTC)
    night(home, 2, state="running", finished_at=None, dag_run="scheduled__x", stage="scrape")
    late.late(context(now + timedelta(seconds=1)))
    (notice,) = alerts
    assert notice.subject.startswith("zhibiao: LATE: the refresh is not done after ") and "at scrape" in notice.subject
    assert (notice.level, notice.outcome) == ("red", "late") and "Readers still have release" in notice.text


def test_a_run_that_never_began_is_told(home: Home, alerts: list[Any]) -> None:
    late.late(context(datetime.now(UTC) - timedelta(hours=4)))
    assert "not begun" in alerts[0].subject and "Readers have no release yet." in alerts[0].text


def test_a_run_that_ended_meanwhile_or_a_release_since_is_no_alert(home: Home, alerts: list[Any]) -> None:
    failed = night(home, 1, dag_run="scheduled__x", message="load: no")
    late.late(context(datetime.now(UTC)))
    run_file.note(home, failed, dag_run="another")
    night(home, 2, {"r1": 5})
    late.late(context(datetime.now(UTC) - timedelta(hours=4)))
    assert alerts == []


@pytest.mark.parametrize("odd", [{}, {"dag_run": None}, {"dag_run": {"queued_at": "yesterday"}}])
def test_a_context_that_says_nothing_is_told_rather_than_swallowed(
    home: Home, alerts: list[Any], odd: dict[str, Any]
) -> None:
    late.late(odd)
    assert "is not done after too long" in alerts[0].subject
