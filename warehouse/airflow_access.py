"""Who may come near the Airflow of a home: its folder, the passwords of the UI, and where the UI listens."""

from __future__ import annotations

import ipaddress
import json
import os
import secrets
from collections.abc import Mapping
from pathlib import Path

from warehouse.errors import ExitCode, Trouble

PASSWORDS = "simple_auth_manager_passwords.json.generated"
"""Where Airflow's own users look their password up. It stands there as it is, so nobody else may read it."""

_OPEN_TO_ALL = "AIRFLOW__CORE__SIMPLE_AUTH_MANAGER_ALL_ADMINS"


class Exposed(Trouble):
    """Airflow would let anybody on the network in."""

    exit_code = ExitCode.USAGE


def close(folder: Path) -> None:
    """Let nobody but the owner into Airflow's folder: it holds passwords, keys, and the connections with theirs."""
    folder.mkdir(parents=True, exist_ok=True)
    folder.chmod(0o700)


def give_passwords(settings: Mapping[str, str]) -> Path | None:
    """Give every user of the UI who has none a password, in a file for the owner alone; returns the file.

    Airflow would do so itself, but prints the password into its output (which a service keeps in its log) and makes the
    file readable for all. None where the operator keeps the passwords elsewhere or has another auth manager.
    """
    if "AIRFLOW__CORE__AUTH_MANAGER" in settings or "AIRFLOW__CORE__SIMPLE_AUTH_MANAGER_PASSWORDS_FILE" in settings:
        return None
    file = Path(settings["AIRFLOW_HOME"]) / PASSWORDS
    try:
        known: dict[str, str] = json.loads(file.read_text())
    except (OSError, ValueError):
        known = {}
    users = settings.get("AIRFLOW__CORE__SIMPLE_AUTH_MANAGER_USERS") or "admin:admin"
    names = [user.split(":")[0].strip() for user in users.split(",") if user.strip()]
    passwords = {name: secrets.token_urlsafe(18) for name in names} | known
    partial = file.with_name(f".{file.name}.partial")
    partial.unlink(missing_ok=True)
    with os.fdopen(os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as out:
        out.write(json.dumps(passwords) + "\n")
    os.replace(partial, file)
    return file


def warnings(settings: Mapping[str, str]) -> list[str]:
    """What the operator's own settings open, one line each. Raises `Exposed` for an open UI without any password."""
    host = settings.get("AIRFLOW__API__HOST", "")
    is_inside = _is_loopback(host)
    is_open = settings.get(_OPEN_TO_ALL, "").strip().lower() in ("true", "t", "1", "yes", "on")
    if is_open and not is_inside:
        raise Exposed(
            f"Airflow would listen on {host or 'every interface'} and ask nobody for a password; "
            f"unset {_OPEN_TO_ALL} or AIRFLOW__API__HOST"
        )
    told = []
    if not is_inside:
        told.append(
            f"AIRFLOW__API__HOST={host}: the UI can be reached from outside this machine, without TLS; a proxy before "
            "127.0.0.1 is safer"
        )
    if is_open:
        told.append(f"{_OPEN_TO_ALL}: whoever works on this machine is admin of Airflow")
    return told


def server_address(environment: Mapping[str, str]) -> str:
    """Where Airflow's own parts find its server: on this machine, at the port that the operator may have chosen."""
    host = environment.get("AIRFLOW__API__HOST", "127.0.0.1")
    port = environment.get("AIRFLOW__API__PORT", "8080")
    inside = "127.0.0.1" if host in ("", "0.0.0.0", "::") else f"[{host}]" if ":" in host else host  # noqa: S104
    return f"http://{inside}:{port}"


def without_proxy(environment: Mapping[str, str]) -> dict[str, str]:
    """The environment, with no proxy between Airflow's parts: what they send each other holds tokens."""
    inside = ["127.0.0.1", "localhost", "::1"]
    known = {name: environment.get(name, "") for name in ("NO_PROXY", "no_proxy")}
    return {**environment, **{name: ",".join([*filter(None, [value]), *inside]) for name, value in known.items()}}


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
