"""Nights against the mirror: one on which all is well, and one on which every fault of the registry is on."""

from __future__ import annotations

import json
import re
import socket
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import yaml

from scrapers.imports import STARTER
from tests.mirror.catalog import PREFIX, RULES, write_catalog
from tests.mirror.sites import Sites
from tests.refresh.running import Refresh, ask
from tests.warehouse.telling.receivers import WebReceiver

LATE = "hunan_inforce_202011.html"
"""A capture that is not there on the first night: what is sound goes on bringing figures."""
NOBODY = f"{PREFIX}nobody_listens"
"""Source at whose host no server is on the second night."""
SECRET_PATH = "hooks-are-secrets"
"""Path of the webhook that is told of each night."""


NIGHTS = ("good", "bad")
"""On `repaired` all is well again; on `unseen` an empty home meets the faulty pages before it has seen good ones."""


def play(
    home: Path, as_of: str, nights: Sequence[str] = NIGHTS, folders: Sequence[Path] = (STARTER,), **how: Any
) -> dict[str, Any]:
    """Refresh once for each night; what was said and asked, the folders of the releases, and which fault lay where."""
    catalog = home.parent / "catalog"
    told: dict[str, Any] = {"seconds": []}
    with Sites(folders) as sites, WebReceiver() as receiver:
        sites.add_trials(**how)
        write_catalog(sites, catalog)
        _declare_a_closed_host(catalog)
        for night in nights:
            sites.repair()
            if night == "good":
                sites.hold_back(LATE)
            elif night in ("bad", "unseen"):
                sites.spoil_trials()
            place = home.parent / "unseen" / "home" if night == "unseen" else home
            place.parent.mkdir(exist_ok=True)
            started = time.monotonic()
            address = f"http://127.0.0.1:{receiver.port}/{SECRET_PATH}"
            settings = {"ZHIBIAO_CATALOG": str(catalog), "AIRFLOW_CONN_ZHIBIAO_WEBHOOK": address}
            run = Refresh(place, "--live", "--as-of", as_of, **settings)
            told[f"{night}_code"] = run.end()
            told["seconds"].append(time.monotonic() - started)
            told[night] = run.said
            told[f"{night}_release"] = str((place / "current").resolve())
        told["notices"] = [body for _, _, body in receiver.got]
        told["agents"] = sorted({each.headers.get("User-Agent", "") for each in sites.asked()})
        told["forbidden"] = [
            len(sites.mirrors[trial.name].asked_for(trial.page))
            for trial in sites.trials
            if "forbids" in trial.fault.name
        ]
        told["late"] = next(sites.url(c.host, c.path) for c in sites.captures if c.file.name == LATE)
        told["trials"] = [
            {
                "source_id": f"{PREFIX}{trial.name}", "fault": trial.fault.name, "group": trial.fault.group,
                "page": sites.url(trial.name, trial.page), "file": trial.played.file.name,
            }
            for trial in sites.trials
        ]  # fmt: skip
    return told


def as_text(told: dict[str, Any]) -> dict[str, str]:
    """What was told as texts, as a night keeps it."""
    return {name: value if isinstance(value, str) else json.dumps(value) for name, value in told.items()}


def _declare_a_closed_host(catalog: Path) -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    content = {
        "source_id": NOBODY, "publisher_zh": "试验", "publisher_en": "Trial", "title_zh": "试验", "title_en": "Trial",
        "cadence": "daily", "region_scope": "country", "publisher_rank": 4, "is_official": False,
        "licence_note": "none", "freshness_limit_days": 4000, "minimum_records": 1, "politeness": dict(RULES),
        "addresses": [f"http://127.0.0.1:{port}/{number}.html" for number in range(3)],
    }  # fmt: skip
    (catalog / f"{NOBODY}.yaml").write_text(yaml.safe_dump(content, allow_unicode=True))


def came_of(trial: Mapping[str, Any], release: Path, said: str) -> tuple[str, str | None]:
    """Outcome and reason of a trial site: of its last visit, else (the page came) of the reading of it."""
    query = "select last_visit_outcome, last_visit_reason from marts.source_freshness"
    ((outcome, reason),) = ask(release / "marts.duckdb", f"{query} where source_id = '{trial['source_id']}'")
    if outcome not in ("new", "unchanged"):
        return outcome, reason
    read = re.findall(rf"WARNING (\w+): {re.escape(trial['page'])} \((\w+)\): (.*)", said)
    return (read[-1][0], f"{read[-1][1]}: {read[-1][2]}") if read else (outcome, None)
