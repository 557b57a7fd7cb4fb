"""A home of an older version in which people have entered a plan and decisions, moved to another machine."""

from __future__ import annotations

import csv
import json
import shutil
from pathlib import Path

import duckdb

from scrapers.seeds import SEEDS
from tests.refresh.running import refreshed, zhibiao
from tests.warehouse.test_migration import older_release

PLAN = """衡阳市“十五五”知识产权发展规划
衡阳市人民政府
2026年3月1日
一、主要目标
到2030年，有效注册商标总量达到8万件，知识产权质押融资登记金额达到12亿元，夜间知识产权服务驿站达到40个。
"""


def move(home: Path, new: Path, as_of: str) -> dict[str, str]:
    """Enter a plan, make the home as an older version left it, bring it to a new place and refresh it there.

    Another plan's entry is torn by then. `home` is used up. Returns what the commands said.
    """
    scratch = new.parent
    enter_a_plan(home, scratch)
    as_an_older_version_left_it(home)
    copied = zhibiao(home, "backup", str(scratch / "copy"))
    assert copied.returncode == 0, copied.stderr
    shutil.rmtree(home)
    brought = zhibiao(new, "restore", str(scratch / "copy"))
    assert brought.returncode == 0, brought.stderr
    (new / "plans" / "torn").mkdir()
    (new / "plans" / "torn" / "plan.json").write_text("{")
    reviews = _decisions(scratch / "reviews.csv")
    said = refreshed(new, "--offline", "--as-of", as_of, ZHIBIAO_REVIEWS=str(reviews))
    return {"restore": brought.stdout + brought.stderr, "refresh": said}


def enter_a_plan(home: Path, scratch: Path) -> None:
    """A plan was added, and its page has changed since."""
    page = scratch / "plan.txt"
    page.write_text(PLAN, encoding="utf-8")
    added = zhibiao(home, "plan", "add", str(page), "--plan-id", "added")
    assert added.returncode == 0, added.stdout + added.stderr
    page.write_text(PLAN.replace("8万件", "7万件"), encoding="utf-8")
    assert zhibiao(home, "import", str(page), "--source", "plan_documents").returncode == 0


def _decisions(reviews: Path) -> Path:
    """People have decided, and one of them mistyped."""
    with (SEEDS / "target_reviews.csv").open(encoding="utf-8", newline="") as file:
        decisions = list(csv.DictReader(file))
    given = {"decided_by": "a reader", "decided_on": "2026-11-01", "reason": "read"}
    decisions += [
        {**given, "target_id": "added-t02", "decision": "corrected", "corrections": "target_value=15"},
        {**given, "target_id": "added-t03", "decision": "perhaps"},
    ]
    with reviews.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, [*given, "target_id", "decision", "corrections"])
        writer.writeheader()
        writer.writerows(decisions)
    return reviews


def as_an_older_version_left_it(home: Path) -> None:
    """Another parser version read the pages, the raw schema lacks tables, releases lack columns and say less."""
    (home / "home.json").unlink()
    for version in sorted((home / "records").glob("*/*")):
        for path in version.glob("*.json"):
            told = json.loads(path.read_text()) | {"parser_version": "0"}
            del told["checks"], told["records_sha256"]
            path.write_text(json.dumps(told))
        for path in version.glob("*.parquet"):
            fresh = path.with_suffix(".new")
            with duckdb.connect() as connection:
                rows = f"SELECT * REPLACE ('0' AS parser_version) FROM read_parquet('{path}')"
                connection.execute(f"COPY ({rows}) TO '{fresh}' (FORMAT parquet)")
            fresh.replace(path)
        version.rename(version.with_name("0"))
    with duckdb.connect(str(home / "build" / "warehouse.duckdb")) as connection:
        connection.execute("UPDATE raw.schema_version SET version = version - 1")
        connection.execute("DROP TABLE raw.entered_evidence")
    for folder in (home / "releases").iterdir():
        older_release(folder)
