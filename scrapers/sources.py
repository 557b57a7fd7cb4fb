"""The catalog: one YAML file per source, loaded into typed models, with errors that a person can act on."""

from __future__ import annotations

import os
from collections.abc import Hashable, Mapping
from enum import Enum
from pathlib import Path
from types import UnionType
from typing import Any, Union, get_args, get_origin

import yaml
from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from scrapers.parsers import PARSERS
from scrapers.source_model import Cadence, Source

__all__ = ["CATALOG", "Cadence", "CatalogError", "Source", "load_catalog", "read_source", "select", "source_for"]

CATALOG = Path(__file__).parent / "catalog"
CATALOG_VARIABLE = "ZHIBIAO_CATALOG"
"""Environment variable that names another folder of catalog files (for trials against a local server)."""


class CatalogError(Exception):
    """A wrong catalog file, or an unknown source; names the file, the field and the allowed values."""


def load_catalog(folder: Path | None = None) -> dict[str, Source]:
    """All sources by id, in the order of their ids.

    `folder` defaults to `ZHIBIAO_CATALOG`, else to the catalog of the project. Raises `CatalogError` with one line
    for each thing that is wrong, in all files at once.
    """
    folder = folder or Path(os.environ.get(CATALOG_VARIABLE) or CATALOG)
    if not folder.is_dir():
        raise CatalogError(f"the catalog folder {folder} does not exist")
    sources: dict[str, Source] = {}
    problems: list[str] = []
    for file in sorted([*folder.glob("*.yaml"), *folder.glob("*.yml")]):
        try:
            source = read_source(file)
        except CatalogError as error:
            problems.append(str(error))
            continue
        if source.source_id in sources:
            problems.append(f"{file.name}: source_id: {source.source_id!r} is given twice; allowed: an id of its own")
        elif source.source_id != file.stem:
            problems.append(
                f"{file.name}: source_id: {source.source_id!r}; allowed: {file.stem!r}, the name of the file"
            )
        sources[source.source_id] = source
    if problems:
        raise CatalogError("\n".join(problems))
    return dict(sorted(sources.items()))


def source_for(catalog: Mapping[str, Source], url: str) -> Source | None:
    """The source of an address: the one that lists it, else whose template makes it, else that has a pattern for it."""
    for fits in (Source.lists, Source.makes, Source.has_pattern_for):
        found = [source for source in catalog.values() if fits(source, url)]
        if found:
            return min(found, key=lambda source: (source.publisher_rank, source.source_id))
    return None


def select(catalog: Mapping[str, Source], source_ids: list[str] | None) -> list[Source]:
    """The sources of those ids, all if none are named. Raises `CatalogError` with the known ids for an unknown one."""
    unknown = [source_id for source_id in source_ids or [] if source_id not in catalog]
    if unknown:
        raise CatalogError(f"no such source: {', '.join(unknown)}; allowed: {', '.join(catalog) or '(none)'}")
    return [source for source_id, source in catalog.items() if not source_ids or source_id in source_ids]


def read_source(file: Path) -> Source:
    """The source declared in one file. Raises `CatalogError` with one line for each wrong field."""
    try:
        content = yaml.load(file.read_text(encoding="utf-8"), Loader=_Loader)  # noqa: S506 - a SafeLoader
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        where = f" line {mark.line + 1}, column {mark.column + 1}" if mark else ""
        raise CatalogError(f"{file.name}:{where} is not YAML: {getattr(error, 'problem', None) or error}") from error
    except (OSError, UnicodeDecodeError) as error:
        raise CatalogError(f"{file.name}: cannot be read: {error}") from error
    if not isinstance(content, dict):
        raise CatalogError(f"{file.name}: is empty or no mapping; allowed: the fields {', '.join(Source.model_fields)}")
    try:
        source = Source.model_validate(_enums(content))
    except ValidationError as error:
        raise CatalogError("\n".join(f"{file.name}: {_explain(problem)}" for problem in error.errors())) from error
    if source.parser is not None and source.parser not in tuple(PARSERS):  # names only: a parser is heavy to make
        raise CatalogError(
            f"{file.name}: parser: {source.parser!r} is not known; allowed: {', '.join(PARSERS)}, or none at all"
        )
    return source


class _Loader(yaml.SafeLoader):
    """A SafeLoader that refuses a key given twice, which YAML would pass over in silence."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Hashable, Any]:
        seen: set[Any] = set()
        for key_node, _ in node.value:
            key = self.construct_object(key_node, deep=True)
            if isinstance(key, Hashable) and key in seen:
                raise yaml.constructor.ConstructorError(
                    None, None, f"the field {key!r} is given twice", key_node.start_mark
                )
            seen.add(key)
        return super().construct_mapping(node, deep)


def _enums(content: dict[str, Any]) -> dict[str, Any]:
    """Strict models take enum members, not their text: put them in, where the text is one of theirs."""
    result = dict(content)
    for name, info in Source.model_fields.items():
        kind = info.annotation
        if isinstance(kind, type) and issubclass(kind, Enum) and result.get(name) in {str(m.value) for m in kind}:
            result[name] = kind(result[name])
    return result


def _explain(problem: ErrorDetails) -> str:
    """One wrong field in words: its path, what is wrong, what is allowed."""
    place = problem["loc"]
    field = ".".join(str(part) for part in place) or "(whole file)"
    kind = problem["type"]
    if kind == "extra_forbidden":
        model = _model_at(place[:-1])
        return f"{field}: there is no such field; allowed: {', '.join(model.model_fields)}"
    allowed = _allowed(place, problem)
    if kind == "missing":
        return f"{field}: is missing; allowed: {allowed}"
    given = "" if isinstance(problem.get("input"), dict | list) else f" (given: {problem.get('input')!r})"
    text = problem["msg"].removeprefix("Value error, ")
    text = text[:1].lower() + text[1:]
    return f"{field}: {text}{given}" + ("" if "allowed:" in text or not allowed else f"; allowed: {allowed}")


def _model_at(place: tuple[int | str, ...]) -> type[BaseModel]:
    model: type[BaseModel] = Source
    for part in place:
        info = model.model_fields.get(str(part))
        if info is None:
            break
        model = next((kind for kind in _kinds(info.annotation) if _is_model(kind)), model)
    return model


def _allowed(place: tuple[int | str, ...], problem: ErrorDetails) -> str:
    """The allowed values of a field in words, from its type and bounds."""
    if not place:
        return ""
    names = [part for part in place if isinstance(part, str)]
    info = _model_at(tuple(names[:-1])).model_fields.get(names[-1])
    if info is None:
        return ""
    kinds = _kinds(info.annotation)
    for kind in kinds:
        if isinstance(kind, type) and issubclass(kind, Enum):
            return ", ".join(str(member.value) for member in kind)
        if _is_model(kind):
            return f"a mapping with {', '.join(kind.model_fields)}"
    bounds = []
    for limit in info.metadata:
        for name, sign in (("ge", "≥"), ("gt", ">"), ("le", "≤"), ("lt", "<")):
            if getattr(limit, name, None) is not None:
                bounds.append(f"{sign} {getattr(limit, name)}")
        if pattern := getattr(limit, "pattern", None):
            bounds.append(f"text that matches {pattern}")
    words = [_KINDS[kind] for kind in kinds if kind in _KINDS]
    if any(get_origin(kind) in {list, dict} or kind in {list, dict} for kind in kinds):
        words = ["a mapping of lists of text"] if any(get_origin(kind) is dict for kind in kinds) else ["a list"]
    return " ".join(
        [*(words[:1] if not any(b.startswith("text") for b in bounds) else []), " and ".join(bounds)]
    ).strip()


_KINDS: dict[Any, str] = {str: "text", int: "a whole number", float: "a number", bool: "true or false"}


def _kinds(annotation: Any) -> list[Any]:
    """The types of an annotation, `Annotated` and unions taken apart, without None."""
    origin = get_origin(annotation)
    if origin in {Union, UnionType}:
        return [kind for part in get_args(annotation) if part is not type(None) for kind in _kinds(part)]
    if hasattr(annotation, "__metadata__"):
        return _kinds(annotation.__origin__)
    return [annotation]


def _is_model(kind: Any) -> bool:
    return isinstance(kind, type) and issubclass(kind, BaseModel)
