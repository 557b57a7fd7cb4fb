"""The dialogue of a review: shows a target, asks, goes on. What answers mean stands in `scrapers.register.review`."""

from __future__ import annotations

import sys
from contextlib import suppress
from typing import TYPE_CHECKING

from rich.text import Text

from scrapers.register.corrections import CORRECTABLE, BadCorrection, parse_one
from scrapers.register.review import Review, Shown
from warehouse.plain_text import console

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from scrapers.register.context import Piece

_ANSWERS = "a accept, c correct, r reject, s skip, b back, q quit, ? help"
_HELP = """\
a  accept the coding as it is shown
c  correct fields: one field=value a line, an empty line ends, an empty value clears; values in the plan's unit
   fields: {fields}
r  reject: it is no promise, or not of this plan; the reason is kept
s  skip: leave it open for the next time
b  back to the target before
q  quit; everything decided so far is kept"""


class _End(Exception):  # noqa: N818 - no error: there is nobody left to ask
    """The input has ended."""


class Dialogue:
    """One run through the targets of a plan."""

    def __init__(self, review: Review, *, everything: bool) -> None:
        self._review = review
        self._ids = review.open(everything=everything)
        self._console = console(highlight=False, soft_wrap=True)
        self._decided = 0

    def run(self) -> None:
        """Until the last target, `q`, or the end of the input."""
        at = 0
        try:
            while at < len(self._ids):
                at = max(0, at + self._one(at))
        except _End:
            pass
        self._say(self._closing())

    def _one(self, at: int) -> int:
        """Show one target and take one answer; how far to go on."""
        target_id = self._ids[at]
        shown = self._review.shown(target_id)
        self._show(shown, f"{at + 1} of {len(self._ids)}")
        while True:
            answer = self._ask(f"[{_ANSWERS}] ").strip().lower()
            if answer == "a":
                return self._note(str(self._review.accept(target_id).decision))
            if answer == "c" and (done := self._correct(target_id)):
                return self._note(done)
            if answer == "r" and (done := self._reject(target_id)):
                return self._note(done)
            if answer == "s":
                return 1
            if answer == "b":
                return -1
            if answer == "q":
                raise _End
            if answer not in ("c", "r"):
                self._say(_HELP.format(fields=", ".join(CORRECTABLE)) if answer == "?" else f"answers: {_ANSWERS}")

    def _reject(self, target_id: str) -> str | None:
        reason = self._ask("why? ").strip()
        if not reason:
            self._say("a rejection needs a reason; nothing is decided")
            return None
        return str(self._review.reject(target_id, reason).decision)

    def _correct(self, target_id: str) -> str | None:
        """Take corrections until an empty line; None where there was none."""
        found: dict[str, str] = {}
        while line := self._ask("field=value (empty line ends) ").strip():
            try:
                name, value = parse_one(line)
                found[name] = value
            except BadCorrection as error:
                self._say(f"  {error}")
        if not found:
            self._say("nothing is corrected")
            return None
        try:
            row = self._review.with_corrections(target_id, found)
        except BadCorrection as error:
            self._say(f"  {error}; nothing is decided")
            return None
        self._lines(coding(row))
        reason = self._ask("why? (may be empty) ").strip()
        return str(self._review.correct(target_id, found, reason).decision)

    def _note(self, decision: str) -> int:
        self._decided += 1
        self._say(f"  {decision}")
        return 1

    # --- what is shown ---------------------------------------------------------------------------------------------

    def _show(self, shown: Shown, number: str) -> None:
        row, decision = shown.row, shown.decision
        state = f"{decision.decision} by {decision.decided_by} on {decision.decided_on}" if decision else "proposed"
        self._say("")
        self._console.print(Text(f"{row['target_id']}  ({number}; {state})", style="bold"))
        is_new = "  (new: nobody has decided on this indicator)" if shown.is_new_indicator else ""
        self._say(f"  {row['indicator_zh']}  =  {row['indicator_id'] or '(no indicator)'}{is_new}")
        self._lines(coding(row))
        self._console.print(self._quoted(shown.context))

    def _lines(self, told: Mapping[str, str]) -> None:
        for name, value in told.items():
            self._say(f"  {name:<10}  {value}")

    def _quoted(self, context: Sequence[Piece]) -> Text:
        if not context:
            return Text("  (the home has no capture with the quote)")
        text = Text("  ")
        for piece in context:
            if piece.is_quote and not self._console.is_terminal:
                text.append(f"»{piece.words}«")
            else:
                text.append(piece.words, style="bold reverse" if piece.is_quote else "")
        return text

    def _closing(self) -> str:
        states = ", ".join(f"{count} {state}" for state, count in sorted(self._review.states().items()))
        head = f"{self._decided} decided now; " if self._ids else "nothing is open; "
        return f"{head}{self._review.plan.plan_id}: {states or 'no targets'}"

    def _say(self, line: str) -> None:
        self._console.print(Text(line))

    def _ask(self, prompt: str) -> str:
        """One line of the input. Raises `_End`."""
        if sys.stdin.isatty():
            with suppress(ImportError):
                import readline  # noqa: F401 - lets input() edit wide characters
            try:
                return input(prompt)
            except EOFError:
                raise _End from None
        self._console.print(Text(prompt), end="")
        line = sys.stdin.readline()
        self._say("")
        if not line:
            raise _End
        return line


def coding(row: Mapping[str, str]) -> dict[str, str]:
    """The coding of a target in words: name → value, what is unknown left out."""
    value = _amount(row["target_value"], row["target_value_high"], row["unit_zh"])
    base = row["target_value_si"]
    if base and (base != row["target_value"] or row["unit_base"] != row["unit_zh"]):
        value += f"  =  {base} {row['unit_base']}"
    baseline = _amount(row["baseline_value"], "", row["unit_zh"])
    if baseline:
        told = row["baseline_value_si"]
        baseline += f"  =  {told} {row['unit_base']}" if told != row["baseline_value"] else ""
        baseline += f"  in {row['baseline_year']}" if row["baseline_year"] else ""
    year = " ".join(filter(None, (row["target_year"], f"({row['target_date']})" if row["target_date"] else "")))
    told_all = {
        "type": ", ".join(filter(None, (row["target_type"], row["direction"], row.get("condition")))),
        "value": value,
        "baseline": baseline,
        "year": year + (" (inferred)" if row["year_inferred"] == "true" and year else ""),
        "region": row["region_code"],
        "units": row["responsible_units"],
        "result": row["deliverable"],
        "part of": row["part_of_target_id"],
        "section": row["section"],
        "confidence": row.get("confidence", ""),
        "conflict": row["conflict_note"],
        "note": row["note"],
    }
    return {name: words for name, words in told_all.items() if words}


def _amount(value: str, high: str, unit: str) -> str:
    if not value:
        return ""
    return f"{value}–{high} {unit}" if high else f"{value} {unit}".strip()
