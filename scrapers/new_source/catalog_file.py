"""Writes a proposed catalog entry as YAML, with what is only supposed marked, and reads it back before it counts."""

from __future__ import annotations

from pathlib import Path

import yaml

from scrapers.home import Home
from scrapers.new_source.proposal import Proposal
from scrapers.sources import CatalogError, read_source


class CannotWrite(ValueError):  # noqa: N818 - named after what is the case
    """There is such a file already, or the entry is not valid; the message says which."""


def as_yaml(made: Proposal) -> str:
    """The text of the catalog file: fields in order, a comment above each that is only supposed."""
    lines = ["# Proposed from one page. Lines marked `supposed` do not stand on the page: check them."]
    for name, value in made.fields.items():
        if why := made.supposed.get(name):
            lines.append(f"# supposed: {why}")
        text = yaml.safe_dump({name: value}, allow_unicode=True, sort_keys=False, width=1000, default_flow_style=False)
        lines.append(text.rstrip("\n"))
    return "\n".join(lines) + "\n"


def write(made: Proposal, folder: Path) -> Path:
    """Write the file into a catalog folder; an entry that the catalog would not load is not kept.

    Raises `CannotWrite`; OSError where the folder cannot be written.
    """
    source_id = str(made.fields["source_id"])
    file = folder / f"{source_id}.yaml"
    if file.exists() or file.with_suffix(".yml").exists():
        raise CannotWrite(f"{file} exists already; --id gives the new source another name")
    folder.mkdir(parents=True, exist_ok=True)
    home = Home.at(folder)
    draft = folder / f"{source_id}.draft"  # no suffix of the catalog: a broken entry must not be found by a refresh
    try:
        home.write(as_yaml(made).encode(), draft.name)
        read_source(draft)
    except CatalogError as error:
        draft.unlink(missing_ok=True)
        raise CannotWrite(f"the entry would not be valid: {error}") from error
    draft.rename(file)
    return file
