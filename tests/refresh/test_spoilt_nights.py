"""Damaged pages through a whole refresh, and a refresh that must not publish: the last good figures serve on."""

from __future__ import annotations

import csv
import json
import shutil
from pathlib import Path

import duckdb
import pytest

from tests.mirror import damage
from tests.refresh.conftest import Night
from tests.refresh.running import Refresh, ask, refreshed, zhibiao

SPOILT: dict[str, damage.Damage] = {
    "hunan_inforce_202011": damage.TABLE["one row shifted"],
    "hunan_grants_202308": damage.replaced("8月", "9月"),
    "cnipa_2022_c3": damage.TABLE["row mid gone"],
    "cnipa_2014_c3": damage.TABLE["one percentage row gone"],
    "cnipa_2018_a7": damage.always(damage.ERROR_PAGE),
    "cnipa_2009_c2": damage.cut(0.5),
    "fujian_yearbook2022_1605": damage.always(b""),
    "jlzscqxx_201210_invgrant": damage.TABLE["labels moved up"],
    "cpahk_inforce_202212": damage.TABLE["labels 0.1 swapped"],
    "cnipa_en_m_201304_t2": damage.ANY["cut at 80 %"],
    "nbs_grants_2011_2025": damage.CSV["all rows shifted"],
    "nbs_population_2015_2024": damage.ANY["万人 → 人"],
    "suining_2021_prose": damage.replaced("22826", "2826"),
    "suining_2021_plan_execution": damage.always(damage.BLOCK_PAGE),
    "national_2018_patents": damage.wrong_bytes,
}
FACTS = "region_id, indicator_id, breakdown, period_kind, period_start, period_end, value, unit_base, observation_id"


def spoilt_archive(archive: Path, folder: Path) -> Path:
    """An archive of the same addresses, with a damaged body at each."""
    folder.mkdir()
    with (archive / "stats" / "index.csv").open(encoding="utf-8-sig", newline="") as index:
        reader = csv.DictReader(index)
        names, rows = reader.fieldnames or [], [row for row in reader if row["slug"] in SPOILT]
    assert {row["slug"] for row in rows} == set(SPOILT)
    for row in rows:
        good = (archive / "stats" / row["file"]).read_bytes()
        bad = SPOILT[row["slug"]](good)
        assert bad is not None and bad != good, row["slug"]
        (folder / row["file"]).write_bytes(bad)
    with (folder / "index.csv").open("w", encoding="utf-8", newline="") as out:
        writer = csv.DictWriter(out, names)
        writer.writeheader()
        writer.writerows(rows)
    return folder


@pytest.fixture(scope="module")
def damaged(full: Night, archive: Path, tmp_path_factory: pytest.TempPathFactory) -> Night:
    """The night after damaged pages came in place of good ones."""
    place = tmp_path_factory.mktemp("damaged")
    night = full.copy(place)
    imported = zhibiao(night.home, "import", str(spoilt_archive(archive, place / "pages")))
    assert imported.returncode == 0 and f"{len(SPOILT)} new" in imported.stdout, imported.stdout + imported.stderr
    night.told["refresh"] = refreshed(night.home, "--offline", "--as-of", night.as_of)
    return night


def test_no_fact_is_another_than_before(damaged: Night, full: Night) -> None:
    assert damaged.release.name != full.release.name
    with duckdb.connect() as connection:
        connection.execute(f"ATTACH '{full.marts}' AS one (READ_ONLY); ATTACH '{damaged.marts}' AS two (READ_ONLY)")
        for table, columns in (("fct_region_indicator", FACTS), ("fct_target_progress", "*"), ("dim_target", "*")):
            for one, two in (("one", "two"), ("two", "one")):
                query = (
                    f"select {columns} from {one}.marts.{table} except all select {columns} from {two}.marts.{table}"
                )
                assert connection.execute(query).fetchall() == [], table


def test_every_damaged_page_is_named_with_what_is_wrong(damaged: Night) -> None:
    warnings = [line for line in damaged.told["refresh"].splitlines() if " WARNING " in line]
    named = [line for line in warnings if "quarantined: " in line or "contradictory: " in line]
    assert len(named) == len(SPOILT), "\n".join(warnings)
    quarantined = ask(damaged.marts, "select sum(quarantined_count) from marts.source_freshness")[0][0]
    assert quarantined and quarantined > 0
    report = (damaged.release / "report.md").read_text()
    assert "## Quarantined pages" in report and "an older page serves" in report


def test_a_failed_critical_expectation_stops_publication_and_names_itself(damaged: Night, tmp_path: Path) -> None:
    night = damaged.copy(tmp_path)
    logs = list((night.home / "captures" / "log").rglob("*.jilin_ip_centre_tables.jsonl"))
    assert len(logs) >= 2
    for log in logs:  # the home has lost the pages of a source, and with them facts that nobody else has
        log.unlink()
    shutil.rmtree(night.home / "build")
    run = Refresh(night.home, "--offline", "--as-of", night.as_of)
    assert run.end() == 1
    assert "no_fact_lost" in run.said and "the audit stopped publication" in run.said
    assert "nothing was published" in run.said and "Traceback" not in run.said
    assert f"release in use: {night.release.name}" in run.said
    assert night.release.name == damaged.release.name
    assert len(list((night.home / "releases").iterdir())) == len(list((damaged.home / "releases").iterdir()))
    assert ask(night.marts, "select count(*) from marts.fct_region_indicator")[0][0] > 0
    states = [json.loads(path.read_text()).get("state") for path in sorted((night.home / "runs").glob("*/run.json"))]
    assert states[-1] == "failed"
    notice = sorted((night.home / "runs").glob("*/notice.txt"))[-1].read_text()
    assert notice.startswith("zhibiao: NOT published: audit: the audit stopped publication: no_fact_lost")
    assert f"Readers still have release {night.release.name}" in notice and "What to do: Read audit.json" in notice
