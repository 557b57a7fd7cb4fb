"""Plays the data interface of the national statistics site, its traps included; the figures are invented."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, urlsplit

from tests.mirror.server import BLOCK_PAGE, Answer, Asked

BASE = "/dg/website/publicrelease/web/external"
PROVINCES = {"北京市": "110000000000", "天津市": "120000000000", "四川省": "510000000000"}
JSON = "application/json;charset=UTF-8"


@dataclass
class Leaf:
    """A leaf of the catalogue: names of indicators (unit and stray spaces included) with units, and its years."""

    indicators: dict[str, str]
    first: int = 2015
    last: int = 2025


Tree = dict[str, "Tree | Leaf"]


@dataclass
class NbsInterface:
    """Answers as the interface does. What `spoil` gives is answered in its place."""

    tree: Tree
    code: str = "6"
    root: str = "分省年度数据"
    suffix: str = "YY"
    published: int = 2024
    """Last year with figures; later periods are padded with empty ones."""
    provinces: dict[str, str] = field(default_factory=lambda: dict(PROVINCES))
    generation: int = 1
    """Part of every identifier: raise it, and the identifiers change."""
    spoil: Callable[[Asked], Answer | None] = lambda asked: None
    posted: list[dict[str, Any]] = field(default_factory=list)

    def __call__(self, asked: Asked) -> Answer:
        spoilt = self.spoil(asked)
        if spoilt is not None:
            return spoilt
        parts = urlsplit(asked.path.removeprefix(BASE))
        told = {name: values[0] for name, values in parse_qs(parts.query).items()}
        if asked.body:
            return self._figures(json.loads(asked.body)) if parts.path == "/stream/esData" else blocked()
        match parts.path:
            case "/new/queryIndexTreeAsync":
                return answer(self._nodes(told.get("pid", ""), told.get("code", "")))
            case "/new/queryIndicatorsByCid":
                return answer({"list": self._indicators(told.get("cid", ""))})
            case "/getDaCatalogTreeByIndicatorCid":
                lists = [{"_id": "provinces", "name": "全部地区"}, {"_id": "east", "name": "东部地区"}]
                return answer([{"_id": "top", "name": "地区", "children": lists}])
            case "/getDasByDaCatalogId":
                return answer([{"show_name": name, "name_value": code} for name, code in self.provinces.items()])
        return blocked()

    def _id(self, path: tuple[str, ...]) -> str:
        return f"g{self.generation}." + ".".join(name.encode().hex() for name in path)

    def _all(self, tree: Tree, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], Tree | Leaf]]:
        for name, below in tree.items():
            yield (*path, name), below
            if isinstance(below, dict):
                yield from self._all(below, (*path, name))

    def _nodes(self, pid: str, code: str) -> list[dict[str, Any]]:
        if code != self.code:
            return []  # a wrong code for a pid
        if not pid:
            return [{"_id": self._id(()), "name": self.root, "isLeaf": False}]
        below_it: dict[str, Tree | Leaf] = {self._id(path): below for path, below in self._all(self.tree)}
        found = self.tree if pid == self._id(()) else below_it.get(pid, {})
        path = next((p for p, _ in self._all(self.tree) if self._id(p) == pid), ())
        children = found.items() if isinstance(found, dict) else ()
        return [
            {"_id": self._id((*path, name)), "name": name, "isLeaf": isinstance(below, Leaf), "treeinfo_pid": pid}
            for name, below in children
        ]

    def _leaf(self, cid: str) -> Leaf | None:
        return next(
            (leaf for path, leaf in self._all(self.tree) if isinstance(leaf, Leaf) and self._id(path) == cid), None
        )

    def _indicators(self, cid: str) -> list[dict[str, Any]]:
        leaf = self._leaf(cid)
        names = leaf.indicators.items() if leaf else ()
        return [{"_id": f"{cid}.{n}", "i_showname": name, "du_name": unit} for n, (name, unit) in enumerate(names)]

    def _figures(self, body: dict[str, Any]) -> Answer:
        self.posted.append(body)
        if not isinstance(body["dts"], list):
            return blocked()  # the firewall refuses a bare string
        leaf = self._leaf(body["cid"])
        if leaf is None or body["rootId"] != self._id(()):
            return answer([])
        das = body["das"]
        if body["daCatalogId"]:
            das = [{"text": "北京市", "value": self.provinces["北京市"]}]  # `das` is passed over
        known = {entry["_id"]: entry for entry in self._indicators(body["cid"])}
        periods = []
        for code in self._codes(body["dts"][0]):
            year = int(code[:4])
            if not leaf.first <= year <= leaf.last:
                continue
            values = [
                known[i]
                | {
                    "da": da["value"],
                    "da_name": da["text"],
                    "value": self.value(code, da["value"], known[i]["i_showname"]) if year <= self.published else "",
                }
                for da in das
                for i in body["indicatorIds"]
                if i in known
            ]
            periods.append({"code": code, "name": f"{year}年", "values": values})
        return answer(periods)

    def value(self, code: str, region: str, name: str) -> str:
        """An invented figure that tells year and region; what is counted has no decimals."""
        return f"{int(code[:4]) % 100}{region[:2]}{'' if name.strip().endswith('量') or '量 ' in name else '.5'}"

    def _codes(self, window: str) -> list[str]:
        found = re.fullmatch(r"(\d{4})(\w*)-(\d{4})(\w*)", window)
        assert found and found[2][-2:] == self.suffix == found[4][-2:], window
        years = range(int(found[3]), int(found[1]) - 1, -1)
        numbers = {"YY": [""], "SS": ["04", "03", "02", "01"], "MM": [f"{m:02d}" for m in range(12, 0, -1)]}[
            self.suffix
        ]
        return [f"{year}{number}{self.suffix}" for year in years for number in numbers]


def answer(data: object, **changes: object) -> Answer:
    """An answer of the interface."""
    whole = {"success": True, "state": 20000, "message": "成功", "data": data, **changes}
    return Answer(json.dumps(whole, ensure_ascii=False).encode(), content_type=JSON)


def blocked() -> Answer:
    """What the firewall in front of the interface answers."""
    return Answer(BLOCK_PAGE, status=403)
