"""Finds SQL that is put together in Python: what goes into it beside our own constants and quoted values."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from typing import NamedTuple

RUN = {"execute", "executemany", "sql", "query", "from_query", "add_query_asset"}
"""Methods that take a statement."""
LOOKS_LIKE_SQL = re.compile(
    r"\s*(?:select\s.*(?:\sfrom\s|['\"]|$)|insert\s+(?:or\s|into\s)|delete\s+from\s|update\s+\S+\s+set\s|create\s+(?:or|temp|table|"
    r"view|schema)\b|copy\s|attach\s|comment\s+on\s|alter\s+table\s|drop\s+\w+\s|describe\s|with\s+\S+\s+as\s*\()",
    re.IGNORECASE | re.DOTALL,
)
"""How a text begins that is a statement, wherever it goes."""
QUOTE = {"quoted", "identifier"}
"""Functions whose result may stand in a statement, whatever they are given."""


class Built(NamedTuple):
    """One piece of a statement that is neither a constant nor quoted."""

    line: int
    piece: str


def built(source: str) -> list[Built]:
    """The pieces of all statements of a module, in the order of its lines."""
    found: set[Built] = set()
    tree = ast.parse(source)
    scopes = [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]
    for scope in [tree, *scopes]:
        known = _assigned(scope)
        for node in ast.walk(scope):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in RUN:
                statement = (
                    node.args[0] if node.args else next((k.value for k in node.keywords if k.arg == "query"), None)
                )
                found.update(Built(node.lineno, piece) for piece in _pieces(statement, known, set()) if statement)
            elif isinstance(node, ast.JoinedStr) and _begins_like_sql(node):
                found.update(Built(node.lineno, piece) for piece in _pieces(node, known, set()))
    return sorted(found)


def _begins_like_sql(node: ast.JoinedStr) -> bool:
    first = node.values[0]
    return isinstance(first, ast.Constant) and LOOKS_LIKE_SQL.match(str(first.value)) is not None


def _assigned(scope: ast.AST) -> dict[str, list[ast.expr]]:
    known: dict[str, list[ast.expr]] = {}
    for node in ast.walk(scope):
        if isinstance(node, ast.Assign):
            for target in node.targets:
                if isinstance(target, ast.Name):
                    known.setdefault(target.id, []).append(node.value)
        elif isinstance(node, ast.AugAssign | ast.AnnAssign) and isinstance(node.target, ast.Name) and node.value:
            known.setdefault(node.target.id, []).append(node.value)
    return known


def _pieces(node: ast.expr | None, known: dict[str, list[ast.expr]], seen: set[str]) -> Iterator[str]:
    """What of an expression is unknown; names are followed to what was assigned to them in the same function."""
    if node is None or isinstance(node, ast.Constant):
        return
    if isinstance(node, ast.JoinedStr):
        for part in node.values:
            if isinstance(part, ast.FormattedValue):
                yield from _pieces(part.value, known, seen)
    elif isinstance(node, ast.BinOp):
        yield from _pieces(node.left, known, seen)
        yield from _pieces(node.right, known, seen)
    elif isinstance(node, ast.IfExp):
        yield from _pieces(node.body, known, seen)
        yield from _pieces(node.orelse, known, seen)
    elif isinstance(node, ast.Name) and node.id in known and node.id not in seen:
        for value in known[node.id]:
            yield from _pieces(value, known, {*seen, node.id})
    elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in ("format", "join"):
        yield from _pieces(node.func.value, known, seen)
        for value in (*node.args, *(keyword.value for keyword in node.keywords)):
            yield from _pieces(value, known, seen)
    elif isinstance(node, ast.List | ast.Tuple):
        for value in node.elts:
            yield from _pieces(value, known, seen)
    elif isinstance(node, ast.GeneratorExp | ast.ListComp):
        yield from _pieces(node.elt, known, seen)
    elif isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
        if node.func.id == "map" and isinstance(node.args[0], ast.Name) and node.args[0].id in QUOTE:
            return
        if node.func.id not in QUOTE:
            yield ast.unparse(node)
    elif not (isinstance(node, ast.Name | ast.Attribute) and ast.unparse(node).rpartition(".")[2].isupper()):
        yield ast.unparse(node)
