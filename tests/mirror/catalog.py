"""Writes a folder of catalog files in which the sources of the real catalog point at the mirror."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import yaml

from tests.mirror.captures import OTHER
from tests.mirror.sites import Sites, TrialSite

PREFIX = "mirror_"
"""Before the id of each source: shipped captures of the real one must not stand in for what the mirror serves."""
RULES: dict[str, Any] = {
    "requests_per_second": 50.0, "timeout_seconds": 1.0, "deadline_seconds": 3.0, "backoff_seconds": 0.05,
    "max_attempts": 2, "allow_private_addresses": True,
}  # fmt: skip
_WITH_HOST = re.compile(r"(?P<start>\^?https?\??://)(?P<host>[^/]+)(?P<rest>/.*)?$", re.S)


def write_catalog(sites: Sites, folder: Path) -> Path:
    """One file for each source that the mirror plays, and one for each trial site; others are left out."""
    folder.mkdir(parents=True, exist_ok=True)
    for old in folder.glob("*.yaml"):
        old.unlink()
    for file in sorted(sites.catalog.glob("*.yaml")):
        content = yaml.safe_load(file.read_text(encoding="utf-8"))
        translated = _translated(sites, content)
        if translated is not None:
            _write(folder, translated)
    if sites.linked(OTHER):
        _write(folder, _other(sites))
    for trial in sites.trials:
        _write(folder, _trial(sites, trial))
    return folder


def _write(folder: Path, content: dict[str, Any]) -> None:
    content["source_id"] = f"{PREFIX}{content['source_id']}"
    content["cadence"] = "daily"
    once = {"max_attempts": 1} if "data_api" in content else {}
    content["politeness"] = {**content.get("politeness", {}), **RULES, **once}
    text = yaml.safe_dump(content, allow_unicode=True, sort_keys=False)
    (folder / f"{content['source_id']}.yaml").write_text(text, encoding="utf-8")


# --- a source of the real catalog -------------------------------------------------------------------------------------


def _translated(sites: Sites, content: dict[str, Any]) -> dict[str, Any] | None:
    """The content of a catalog file with the mirror's addresses; None where the mirror plays nothing of it."""
    source_id = content["source_id"]
    played = [capture for capture in sites.captures if capture.source_id == source_id]
    if not played and not _is_played(sites, content):
        return None
    content = dict(content)
    known = {sites.url(capture.host, capture.path) for capture in played}
    for name in ("addresses", "shared_addresses"):
        here = [sites.here(url) for url in content.pop(name, [])]
        if kept := [url for url in here if url in known]:
            content[name] = kept
    if patterns := _patterns(sites, content.pop("url_patterns", [])):
        content["url_patterns"] = patterns
    if "address_template" in content:
        content["address_template"] = sites.here(content["address_template"])
    for name in ("discovery", "attachments"):
        if name in content:
            content[name] = {key: _in_words(sites, key, value) for key, value in content[name].items()}
    if "nbs_data" in content:
        content["nbs_data"] = _interface(sites, content["nbs_data"])
    if "discovery" not in content and (lists := sites.linked(source_id)):
        content |= _made_list(sites, lists)
    content.setdefault("note", "Played by the mirror.")
    return content


def _is_played(sites: Sites, content: dict[str, Any]) -> bool:
    """True for the interface whose figures the mirror has: that of the provinces."""
    played = sites.interface
    return played is not None and content.get("nbs_data", {}).get("root") == played.root


def _interface(sites: Sites, asked: dict[str, Any]) -> dict[str, Any]:
    assert sites.interface is not None
    names = {name for _, leaf in sites.interface._all(sites.interface.tree) if not isinstance(leaf, dict)
             for name in leaf.indicators}  # fmt: skip
    series = [entry for entry in asked["series"] if names & set(entry["names"])]
    return {**asked, "base": sites.here(asked["base"]), "series": series}


def _in_words(sites: Sites, key: str, value: Any) -> Any:
    if key == "list_page":
        return sites.here(value)
    return _patterns(sites, [value])[0] if key == "link_pattern" and _patterns(sites, [value]) else value


def _patterns(sites: Sites, patterns: Iterable[str]) -> list[str]:
    """Patterns of addresses with the mirror's hosts in place of the real ones; those of other hosts are left out."""
    found = []
    for pattern in patterns:
        parts = _WITH_HOST.match(pattern)
        if parts is None:
            found.append(pattern)
            continue
        hosts = [mirror.host for name, mirror in sites.mirrors.items() if re.fullmatch(parts["host"], name)]
        if hosts:
            found.append(f"^http://(?:{'|'.join(map(re.escape, hosts))}){parts['rest'] or ''}")
    return found


def _made_list(sites: Sites, lists: list[tuple[str, str]]) -> dict[str, Any]:
    """A list in place of the addresses that the real catalog does not know."""
    links = [sites.url(played.host, played.path) for place in lists for played in sites.lists[place]]
    pages = [sites.url(*place) for place in lists]
    discovery = {"list_page": pages[0], "link_pattern": f"^(?:{'|'.join(map(re.escape, links))})$"}
    if len(pages) > 1:  # one list for each host: the others by their numbers
        discovery["list_page"] = "{list}"
        head = "http://127.0.0.1:"
        return {
            "discovery": {**discovery, "list_page": head + "{list}"},
            "parts": {"list": [page.removeprefix(head) for page in pages]},
        }
    return {"discovery": discovery}


# --- sources that only the mirror has ---------------------------------------------------------------------------------


def _made(source_id: str, **more: Any) -> dict[str, Any]:
    return {
        "source_id": source_id, "publisher_zh": "试验", "publisher_en": "Trial", "title_zh": "试验",
        "title_en": "Trial",
        "region_scope": "country", "publisher_rank": 4, "is_official": False, "licence_note": "none",
        "freshness_limit_days": 4000, "minimum_records": 1, **more,
    }  # fmt: skip


def _other(sites: Sites) -> dict[str, Any]:
    return _made(OTHER, may_be_empty=True, **_made_list(sites, sites.linked(OTHER)))


def _trial(sites: Sites, trial: TrialSite) -> dict[str, Any]:
    """A trial site has the parser and the promises of the source that its page was taken from."""
    source = sites.sources.get(trial.played.source_id)
    more: dict[str, Any] = {"title_zh": trial.fault.name}
    if source is not None:
        more |= {
            "minimum_records": source.minimum_records, "may_be_empty": source.may_be_empty,
            "region_scope": source.region_scope, "publisher_zh": source.publisher_zh, "is_official": source.is_official,
        }  # fmt: skip
        more |= {"parser": source.parser} if source.parser else {}
    page = sites.url(trial.name, trial.page)
    if trial.path == "/list.html" or trial.played.is_file:
        more["discovery"] = {"list_page": sites.url(trial.name, "/list.html"), "link_pattern": f"^{re.escape(page)}"}
    else:
        more["addresses"] = [page]
    return _made(trial.name, **more)
