"""Words for people, in the language of whoever reads, for rooms that know no framework.

The words stand in the code in English. Whoever runs the rooms says how they are put into another
language (`use`); where nobody does, they stay as they are.
"""

from __future__ import annotations

from collections.abc import Callable

__all__ = ["_", "language", "ngettext", "use"]

_one: Callable[[str], str] = str
_many: Callable[[str, str, int], str] | None = None
_language: Callable[[], str | None] | None = None


def use(
    one: Callable[[str], str],
    many: Callable[[str, str, int], str],
    which: Callable[[], str | None],
) -> None:
    """Put words into other languages by these from now on.

    Parameters
    ----------
    one, many
        As `gettext` and `ngettext`.
    which
        Code of the language that is read at the moment.
    """
    global _one, _many, _language
    _one, _many, _language = one, many, which


def language() -> str:
    """Code of the language that is read at the moment."""
    return (_language() if _language else None) or "en"


def _(words: str) -> str:
    """Words in the language of whoever reads."""
    return _one(words)


def ngettext(one: str, many: str, number: int) -> str:
    """Words for a number of things, in the language of whoever reads."""
    if _many is None:
        return one if number == 1 else many
    return _many(one, many, number)
