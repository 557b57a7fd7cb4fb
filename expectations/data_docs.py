"""Makes the Data Docs of a release readable without any network: a plain index, and pages that ask nobody for anything.

As Great Expectations writes them, the pages take their styles and scripts from other people's servers; without these
the index stays empty, and with them every look at a release tells strangers about it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from html import escape
from pathlib import Path

from expectations.results import AuditResult

REMOTE = re.compile(
    r"""<script\b[^>]*\bsrc=["']https?:[^>]*>\s*</script>|<(?:link|img)\b[^>]*\b(?:href|src)=["']https?:[^>]*>""",
    re.IGNORECASE,
)
NO_SCRIPTS = (
    '<meta http-equiv="Content-Security-Policy" '
    "content=\"default-src 'none'; style-src 'unsafe-inline'; img-src data:\">"
)
"""The pages quote labels as they were printed: whatever one holds, no browser runs it or asks anybody for anything."""
STYLE = """<style>
body { font-family: sans-serif; margin: 2em; max-width: 75em; }
table { border-collapse: collapse; } td, th { border: 1px solid #ccc; padding: .3em .6em; text-align: left; }
.failed { background: #fdd; } .warned { background: #ffc; } .d-none { display: none; }
</style>"""


def make_local(folder: Path, results: Sequence[AuditResult]) -> None:
    """Rewrite all pages below `folder` in place, and the index from the results (shape: one row a rule)."""
    for page in folder.rglob("*.html"):
        text = REMOTE.sub("", page.read_text(encoding="utf-8"))
        text = text.replace("<head>", f"<head>{NO_SCRIPTS}", 1).replace("</head>", f"{STYLE}</head>", 1)
        page.write_text(text, encoding="utf-8")
    rows = "\n".join(_row(folder, found) for found in results)
    (folder / "index.html").write_text(
        f'<!DOCTYPE html>\n<html lang="en"><head><meta charset="utf-8">{NO_SCRIPTS}<title>Audit</title>{STYLE}</head>\n'
        "<body><h1>Audit of the release</h1>\n"
        f"<p>{len(results)} rules, {sum(not found.passed for found in results)} not met.</p>\n"
        "<table><tr><th>table</th><th>rule</th><th>severity</th><th>met</th><th>what it says</th></tr>\n"
        f"{rows}\n</table></body></html>\n",
        encoding="utf-8",
    )


def _row(folder: Path, found: AuditResult) -> str:
    look = "" if found.passed else "failed" if found.severity == "critical" else "warned"
    table = str(found.table_name)
    page = next(iter(folder.glob(f"validations/{table.replace('.', '/')}/**/*.html")), None)
    link = escape(page.relative_to(folder).as_posix()) if page else ""
    name = f'<a href="{link}">{escape(table)}</a>' if link else escape(table)
    met = "yes" if found.passed else "no"
    cells = (name, escape(found.check_name), escape(found.severity), met, escape(found.message))
    return f'<tr class="{look}">' + "".join(f"<td>{cell}</td>" for cell in cells) + "</tr>"
