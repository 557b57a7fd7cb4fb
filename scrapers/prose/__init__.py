"""Reading of sentences: what a bulletin or a news text states in figures.

Start at `article.py` (a page to statements). `sentence.py` walks over the figures of a sentence, `levels.py` and
`derived.py` read those that measure something and those that speak of another; beneath them `cleaning.py` (text as
it can be read), `clauses.py` (words around a figure), `figures.py` (numbers and ranks), `roles.py` (level, growth,
share, gap), `labels.py` and `naming.py` (what is measured), `moments.py`, `dating.py` and `timing.py` (when),
`places.py` (where), `stating.py` (on record), `published.py` (date of the page).
"""
