"""Run `dbt build` on a database of a test."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

PROJECT = Path(__file__).parent.parent.parent / "dbt_project"
AS_OF = "2024-06-30"


def build(database: Path, scratch: Path, *, as_of: str = AS_OF, command: str = "build") -> str:
    """Run dbt in a process of its own; returns its output, fails the test where a model or test failed."""
    environment = {
        **os.environ, "ZHIBIAO_BUILD_DATABASE": str(database), "ZHIBIAO_TEMP_DIRECTORY": str(scratch / "temp"),
        "DO_NOT_TRACK": "1",
    }  # fmt: skip
    arguments = [
        sys.executable, "-c", "from dbt.cli.main import cli; cli()", command, "--no-use-colors",
        "--project-dir", str(PROJECT), "--profiles-dir", str(PROJECT), "--target-path", str(scratch / "target"),
        "--log-path", str(scratch / "logs"), "--vars", json.dumps({"as_of": as_of}),
    ]  # fmt: skip
    done = subprocess.run(arguments, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout[-4000:] + done.stderr[-2000:]
    return done.stdout
