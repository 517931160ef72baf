"""Every address of the map, filled with real things."""

from __future__ import annotations

from typing import Any

from django.urls import URLPattern, reverse

from peerloom.web.urls import urlpatterns


def named() -> list[URLPattern]:
    return [p for p in urlpatterns if isinstance(p, URLPattern)]


def address(pattern: URLPattern, places: dict[str, Any]) -> str:
    wanted = pattern.pattern.converters
    return reverse(str(pattern.name), kwargs={k: places[k] for k in wanted})
