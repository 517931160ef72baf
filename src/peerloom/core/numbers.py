"""Whole numbers as strangers send them."""

from __future__ import annotations

DIGITS = 18  # what every database holds


def whole(text: object, otherwise: int) -> int:
    """The number that the text is, in digits alone; `otherwise` for anything else.

    >>> whole("12", 0), whole("-1", 0), whole("²", 0), whole("9" * 40, 0)
    (12, 0, 0, 0)
    """
    said = str(text)
    return int(said) if said.isascii() and said.isdigit() and len(said) <= DIGITS else otherwise
