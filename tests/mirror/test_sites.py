"""The mirror itself: every capture at its own address, lists, robots.txt, the interface, the catalog, the command."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests

from scrapers.imports import STARTER
from scrapers.sources import load_catalog
from tests.mirror.catalog import PREFIX, write_catalog
from tests.mirror.faults import FAULTS, Fault, Place
from tests.mirror.server import Answer
from tests.mirror.sites import Sites

REPOSITORY = Path(__file__).parent.parent.parent


@pytest.fixture(scope="module")
def sites() -> Iterator[Sites]:
    with Sites([STARTER]) as made:
        made.add_trials()
        yield made


def get(url: str, **headers: str) -> requests.Response:
    return requests.get(url, headers=headers, timeout=5)


def test_every_capture_is_played_at_its_own_host_and_path_and_is_not_sent_twice(sites: Sites) -> None:
    assert len(sites.captures) == 18 and len({played.host for played in sites.captures}) >= 7
    for played in sites.captures:
        first = get(sites.url(played.host, played.path))
        assert first.content == played.file.read_bytes()
        assert get(first.url, **{"If-None-Match": first.headers["ETag"]}).status_code == 304
    assert get(sites.url("amr.hunan.gov.cn", "/nothing.html")).status_code == 404


def test_pages_that_the_catalog_does_not_name_are_reached_through_lists(sites: Sites) -> None:
    linked = {played.address for group in sites.lists.values() for played in group}
    named = {url.split("://")[1] for source in sites.sources.values() for url in source.addresses}
    assert {played.address for played in sites.captures} - named == linked
    for (host, path), group in sites.lists.items():
        page = get(sites.url(host, path)).text
        assert all(played.path in page and played.title in page for played in group)


def test_the_catalog_is_that_of_the_project_and_leads_nowhere_but_to_the_mirror(sites: Sites, tmp_path: Path) -> None:
    catalog = load_catalog(write_catalog(sites, tmp_path))
    real = load_catalog()
    assert {name.removeprefix(PREFIX) for name in catalog if "trial_" not in name} <= real.keys()
    for file in tmp_path.iterdir():
        assert not re.findall(r"https?://(?!(?:\(\?:)?127\\?\.0\\?\.0\\?\.1)", file.read_text()), file.name
    for source in catalog.values():
        own = real.get(source.source_id.removeprefix(PREFIX))
        assert source.politeness.allow_private_addresses and (own is None or source.parser == own.parser)
    played = {sites.url(each.host, each.path) for each in sites.captures if not each.is_file}
    assert [url for url in played if not any(s.lists(url) or s.has_pattern_for(url) for s in catalog.values())] == []


def test_the_national_interface_answers_with_the_figures_of_the_exports(sites: Sites) -> None:
    assert sites.interface is not None
    assert sites.interface.known["年末常住人口", "110000000000", 2024] == "2183"


def test_every_fault_changes_an_answer_and_says_what_is_to_be_told(sites: Sites) -> None:
    good = [played.answer for played in sites.captures]
    for fault in FAULTS.values():
        if fault.place is Place.PAGE and fault.name != "figures printed twice in a row":  # in articles of the archive
            assert any(fault.change(answer) not in (None, answer) for answer in good), fault.name
    assert {trial.fault.name for trial in sites.trials} >= FAULTS.keys() - {"figures printed twice in a row"}


def test_a_fault_lies_where_the_pattern_says_until_it_is_repaired() -> None:
    with Sites([STARTER]) as sites:
        gone = Fault("gone", "answer", lambda good: Answer(b"", status=410), "not_found:")
        spoilt = sites.spoil(gone, "*/year2022/*")
        assert spoilt == [sites.url("english.cnipa.gov.cn", "/jianbao/year2022/c/c3.html")]
        assert [get(url).status_code for url in spoilt] == [410]
        assert len(sites.spoil(FAULTS["robots.txt forbids"], "amr.hunan.gov.cn/*")) == 1
        assert "Disallow: /\n" in get(sites.url("amr.hunan.gov.cn", "/robots.txt")).text
        sites.repair()
        assert get(spoilt[0]).status_code == 200


def command(*arguments: str) -> list[str]:
    return [sys.executable, "-m", "tests.mirror", *arguments]


def test_the_command_serves_until_it_is_interrupted(tmp_path: Path) -> None:
    asked = command("--port", "0", "--fault", "gzip bomb=*/year2022/*", "--catalog", str(tmp_path / "catalog"))
    with subprocess.Popen(
        asked, cwd=REPOSITORY, stdout=subprocess.PIPE, text=True, env={**os.environ, "PYTHONUNBUFFERED": "1"}
    ) as running:
        assert running.stdout is not None
        said = ""
        for line in running.stdout:
            said += line
            if "Ctrl-C" in line:
                break
        address = re.search(r"(http://127\.0\.0\.1:\d+)/\s+amr\.hunan\.gov\.cn", said)
        assert address and get(f"{address[1]}/robots.txt").status_code == 200
        assert "gzip bomb: at 1 addresses" in said and "zhibiao refresh --live" in said
        running.send_signal(signal.SIGINT)
        assert running.wait(10) == 0
    assert load_catalog(tmp_path / "catalog")


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["--fault", "no such thing"], "no such fault: no such thing (--list shows all)"),
        (["--archive", "no/such/folder"], "the mirror cannot start: no/such/folder holds no index.csv"),
        (["--archive", str(STARTER), "--port", "70000"], "the mirror cannot start:"),
    ],
)
def test_a_wrong_argument_ends_with_what_is_allowed(arguments: list[str], told: str) -> None:
    done = subprocess.run(command(*arguments), cwd=REPOSITORY, capture_output=True, text=True, timeout=60)
    assert done.returncode == 2 and told in done.stderr and "Traceback" not in done.stderr


def test_the_command_lists_all_faults() -> None:
    done = subprocess.run(command("--list"), cwd=REPOSITORY, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0 and all(name in done.stdout for name in FAULTS)
