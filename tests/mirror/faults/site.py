"""Faults of what stands around the pages: robots.txt and lists."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from tests.mirror.damage.pages import BLOCK_PAGE, LOGIN_PAGE
from tests.mirror.faults.connection import LONG
from tests.mirror.faults.fault import Change, Fault, Place
from tests.mirror.server import Answer

TEXT = "text/plain"
DRAFTS = "User-agent: *\nDisallow: /drafts/\nCrawl-delay: 0.02\n"


def robots_faults() -> Iterator[Fault]:
    """robots.txt that forbids, is missing, or is an error."""
    unreachable = r"robots_unreachable:"
    found: dict[str, tuple[Answer, str | None]] = {
        "allows": (Answer(DRAFTS.encode(), content_type=TEXT), None),
        "forbids": (Answer(b"User-agent: *\nDisallow: /\n", content_type=TEXT), r"robots:"),
        "forbids us by name": (Answer(b"User-agent: zhibiao\nDisallow: /\n", content_type=TEXT), r"robots:"),
        "is missing": (Answer(b"", status=404), None),
        "asks for a login": (Answer(b"", status=401), None),
        "is empty": (Answer(b"", content_type=TEXT), None),
        "is an error": (Answer(b"", status=500), unreachable),
        "is too much": (Answer(b"", status=429), unreachable),
        "is a web page": (Answer(LOGIN_PAGE), None),
        "is noise": (Answer(bytes(range(256)) * 20, content_type=TEXT), None),
        "has no end": (Answer(b"Disallow: /x\n" * 4096, length=-1, endless=True, content_type=TEXT), unreachable),
        "does not come": (Answer(wait=LONG), r"robots_unreachable:|host_unreachable:|timed_out:"),
        "leads in circles": (Answer(b"", status=302, headers={"Location": "/robots.txt"}), unreachable),
        "leads to another host": (Answer(b"", status=301, headers={"Location": "http://10.0.0.1/"}), unreachable),
        "asks for a day between pages": (Answer(b"User-agent: *\nCrawl-delay: 0.5\n", content_type=TEXT), None),
    }
    for name, (answer, told) in found.items():
        yield Fault(f"robots.txt {name}", "robots", _always(answer), told, Place.ROBOTS)


def list_faults() -> Iterator[Fault]:
    """Lists that are none, or that lead elsewhere."""
    failed = r"list_page_failed:|block_page:|http_error:|no_links:"

    def named(name: str, change: Change, told: str | None) -> Fault:
        return Fault(name, "list", change, told, Place.LIST)

    yield named("list is empty", lambda good: _without_links(good), r"no_links:|empty_list:|empty_page:")
    yield named("list is a block page", _always(Answer(BLOCK_PAGE)), failed)
    yield named("list is an error", _always(Answer(b"", status=500)), r"http_error:")
    yield named("list leads to other hosts", lambda good: _links_to(good, "http://www.example.org/"), r"no_links:")
    yield named("list leads to files of this machine", lambda good: _links_to(good, "file:///etc/"), r"no_links:")
    yield named("list leads to itself a thousand times", _a_thousand_times, None)
    yield named("list leads to pages that are not there", lambda good: _gone(good), r"no_links:|not_found:")


def _always(answer: Answer) -> Change:
    return lambda good: answer


def _without_links(good: Answer) -> Answer:
    return replace(good, body=re.sub(rb"<li>.*?</li>", b"", good.body, flags=re.S))


def _links_to(good: Answer, place: str) -> Answer:
    return replace(good, body=re.sub(rb'href="[^"]*/', f'href="{place}'.encode(), good.body))


def _gone(good: Answer) -> Answer:
    return replace(good, body=re.sub(rb'(href="[^"]*)(\.\w+")', rb"\1_gone\2", good.body))


def _a_thousand_times(good: Answer) -> Answer:
    links = b"".join(re.findall(rb"<li>.*?</li>", good.body, re.S))
    body = good.body.replace(b"<ul>", b"<ul>" + links * 20 + b'<li><a href="?page=1">1</a></li>' * 1000)
    return replace(good, body=body)
