"""The API's own page: every address with what it takes, read from its description."""

from __future__ import annotations

import json
from collections import defaultdict
from functools import cache
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from peerloom.api.rest import schema
from peerloom.core.markdown import rendered


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """For people."""
    info, groups = _read()
    words = {
        "groups": groups,
        "version": info["version"],
        "description": rendered(info["description"]),
        "rate": settings.API_RATE,
    }
    return render(request, "api/index.html", words)


@cache
def _read() -> tuple[dict[str, Any], list[tuple[str, list[dict[str, str]]]]]:
    whole = schema()
    shapes = whole["components"]["schemas"]
    groups: dict[str, list[dict[str, str]]] = defaultdict(list)
    for address, methods in whole["paths"].items():
        for method, said in methods.items():
            asked = [p["name"] for p in said["parameters"] if p["in"] == "query"]
            groups[said["tags"][0]].append(
                {
                    "method": method.upper(),
                    "address": address,
                    "summary": said["summary"],
                    "words": said["description"].partition("\n\nScope:")[0],
                    "scope": said["security"][0]["Token"][0],
                    "asked": ", ".join(asked),
                    "example": _example(said, shapes),
                }
            )
    return whole["info"], list(groups.items())


def _example(said: dict[str, Any], shapes: dict[str, Any]) -> str:
    body = said.get("requestBody", {}).get("content", {}).get("application/json")
    if body is None:
        return ""
    return json.dumps(example_of(body["schema"], shapes), indent=2, ensure_ascii=False)


def example_of(shape: dict[str, Any], shapes: dict[str, Any]) -> Any:
    """An example of a shape, made of the examples that its parts have."""
    if "$ref" in shape:
        return example_of(shapes[shape["$ref"].rpartition("/")[2]], shapes)
    if "examples" in shape:
        return shape["examples"][0]
    if "properties" in shape:
        return {name: example_of(part, shapes) for name, part in shape["properties"].items()}
    if "default" in shape:
        return shape["default"]
    if shape.get("type") == "array":
        return [example_of(shape["items"], shapes)]
    if "anyOf" in shape:
        return example_of(shape["anyOf"][0], shapes)
    if "const" in shape:
        return shape["const"]
    return shape["enum"][0] if "enum" in shape else None
