"""Calling the API as a person, with a token of theirs; every address with an example to send."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from typing import Any

from django.test import Client

from peerloom.accounts.actions import make_api_token
from peerloom.accounts.models import Person
from peerloom.accounts.queries import roles_of
from peerloom.accounts.scopes import scopes_for
from peerloom.api.docs import example_of
from peerloom.api.rest import schema

V1 = "/api/v1"
GIVEN = {"q": "sql", "first": "1", "second": "1", "question": "site"}


class Caller:
    """A person's program."""

    def __init__(self, person: Person | None, *scopes: str, days: int = 30) -> None:
        headers = {}
        if person is not None:
            chosen = list(scopes) or scopes_for(roles_of(person))
            self.token, secret = make_api_token(
                person, name="Script", scopes=chosen, days=days, by=person
            )
            headers = {"Authorization": f"Bearer {secret}"}
        self.client = Client(headers=headers)  # type: ignore[arg-type]

    def __call__(self, method: str, path: str, body: object = None, **headers: str) -> Any:
        """The answer; `body` as JSON, or as it is where it is text."""
        sent = {}
        if body is not None:
            text = body if isinstance(body, str | bytes) else json.dumps(body)
            sent = {"data": text, "content_type": "application/json"}
        named = {k.replace("_", "-"): v for k, v in headers.items()}
        return self.client.generic(method, f"{V1}/{path}", headers=named, **sent)  # type: ignore[arg-type]

    def get(self, path: str) -> Any:
        """What is answered, read; it has to be an answer."""
        answer = self("GET", path)
        assert answer.status_code == 200, answer.content
        return answer.json()


@dataclass(frozen=True)
class Operation:
    """One address and method of the API."""

    method: str
    template: str
    said: dict[str, Any]

    @property
    def scope(self) -> str:
        """What a token needs."""
        return str(self.said["security"][0]["Token"][0])

    @property
    def is_upload(self) -> bool:
        """True if it takes a file."""
        return "multipart/form-data" in self.said.get("requestBody", {}).get("content", {})

    @property
    def name(self) -> str:
        """Its method and address, as the docs write it."""
        return f"{self.method} {self.template.removeprefix(f'{V1}/')}"

    def has_part_of(self, names: set[str]) -> bool:
        """True if its address names one of these."""
        return any(f"{{{name}}}" in self.template for name in names)

    def path(self, places: dict[str, Any]) -> str:
        """Its address, with real things in it."""
        return self.template.removeprefix(f"{V1}/").format(**places)

    def url(self, places: dict[str, Any]) -> str:
        """Its address, with what has to be asked for."""
        needed = [
            p["name"] for p in self.said["parameters"] if p["in"] == "query" and p["required"]
        ]
        asked = "&".join(f"{name}={GIVEN[name]}" for name in needed)
        return f"{self.path(places)}?{asked}" if asked else self.path(places)

    def body(self) -> Any:
        """An example to send; None for nothing."""
        content = self.said.get("requestBody", {}).get("content", {}).get("application/json")
        return example_of(content["schema"], whole()["components"]["schemas"]) if content else None


@cache
def whole() -> dict[str, Any]:
    """The API's description."""
    return schema()


def operations() -> list[Operation]:
    """Every address and method."""
    return [
        Operation(method.upper(), address, said)
        for address, methods in whole()["paths"].items()
        for method, said in methods.items()
    ]
