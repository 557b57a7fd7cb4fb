"""What a person can do about a page that is not believed: one sentence for each kind of reason."""

from __future__ import annotations

from scrapers.holding import HELD, RELEASABLE

NOT_THE_PAGE = frozenset(
    {
        "block_page", "captcha", "empty_body", "empty_page", "error_answer", "error_page", "http_error", "login_page",
        "moved_notice", "script_challenge", "wrong_type",
    }
)  # fmt: skip
"""The body is something else than the page: only the page itself helps."""
NOT_READABLE = frozenset({"undecodable", "damaged_file", "encrypted", "archive_damaged"})
_BRING = "open the address in a browser, save the page, and take it in: `zhibiao import FILE --url ADDRESS`"


def is_releasable(verdict: str, reason: str | None) -> bool:
    """True for a page that a person may believe in spite of what the comparison says."""
    return verdict == "quarantined" and reason in RELEASABLE


def advice_on(kind: str, verdict: str, reason: str | None, short_id: str) -> str:
    """What helps, in words; what is not releasable says what would help instead."""
    if kind == "answer":
        return f"the site did not give the page; {_BRING}"
    if verdict in ("accepted", "incomplete"):
        return f"it serves; where it is wrong: `zhibiao quarantine hold {short_id} --by NAME --reason TEXT`"
    if verdict == "unparsed":
        return "`zhibiao refresh` reads it"
    if verdict == "contradictory":
        return (
            "its figures disagree with each other and are kept, not used: `page_checks` says which; ask the publisher, "
            "import the corrected page, or enter the right figure: `zhibiao figure add`"
        )
    if is_releasable(verdict, reason):
        return (
            f"look at the page; where it is right: `zhibiao quarantine release {short_id} --by NAME --reason TEXT`; "
            "where it is wrong, leave it: the last good page serves until a better one comes"
        )
    if reason == HELD:
        return f"to take that back: `zhibiao quarantine release {short_id} --withdraw --by NAME --reason TEXT`"
    if reason in NOT_THE_PAGE:
        return f"this is not the page; {_BRING}"
    if reason in NOT_READABLE:
        return f"the file cannot be read as it came; {_BRING}"
    if reason == "zip_archive":
        return "nothing: what the archive holds is read as captures of its own"
    if reason == "parser_error":
        return (
            "the parser broke on it, which is our error: report it with `show --body`; the next version reads it again"
        )
    return (
        "no parser can explain it: name a `parser` in the catalog file of its source, or mend the parser (its next "
        "version reads the page again); meanwhile single figures can be entered: `zhibiao figure add`"
    )
