"""Addresses of registered plans: they are visited like any other address of the source of plans."""

from __future__ import annotations

import json

from scrapers.home import Home
from scrapers.register.register import PLANS, home_plans
from scrapers.source_model import Source
from scrapers.web_address import is_web_address

PLAN_SOURCE = "plan_documents"
"""The source of the catalog to which plans belong."""


def with_plans(home: Home, source: Source) -> Source:
    """The source of plans with the addresses of the home's plans added; any other source as it is."""
    if source.source_id != PLAN_SOURCE:
        return source
    added = [url for url in plan_addresses(home) if url not in source.addresses]
    return source.model_copy(update={"addresses": [*source.addresses, *added]}) if added else source


def plan_addresses(home: Home) -> list[str]:
    """The web addresses of the home's plans, each once; a plan that cannot be read has none."""
    found: list[str] = []
    for plan_id in home_plans(home):
        try:
            url = json.loads(home.read(PLANS, plan_id, "plan.json")).get("url")
        except (OSError, ValueError, AttributeError):
            continue
        if isinstance(url, str) and is_address(url) and url not in found:
            found.append(url)
    return found


def is_address(where: str) -> bool:
    """True for a web address that may be visited: http or https, with a host and without a password."""
    return is_web_address(where) and where.isprintable()
