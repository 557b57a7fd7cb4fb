"""Faults to be found: one line of a reader written otherwise, as a slip of the pen would. `make fuzz ARGS=--plant`.

Each is put into a copy of the readers, which the fuzzer then runs against its contract.
"""
# ruff: noqa: E501 - lines of other files stand here as they are

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path

REPOSITORY = Path(__file__).parents[2]


@dataclass(frozen=True, slots=True)
class Plant:
    """A fault: `now` is written in the place of `was`."""

    contract: str
    kind: str
    """What went wrong, in a few words."""
    file: str
    was: str
    now: str


PLANTS = (
    Plant("decoding", "a lost byte is passed over", "decoding.py", "body.decode(encoding)\n", 'body.decode(encoding, errors="ignore")\n'),
    Plant(
        "decoding", "an error for a rare byte sequence", "decoding.py", "    reasons = []\n",
        '    reasons = []\n    if body[:1] == b"\\xb9" and body[1:2] == b"\\x81" and body[2:3] == b"z":\n        raise KeyError("rare")\n',
    ),
    Plant("recognition", "an unchecked index", "recognition.py", "    lower = text.lower()\n", '    lower = text.lower()\n    text.split("<h1>")[1:] and text.split("<h1>")[1].split("</h1>")[1]\n'),
    Plant("recognition", "cells of figures are not seen", "recognition.py", "_FEW_CELLS = 6", "_FEW_CELLS = 60"),
    Plant("content", "every number behind a word is a counter", "content.py", "((?:浏览", "((?:共计|浏览"),
    Plant("content", "comments have no end", "content.py", "_COMMENT = kinds(COMMENT)", '_COMMENT = (re.compile("<!--"), {"<!--": re.compile(r"\\Z")})'),
    Plant("grid", "a row is not padded", "grid.py", "        row.extend([MISSING] * (last + 1 - len(row)))", "        row.extend([MISSING] * (last - len(row)))"),
    Plant("grid", "an unchecked index", "grid.py", "    last = max((cell.column for row in cells for cell in row), default=-1)", "    last = max(cell.column for row in cells for cell in row)"),
    Plant("spans", "a row too many is spanned", "grid.py", "(down or len(rows)) - 1)", "(down or len(rows)))"),
    Plant("spans", "a span from above is overwritten", "grid.py", "                    if k > c and k in from_above:\n                        break", "                    if k > c + 1 and k in from_above:\n                        break"),
    Plant("numbers", "the sign is lost", "numbers.py", "        digits = sign + match", "        digits = match"),
    Plant("numbers", "only two separators are taken out", "numbers.py", 'bare = digits.replace(",", "")', 'bare = digits.replace(",", "", 1)'),
    Plant("numbers", "digits behind a number are not looked at", "numbers.py", 're.match(r"[.,]?\\d", after)', 're.match(r"[.,]\\d", after)'),
    Plant("periods", "begin and end are swapped", "periods.py", "len(begin) != len(end) or begin > end", "len(begin) != len(end)"),
    Plant("periods", "a month that does not exist", "periods.py", "return Period(date(year, month, 1).isoformat()[:7]", "return Period(f\"{year}-{month:02d}\""),
    Plant("plans", "the range is upside down", "plans/quantities.py", "(high is None or high <= low)", "(high is None)"),
    Plant("plans", "the place is off by one", "visible.py", "        return self._starts[start], self._ends[end - 1]", "        return self._starts[start] + 1, self._ends[end - 1]"),
    Plant("prose", "the value is scaled", "numbers.py", "    return Decimal(bare)\n", '    return Decimal(bare) * (10 if bare.endswith("2") else 1)\n'),
    Plant("nbs", "an unchecked key", "parsers/nbs_data.py", 'values = item["values"]\n', 'values = item["values"]\n    item["name"].strip()\n'),
    Plant("nbs", "the decimal point is lost", "parsers/nbs_answers.py", "        return value.strip()\n", '        return value.strip().replace(".", "")\n'),
    Plant("portals", "zeros of a whole number are cut off", "tables/json_rows.py", 'if "." in text and value', "if value"),
    Plant("portals", "the row above is read", "tables/json_rows.py", "names, [[_printed(row.get(name)) for name in names] for row in rows]\n\n\ndef", "names, [[_printed((row if row.get(name) else rows[0]).get(name)) for name in names] for row in rows]\n\n\ndef"),
    Plant("pdfs", "damage in the depths is not caught", "tables/pdf.py", "    except Exception as error:  # whatever damage", "    except ValueError as error:  # whatever damage"),
    Plant("sheets", "a panic of the library is not caught", "tables/sheets.py", 'type(error).__name__ != "PanicException"', 'type(error).__name__ != "Panic"'),
    Plant("sheets", "damage is not caught", "tables/sheets.py", "except (CalamineError, OSError, ValueError) as error", "except (OSError, ValueError) as error"),
    Plant("archives", "the same name twice", "zip_members.py", "if any(name == member.name for member in found):", "if False:"),
    Plant("archives", "damage is not caught", "tables/office_zip.py", "zipfile.BadZipFile, zlib.error, ", "zlib.error, "),
)  # fmt: skip


def planted(plant: Plant, folder: Path) -> Path:
    """A copy of the readers with the fault, under `folder`; the place for the module search path."""
    made = folder / "planted"
    for name in ("scrapers", "dbt_project"):
        shutil.copytree(REPOSITORY / name, made / name, ignore=shutil.ignore_patterns("__pycache__", "target", "logs"))
    file = made / "scrapers" / plant.file
    text = file.read_text(encoding="utf-8")
    assert text.count(plant.was) == 1, f"{plant.file} does not hold {plant.was!r} once: the fault is to be written anew"
    file.write_text(text.replace(plant.was, plant.now), encoding="utf-8")
    return made
