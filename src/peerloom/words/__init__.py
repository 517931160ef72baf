"""Words for people, in the language of whoever reads, for rooms that know no framework.

The words stand in the code in English. Whoever runs the rooms says how they are put into another
language (`use`); where nobody does, they stay as they are.
"""

from __future__ import annotations

from collections.abc import Callable

__all__ = ["_", "ngettext", "use"]

_one: Callable[[str], str] = str
_many: Callable[[str, str, int], str] | None = None


def use(one: Callable[[str], str], many: Callable[[str, str, int], str]) -> None:
    """Put words into other languages by these from now on, with the signatures of `gettext`."""
    global _one, _many
    _one, _many = one, many


def _(words: str) -> str:
    """Words in the language of whoever reads."""
    return _one(words)


def ngettext(one: str, many: str, number: int) -> str:
    """Words for a number of things, in the language of whoever reads."""
    if _many is None:
        return one if number == 1 else many
    return _many(one, many, number)
