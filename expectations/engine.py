"""Great Expectations over a DuckDB file: the one place that knows how the two are brought together."""

from __future__ import annotations

import os
from enum import StrEnum
from pathlib import Path
from typing import Any

from jinja2 import BytecodeCache
from jinja2.bccache import Bucket


class _Dialect(StrEnum):
    DUCKDB = "duckdb"


class _Templates(BytecodeCache):
    """Compiled page templates, kept in memory: Data Docs compile each of them anew for every page otherwise."""

    def __init__(self) -> None:
        self._compiled: dict[str, bytes] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        if bucket.key in self._compiled:
            bucket.bytecode_from_string(self._compiled[bucket.key])

    def dump_bytecode(self, bucket: Bucket) -> None:
        self._compiled[bucket.key] = bucket.bytecode_to_string()


def compile_templates_once() -> None:
    """Let all pages of the Data Docs share their compiled templates (two thirds of the time of an audit)."""
    from great_expectations.render.view.view import DefaultJinjaView

    build = DefaultJinjaView.__init__
    templates = _Templates()

    def shared(view: Any, *args: Any, **kwargs: Any) -> None:
        build(view, *args, **kwargs)
        view.env.bytecode_cache = templates

    DefaultJinjaView.__init__ = shared


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
        compile_templates_once()
        store = {"class_name": "TupleFilesystemStoreBackend", "base_directory": str(data_docs.absolute())}
        builder = {"class_name": "DefaultSiteIndexBuilder"}
        context.add_data_docs_site(
            "release", {"class_name": "SiteBuilder", "site_index_builder": builder, "store_backend": store}
        )
    return context, context.data_sources.add_sql("build", connection_string=f"duckdb:///{database.absolute()}")
