"""Nobody but the operator comes near the Airflow of a home, and nothing of it listens beyond this machine."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from scrapers.home import Home
from warehouse import airflow_access
from warehouse.airflow_parts import SERVES_LOGS, without_log_server
from warehouse.orchestrator import airflow_settings

USERS = "AIRFLOW__CORE__SIMPLE_AUTH_MANAGER_USERS"
ALL_ADMINS = "AIRFLOW__CORE__SIMPLE_AUTH_MANAGER_ALL_ADMINS"


@pytest.fixture(autouse=True)
def nothing_set(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in os.environ if name.startswith("AIRFLOW__")]:
        monkeypatch.delenv(name)


def test_the_folder_and_the_passwords_are_for_the_owner_alone(tmp_path: Path) -> None:
    folder = tmp_path / "airflow"
    folder.mkdir(mode=0o755)
    airflow_access.close(folder)
    file = airflow_access.give_passwords({"AIRFLOW_HOME": str(folder)})
    assert file is not None
    assert (folder.stat().st_mode & 0o777, file.stat().st_mode & 0o777) == (0o700, 0o600)
    first = json.loads(file.read_text())
    assert list(first) == ["admin"] and len(first["admin"]) >= 20


def test_passwords_are_generated_once_for_each_home_and_user(tmp_path: Path) -> None:
    told = []
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
        file = airflow_access.give_passwords({"AIRFLOW_HOME": str(tmp_path / name)})
        assert file is not None
        before = json.loads(file.read_text())
        file.chmod(0o644)
        airflow_access.give_passwords({"AIRFLOW_HOME": str(tmp_path / name), USERS: "admin:admin, li:viewer"})
        after = json.loads(file.read_text())
        assert after["admin"] == before["admin"] and after["li"] not in ("", after["admin"])
        assert file.stat().st_mode & 0o777 == 0o600
        told += [after["admin"], after["li"]]
    assert len(set(told)) == 4


def test_passwords_kept_elsewhere_are_left_alone(tmp_path: Path) -> None:
    settings = {"AIRFLOW_HOME": str(tmp_path), "AIRFLOW__CORE__SIMPLE_AUTH_MANAGER_PASSWORDS_FILE": "/elsewhere"}
    assert airflow_access.give_passwords(settings) is None and not list(tmp_path.iterdir())


@pytest.mark.parametrize("host", ["127.0.0.1", "::1", "localhost", "127.0.0.2"])
def test_loopback_is_nothing_to_tell(host: str) -> None:
    assert airflow_access.warnings({"AIRFLOW__API__HOST": host}) == []


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "", "192.168.1.5", "myhost.example"])
def test_a_ui_that_others_can_reach_is_told_and_never_without_passwords(host: str) -> None:
    told = airflow_access.warnings({"AIRFLOW__API__HOST": host})
    assert len(told) == 1 and "from outside this machine" in told[0]
    with pytest.raises(airflow_access.Exposed, match="ask nobody for a password"):
        airflow_access.warnings({"AIRFLOW__API__HOST": host, ALL_ADMINS: "True"})


def test_by_default_the_ui_listens_on_loopback_with_passwords(tmp_path: Path) -> None:
    settings = airflow_settings(Home.at(tmp_path))
    assert settings["AIRFLOW__API__HOST"] == "127.0.0.1"
    assert airflow_access.warnings(settings) == []


def test_tasks_find_the_server_at_the_port_that_the_operator_chose(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AIRFLOW__API__PORT", "8097")
    monkeypatch.setenv("AIRFLOW__API__HOST", "0.0.0.0")
    settings = airflow_settings(Home.at(tmp_path))
    assert settings["AIRFLOW__CORE__EXECUTION_API_SERVER_URL"] == "http://127.0.0.1:8097/execution/"
    environment = airflow_access.without_proxy({"HTTP_PROXY": "http://proxy.example", "NO_PROXY": "intranet"})
    assert environment["NO_PROXY"].split(",")[:2] == ["intranet", "127.0.0.1"]


def test_the_parts_that_would_serve_logs_to_every_interface_are_told_not_to() -> None:
    """With the parser of the installed Airflow: a part that no longer knows the option would not start at all."""
    asked = [without_log_server([part]) for part in SERVES_LOGS]
    code = (
        "import sys, json\n"
        "from airflow.cli.cli_parser import get_parser\n"
        "from airflow.cli.commands import standalone_command\n"
        "assert hasattr(standalone_command, 'SubCommand')\n"
        "told = [get_parser().parse_args(args).skip_serve_logs for args in json.loads(sys.argv[1])]\n"
        "print(told)\n"
    )
    done = subprocess.run([sys.executable, "-c", code, json.dumps(asked)], capture_output=True, text=True)
    assert done.stdout.strip().splitlines()[-1:] == ["[True, True]"], done.stderr[-500:]
    assert without_log_server(["api-server"]) == ["api-server"]


def test_an_open_ui_is_refused_before_anything_starts(tmp_path: Path) -> None:
    environment = {**os.environ, "ZHIBIAO_HOME": str(tmp_path), "AIRFLOW__API__HOST": "0.0.0.0", ALL_ADMINS: "true"}
    done = subprocess.run(
        [sys.executable, "-m", "warehouse.orchestrator"], capture_output=True, text=True, env=environment, timeout=60
    )
    assert done.returncode == 2 and "ask nobody for a password" in done.stderr
    assert not list(tmp_path.iterdir())
