"""A small raw schema to build on: a few invented pages, and real ones of the archive where it is present."""

from __future__ import annotations

import csv
import hashlib
import json
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb

from scrapers.captures import Knowledge
from scrapers.checks import check_page
from scrapers.parsers import choose
from scrapers.records import Page, PageCheck, PeriodKind, Record, record_table
from warehouse import raw

FETCHED_AT = datetime(2024, 5, 1, 3, 0, tzinfo=UTC)


@dataclass
class RawPages:
    """Fills the raw schema as the loader would, one page after the other."""

    connection: duckdb.DuckDBPyConnection
    arrivals: int = 0
    capture_ids: dict[str, str] = field(default_factory=dict)

    def source(self, source_id: str, *, rank: int, scope: str, limit_days: int = 400, official: bool = True) -> None:
        """One source of the catalog."""
        values = dict.fromkeys(raw.columns("sources"))
        values |= {
            "source_id": source_id, "publisher_zh": source_id, "title_zh": source_id, "region_scope": scope,
            "publisher_rank": rank, "is_official": official, "cadence": "monthly",
            "freshness_limit_days": limit_days, "minimum_records": 1,
        }  # fmt: skip
        self._insert("sources", values)

    def page(
        self,
        name: str,
        records: list[Record],
        *,
        source_id: str = "unlisted",
        url: str | None = None,
        title: str | None = None,
        published_on: date | None = None,
        verdict: str = "accepted",
        reason: str | None = None,
        parser: str = "invented",
        version: str = "1",
        findings: list[str] | None = None,
        checks: list[PageCheck] | None = None,
        fetched_at: datetime = FETCHED_AT,
    ) -> str:
        """One capture with its parse; the same `url` again is a later capture of it. Returns the capture id."""
        self.arrivals += 1
        capture_id = hashlib.sha256(name.encode()).hexdigest()[:32]
        self.capture_ids[name] = capture_id
        self._insert(
            "captures",
            {
                "capture_id": capture_id, "source_id": source_id, "url": url or f"imported:{name}",
                "origin": "imported",
                "body_sha256": "0" * 64, "content_sha256": hashlib.sha256(name.encode()).hexdigest(),
                "size": 1, "fetched_at": fetched_at,
                "content_type": "text/html", "charset": None, "title": title, "publisher": None,
                "published_on": published_on, "period": None, "truncated": None, "arrival_no": self.arrivals,
            },
        )  # fmt: skip
        self.parse(capture_id, source_id, records, verdict=verdict, reason=reason, parser=parser, version=version)
        for number, message in enumerate(findings or []):
            self._insert(
                "findings",
                {
                    "capture_id": capture_id, "parser": parser, "parser_version": version, "finding_no": number,
                    "check_name": "sum_over_regions", "passed": False, "message": message,
                },
            )  # fmt: skip
        for check in checks or []:
            self._insert(
                "page_checks",
                {
                    "capture_id": capture_id, "parser": parser, "parser_version": version,
                    "check_name": check.check, "state": str(check.state), "compared_count": check.compared,
                    "tolerated_count": check.tolerated, "failed_count": check.failed, "message": check.message,
                },
            )  # fmt: skip
        return capture_id

    def parse(
        self,
        capture_id: str,
        source_id: str,
        records: list[Record],
        *,
        verdict: str = "accepted",
        reason: str | None = None,
        parser: str = "invented",
        version: str = "1",
        parsed_at: datetime = FETCHED_AT,
    ) -> None:
        """What one version of a parser made of a capture."""
        self._insert(
            "parse_outcomes",
            {
                "capture_id": capture_id, "parser": parser, "parser_version": version, "verdict": verdict,
                "reason": reason, "message": None, "record_count": len(records), "leftovers": [],
                "layout": json.dumps({}), "parsed_at": parsed_at,
            },
        )  # fmt: skip
        table = record_table(records, capture_id=capture_id, source_id=source_id, parser=parser, parser_version=version)
        self.connection.register("incoming", table)
        self.connection.execute("insert into raw.records select * from incoming")
        self.connection.unregister("incoming")

    def archive_page(self, archive: Path, slug: str, *, source_id: str, parser: str | None = None) -> str:
        """A real page of the archive, read by the parser that the refresh would take."""
        with (archive / "stats" / "index.csv").open(encoding="utf-8") as file:
            row = next(row for row in csv.DictReader(file) if row["slug"] == slug)
        knowledge = Knowledge(
            content_type=row["content_type"], title=row["title"], publisher=row["publisher"], period=row["period"]
        )
        body = (archive / "stats" / row["file"]).read_bytes()
        url = row["url"]
        if url.endswith(".cn/"):  # the address of a whole site: the import adds the name of the file
            url = f"{url}#{row['file']}"
        page = Page(body=body, url=url, knowledge=knowledge, source_id=source_id)
        reader = choose(page, parser)
        parsed = check_page(reader.parse(page), reader.name)
        return self.page(
            slug, list(parsed.records), source_id=source_id, url=url or None, title=row["title"],
            verdict=str(parsed.verdict), reason=parsed.reason, parser=reader.name, version=reader.version,
            checks=list(parsed.checks),
        )  # fmt: skip

    def read(self, name: str, body: bytes, *, source_id: str, title: str | None = None, url: str | None = None) -> str:
        """A page of a test, read by the parser that the refresh would take."""
        page = Page(body=body, url=url or "", knowledge=Knowledge(title=title), source_id=source_id)
        reader = choose(page)
        parsed = reader.parse(page)
        return self.page(
            name, list(parsed.records), source_id=source_id, url=url, title=title,
            verdict=str(parsed.verdict), reason=parsed.reason, parser=reader.name, version=reader.version,
        )  # fmt: skip

    def _insert(self, table: str, values: dict[str, Any]) -> None:
        columns = ", ".join(values)
        marks = ", ".join("?" * len(values))
        self.connection.execute(f"insert into raw.{table} ({columns}) values ({marks})", list(values.values()))


def figure(
    row: int,
    column: int,
    region: str | None,
    measure: str,
    value: str,
    *,
    table: int = 1,
    title: str | None = None,
    period: str | None = "2021",
    kind: PeriodKind | None = PeriodKind.YEAR,
    unit: str | None = "件",
    percentage_row: bool = False,
    published_on: date | None = None,
    note: str | None = None,
) -> Record:
    """One printed figure; `value` as printed."""
    return Record(
        table_no=table, row_no=row, column_no=column, measure_label=measure, value_text=value,
        value=Decimal(value.replace(",", "")), table_title=title, region_label=region, period_label=period,
        period=period, period_kind=kind, unit_label=unit, is_percentage_row=percentage_row,
        published_on=published_on, note=note,
    )  # fmt: skip
