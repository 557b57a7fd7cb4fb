"""What the night tells of its visits: a line for each source, and an error where this machine stood in the way."""

from __future__ import annotations

import logging
from pathlib import Path
from typing import Any

import pytest
import yaml

from scrapers.archive import Archive
from tests.mirror import Mirror
from tests.mirror.pages import table_page
from warehouse.run import RefreshError, Run


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    (tmp_path / "catalog").mkdir()
    monkeypatch.setenv("ZHIBIAO_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("ZHIBIAO_CATALOG", str(tmp_path / "catalog"))
    return Run("20260101T000000Z-0000", "2026-01-01", live=True)


def declare(folder: Path, source_id: str, address: str) -> None:
    content = {
        "source_id": source_id, "publisher_zh": "试验", "publisher_en": "Trial", "title_zh": "试验",
        "title_en": "Trial", "cadence": "monthly", "region_scope": "430000", "publisher_rank": 1, "is_official": True,
        "licence_note": "none", "freshness_limit_days": 4000, "minimum_records": 1, "addresses": [address],
        "politeness": {"requests_per_second": 50.0, "allow_private_addresses": True},
    }  # fmt: skip
    (folder / "catalog" / f"{source_id}.yaml").write_text(yaml.safe_dump(content, allow_unicode=True))


def test_each_source_has_a_line_and_its_first_reason(
    run: Run, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    with Mirror() as site, caplog.at_level(logging.INFO, logger="zhibiao"):
        declare(tmp_path, "a_good", site.page("/a", table_page()))
        declare(tmp_path, "b_gone", site.url("/b"))
        assert run.scrape(["a_good", "b_gone"]) == {"a_good": "a_good: 1 new", "b_gone": "b_gone: 1 not_found"}
        assert f"scrape: b_gone: 1 not_found (first: {site.url('/b')}: not_found: status 404)" in caplog.messages


def test_trouble_of_this_machine_fails_the_stage_once_all_others_are_done(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    add = Archive.add

    def full(self: Archive, **how: Any) -> Any:
        if how["source_id"] == "a_full":
            raise OSError(28, "No space left on device")
        return add(self, **how)

    monkeypatch.setattr(Archive, "add", full)
    with Mirror() as site:
        for name in ("a_full", "b_good"):
            declare(tmp_path, name, site.page(f"/{name}", table_page(name)))
        with pytest.raises(RefreshError, match="a_full"):
            run.scrape(["a_full", "b_good"])
    assert [capture.source_id for capture in Archive(run.home).captures()] == ["b_good"]


def test_what_is_due_goes_by_the_day_of_the_run_in_every_stage(run: Run, tmp_path: Path) -> None:
    with Mirror() as site:
        declare(tmp_path, "a_good", site.page("/a", table_page()))
        file = tmp_path / "catalog" / "a_good.yaml"
        content = yaml.safe_load(file.read_text())
        content["addresses"].append(site.url("/broken"))
        content["politeness"]["max_attempts"] = 1
        site.page("/broken", "", status=500)
        file.write_text(yaml.safe_dump(content, allow_unicode=True))
        run.scrape(["a_good"])  # the broken address stays due
        later = Run("20260102T000000Z-0000", "2100-01-01", live=True)
        assert later.due_sources() == ["a_good"]
        later.scrape(["a_good"])
        assert len(site.asked_for("/a")) == 2
