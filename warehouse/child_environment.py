"""The environment of programs that a refresh starts: what they have no use for, they do not get."""

from __future__ import annotations

import os

TOKENS = "ZHIBIAO_TOKEN_"
"""How the names of the operator's tokens begin; only the visits to the interfaces use them."""


def without_tokens() -> dict[str, str]:
    """The environment of this process, without the operator's tokens."""
    return {name: value for name, value in os.environ.items() if not name.startswith(TOKENS)}
