"""The REST API, version 1: everything a page can do, for a person's own scripts and systems."""

from __future__ import annotations

import json
import re
from functools import cache, partial
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import URLPattern, path
from django.utils import translation
from django.views.decorators.http import require_safe
from ninja import NinjaAPI

from peerloom.api.calls import MOST_KEY, Token, guarded
from peerloom.api.problems import TYPE, tell_problems
from peerloom.api.routes import (
    around,
    care,
    design,
    imports,
    journey,
    matching,
    me,
    meetings,
    organisation,
    partnerships,
    people,
    places,
    policies,
    programs,
    pulses,
    recruiting,
    results,
    review,
    sharing,
    together,
    webhooks,
)

PREFIX = "api/v1/"
VERSION = "1"
api = NinjaAPI(
    title="Peerloom",
    version=VERSION,
    description=(
        "Everything a page can do. Send a token as `Authorization: Bearer …`; lists come in parts "
        "(`limit`, `after`, `next`); calls that change something can be sent again with the same "
        "`Idempotency-Key`; what goes wrong is told as problem details (RFC 9457)."
    ),
    urls_namespace="api",
    docs_url=None,
    openapi_url=None,
)
tell_problems(api)
api.add_router("me", me.router)
api.add_router("places", places.router)
api.add_router("places", around.router)
api.add_router("partnerships", partnerships.router)
api.add_router("partnerships", together.router)
api.add_router("meetings", meetings.router)
api.add_router("", journey.router)
api.add_router("programs", sharing.router)
api.add_router("programs", programs.router)
api.add_router("programs", policies.router)
api.add_router("programs", design.router)
api.add_router("programs", pulses.router)
api.add_router("programs", people.router)
api.add_router("programs", recruiting.router)
api.add_router("programs", imports.router)
api.add_router("programs", matching.router)
api.add_router("programs", review.router)
api.add_router("programs", care.router)
api.add_router("results", results.router)
api.add_router("organisations", organisation.router)
api.add_router("organisations", webhooks.router)

_PROBLEM = {
    "type": "object",
    "required": ["type", "title", "status", "detail"],
    "properties": {
        "type": {"type": "string", "examples": ["urn:peerloom:problem:refused"]},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string", "description": "What happened, what was kept, what to do."},
        "errors": {
            "type": "array",
            "items": {
                "type": "object",
                "properties": {"where": {"type": "string"}, "what": {"type": "string"}},
            },
        },
    },
}
_KEY = {
    "name": "Idempotency-Key",
    "in": "header",
    "required": False,
    "description": "Of your own making: the same call with the same key is carried out once.",
    "schema": {"type": "string", "maxLength": MOST_KEY, "pattern": "^[!-~]+$"},
    "example": "8f2b1c6e-import-2027-01",
}


@cache
def schema() -> dict[str, Any]:
    """The API's description (OpenAPI 3.1), with scopes, keys and problems at each address."""
    # As JSON has it: names of all things are text, and in English, whoever asks first.
    with translation.override("en"):
        whole = api.get_openapi_schema(path_prefix=f"/{PREFIX}")
        made: dict[str, Any] = json.loads(json.dumps(whole, default=str))
    made["components"]["schemas"]["Problem"] = _PROBLEM
    areas = _areas()
    for methods in made["paths"].values():
        for method, said in methods.items():
            said["responses"]["default"] = {
                "description": "A problem (RFC 9457)",
                "content": {TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}},
            }
            scope = Token(areas[said["operationId"]]).scope(method.upper())
            said["security"] = [{"Token": [scope]}]
            said["description"] = f"{said.get('description', '')}\n\nScope: `{scope}`.".strip()
            if method != "get":
                said["parameters"] = [*said["parameters"], _KEY]
    return made


def _areas() -> dict[str, str]:
    found = {}
    for bound in api._get_bound_routers():
        for view in bound.path_operations.values():
            for operation in view.operations:
                (token,) = operation.auth_callbacks
                assert isinstance(token, Token)
                name = operation.operation_id or api.get_openapi_operation_id(operation)
                found[name] = token.area
    return found


@require_safe
def description(request: HttpRequest) -> HttpResponse:
    """`openapi.json`, for everybody."""
    return JsonResponse(schema())


def addresses() -> list[URLPattern]:
    """All addresses of the API, each guarded."""
    found = [p for p in api.urls[0] if isinstance(p, URLPattern) and p.name != "api-root"]
    return [
        path(
            f"{PREFIX}{p.pattern}",
            guarded(p.callback, partial(asks, _CONVERTER.sub(r"{\1}", str(p.pattern)))),
        )
        for p in found
    ]


_CONVERTER = re.compile(r"<(?:\w+:)?(\w+)>")


def asks(template: str) -> dict[str, list[str]]:
    """What can be asked for behind an address (its query), by method."""
    return _asks()[f"/{PREFIX}{template}"]


@cache
def _asks() -> dict[str, dict[str, list[str]]]:
    return {
        address: {
            method.upper(): [p["name"] for p in said["parameters"] if p["in"] == "query"]
            for method, said in methods.items()
        }
        for address, methods in schema()["paths"].items()
    }
