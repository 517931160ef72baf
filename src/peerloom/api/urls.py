"""Addresses for other systems."""

from __future__ import annotations

from importlib import import_module
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import path, re_path
from django.views.decorators.csrf import csrf_exempt

from peerloom.api import docs, rest
from peerloom.api.calls import nothing_here


def _scim(name: str) -> Any:
    """A view of `scim`, loaded when a directory first calls: its models take a second to build."""

    @csrf_exempt
    def view(request: HttpRequest, **given: str) -> HttpResponse:
        found = getattr(import_module("peerloom.api.scim"), name)
        answer: HttpResponse = found(request, **given)
        return answer

    return view


urlpatterns = [
    path("scim/v2/ServiceProviderConfig", _scim("config"), name="scim_config"),
    path("scim/v2/ResourceTypes", _scim("resource_types"), name="scim_types"),
    path("scim/v2/ResourceTypes/<str:name>", _scim("resource_types"), name="scim_type"),
    path("scim/v2/Schemas", _scim("all_schemas"), name="scim_schemas"),
    path("scim/v2/Schemas/<str:name>", _scim("all_schemas"), name="scim_schema"),
    path("scim/v2/Users", _scim("users"), name="scim_users"),
    path("scim/v2/Users/.search", _scim("search"), name="scim_users_search"),
    path("scim/v2/.search", _scim("search"), name="scim_search"),
    path("scim/v2/Users/<str:key>", _scim("user"), name="scim_user"),
    path("scim/v2/<path:rest>", _scim("nothing"), name="scim_nothing"),
    path("api/", docs.index, name="api_docs"),
    path("api/v1/openapi.json", rest.description, name="openapi"),
    *rest.addresses(),
    re_path("^api/v1/", nothing_here, name="api_nothing"),
]
