"""Great Expectations over a DuckDB file: the one place that knows how the two are brought together."""

from __future__ import annotations

import os
from enum import StrEnum
from pathlib import Path
from typing import Any


class _Dialect(StrEnum):
    DUCKDB = "duckdb"


def context_for(database: Path, data_docs: Path | None) -> tuple[Any, Any]:
    """An in-memory context and its data source on `database`; Data Docs go to the folder where one is given.

    Great Expectations closes the connection before it reads the result unless the dialect is among those whose
    connection persists (its issue 11579), so DuckDB is added to them. It also reflects tables of a schema without
    the schema's name on DuckDB: assets are queries (`select * from schema.table`), which stay pushed down.
    """
    os.environ.setdefault("GX_ANALYTICS_ENABLED", "false")
    import great_expectations as gx
    from great_expectations.data_context.types.base import ProgressBarsConfig
    from great_expectations.execution_engine import sqlalchemy_execution_engine as sql_engine

    if _Dialect.DUCKDB not in sql_engine._PERSISTED_CONNECTION_DIALECTS:
        sql_engine._PERSISTED_CONNECTION_DIALECTS = (*sql_engine._PERSISTED_CONNECTION_DIALECTS, _Dialect.DUCKDB)
    context = gx.get_context(mode="ephemeral")
    context.variables.progress_bars = ProgressBarsConfig(globally=False)
    if data_docs is not None:
        store = {"class_name": "TupleFilesystemStoreBackend", "base_directory": str(data_docs.absolute())}
        builder = {"class_name": "DefaultSiteIndexBuilder"}
        context.add_data_docs_site(
            "release", {"class_name": "SiteBuilder", "site_index_builder": builder, "store_backend": store}
        )
    return context, context.data_sources.add_sql("build", connection_string=f"duckdb:///{database.absolute()}")
