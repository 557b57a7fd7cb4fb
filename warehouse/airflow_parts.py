"""Starts the parts of Airflow on this machine, with nothing that listens beyond it.

`airflow standalone` starts, beside scheduler and UI, two servers that hand out task logs, on every interface of the
machine (ports 8793 and 8794). They are for workers on other machines: here the UI reads the logs from the disk.
"""

from __future__ import annotations

from typing import Any

SERVES_LOGS = ("scheduler", "triggerer")


def without_log_server(command: list[str]) -> list[str]:
    """The command of a part of Airflow, told to serve no logs where it would."""
    return [*command, "--skip-serve-logs"] if command[0] in SERVES_LOGS else command


def main() -> None:
    """Run the parts until stopped."""
    from airflow.cli.commands import standalone_command

    class Part(standalone_command.SubCommand):  # type: ignore[misc]  # Airflow is not typed here
        def __init__(self, parent: Any, name: str, command: list[str], env: dict[str, str]) -> None:
            super().__init__(parent, name, without_log_server(command), env)

    standalone_command.SubCommand = Part
    standalone_command.StandaloneCommand().run()


if __name__ == "__main__":
    main()
