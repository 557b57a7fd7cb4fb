"""A quote within its paragraph, or within its row of a table, as a person reads it."""

from __future__ import annotations

from dataclasses import dataclass

from scrapers.visible import Paragraph, VisibleText, looks_like_html, visible_text

_REACH = 160
"""Signs of context on either side of a quote."""
_BETWEEN_CELLS = " | "


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of words; the quote is marked."""

    words: str
    is_quote: bool = False


class ContextReader:
    """Contexts of one decoded capture."""

    def __init__(self, decoded: str) -> None:
        self.decoded = decoded
        self._visible: VisibleText = visible_text(decoded, looks_like_html(decoded))

    def around(self, start: int, end: int) -> list[Piece]:
        """The words around `start:end` of the decoded capture; empty where these are not visible words."""
        first, last = self._visible.visible_span(start, end)
        if first >= last:
            return []
        touched = [p for p in self._visible.paragraphs if p.start < last and first < p.end]
        pieces: list[Piece] = []
        for number, paragraph in enumerate(self._whole(touched)):
            if number:
                pieces.append(Piece(_BETWEEN_CELLS if paragraph.in_data_table else " "))
            at, until = max(first, paragraph.start), min(last, paragraph.end)
            text, offset = paragraph.text, paragraph.start
            if at < until:
                pieces += [Piece(text[: at - offset]), Piece(text[at - offset : until - offset], True)]
                pieces.append(Piece(text[until - offset :]))
            else:
                pieces.append(Piece(text))
        return _shortened([piece for piece in map(_tidy, pieces) if piece.words])

    def _whole(self, touched: list[Paragraph]) -> list[Paragraph]:
        """The paragraphs of a quote; of cells the whole row, in the order of the page."""
        rows = {(p.table, p.row) for p in touched if p.in_data_table}
        return [p for p in self._visible.paragraphs if p in touched or (p.in_data_table and (p.table, p.row) in rows)]


def _tidy(piece: Piece) -> Piece:
    """White space as one blank; between pieces it is kept."""
    words = " ".join(piece.words.split())
    before = " " if piece.words[:1].isspace() and not piece.is_quote else ""
    after = " " if words and piece.words[-1:].isspace() and not piece.is_quote else ""
    return Piece(f"{before}{words}{after}", piece.is_quote)


def _shortened(pieces: list[Piece]) -> list[Piece]:
    """At most `_REACH` signs before the first quoted words and after the last."""
    quoted = [i for i, piece in enumerate(pieces) if piece.is_quote]
    if not quoted:
        return pieces
    before = "".join(p.words for p in pieces[: quoted[0]])
    after = "".join(p.words for p in pieces[quoted[-1] + 1 :])
    head = before if len(before) <= _REACH else "…" + before[-_REACH:]
    tail = after if len(after) <= _REACH else after[:_REACH] + "…"
    return [Piece(head), *pieces[quoted[0] : quoted[-1] + 1], Piece(tail)]
