"""Markdown as safe HTML."""

from __future__ import annotations

from functools import cache

import nh3
from django.utils.safestring import SafeString, mark_safe
from markdown_it import MarkdownIt

_TAGS = {"p", "ul", "ol", "li", "strong", "em", "a", "h2", "h3", "h4", "blockquote", "code", "br"}


@cache
def _parser() -> MarkdownIt:
    return MarkdownIt("commonmark", {"breaks": True, "html": False})


def rendered(text: str) -> SafeString:
    """HTML of Markdown; whatever could run or load something is taken out."""
    html = nh3.clean(
        _parser().render(text),
        tags=_TAGS,
        attributes={"a": {"href"}, "ol": {"start"}},
        url_schemes={"http", "https", "mailto"},
        link_rel="noopener noreferrer nofollow",
    )
    return mark_safe(html)  # nosec: sanitised by nh3
