"""Addresses for other systems."""

from __future__ import annotations

from django.urls import path, re_path

from peerloom.api import docs, rest, scim
from peerloom.api.calls import nothing_here

urlpatterns = [
    path("scim/v2/ServiceProviderConfig", scim.config, name="scim_config"),
    path("scim/v2/ResourceTypes", scim.resource_types, name="scim_types"),
    path("scim/v2/ResourceTypes/<str:name>", scim.resource_types, name="scim_type"),
    path("scim/v2/Schemas", scim.all_schemas, name="scim_schemas"),
    path("scim/v2/Schemas/<str:name>", scim.all_schemas, name="scim_schema"),
    path("scim/v2/Users", scim.users, name="scim_users"),
    path("scim/v2/Users/.search", scim.search, name="scim_users_search"),
    path("scim/v2/.search", scim.search, name="scim_search"),
    path("scim/v2/Users/<str:key>", scim.user, name="scim_user"),
    path("scim/v2/<path:rest>", scim.nothing, name="scim_nothing"),
    path("api/", docs.index, name="api_docs"),
    path("api/v1/openapi.json", rest.description, name="openapi"),
    *rest.addresses(),
    re_path("^api/v1/", nothing_here, name="api_nothing"),
]
