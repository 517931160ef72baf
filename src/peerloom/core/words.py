"""Words that wait for their reader: put into a language when they are read, or kept in all."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import cast

from django.conf import settings
from django.utils import translation
from django.utils.formats import number_format
from django.utils.functional import lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy


def later(words: str) -> str:
    """Words that are put into the reader's language each time they are read.

    Typed as a string, since they stand wherever one does but in JSON.
    """
    return cast(str, gettext_lazy(words))


def spoken(words: Callable[[], str]) -> str:
    """A sentence made anew each time it is read, so that its numbers fit the language too."""
    return lazy(words, str)()


def counted(number: int) -> str:
    """A number of things, its thousands apart as the language has them: 10,327."""
    return number_format(number, 0, force_grouping=True)


def listed(names: Sequence[str]) -> str:
    """Names in a row: Ana, Ben and Chen."""
    if len(names) < 2:
        return "".join(names)
    return _("{first} and {last}").format(first=", ".join(names[:-1]), last=names[-1])


def in_all(words: str) -> dict[str, str]:
    """The same words in every language, by its code, to be kept as JSON."""
    kept = {}
    for language, _name in settings.LANGUAGES:
        with translation.override(language):
            kept[language] = str(words)
    return kept


def heard(kept: str | Mapping[str, str]) -> str:
    """What `in_all` kept, each time in the language it is read in; older words are as they were."""
    if isinstance(kept, str):
        return kept
    words = dict(kept)
    return spoken(lambda: words.get(translation.get_language() or "en", words["en"]))
