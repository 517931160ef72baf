"""Every form of every page in every language, sent as it stands: each is taken or answered."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import transaction
from django.test import Client

from peerloom.accounts.actions import give_role
from peerloom.accounts.models import Person, Role
from peerloom.partnerships.models import Partnership
from peerloom.programs.models import Program
from tests.fuzz.filling import Form, forms_of
from tests.web.walk import address, named


def sent(client: Client, form: Form, *, seen: set[object]) -> int:
    """Press each button of the form, undone afterwards; how many."""
    pressed = 0
    for button in form.buttons or [None]:
        names = frozenset(f.name for f in form.fields)
        what = (form.action, names, button and (button.name, button.value))
        if what in seen:
            continue
        seen.add(what)
        with transaction.atomic():
            ask = client.post if form.method == "post" else client.get
            answer = ask(form.action, form.as_it_stands(button))
            transaction.set_rollback(True)
        assert answer.status_code in (200, 302, 409, 422), (what, answer.status_code)
        pressed += 1
    return pressed


@pytest.mark.parametrize("language", ["en", "fr", "es"])
@pytest.mark.parametrize("who", ["team", "participant"])
def test_every_form_can_be_sent(
    places: dict[str, Any], program: Program, manager: Person, who: str, language: str
) -> None:
    pair = Partnership.objects.get(pk=places["partnership_id"])
    me = pair.parts.all()[0].participant
    reach, person = places | {"place_id": me.pk}, me.person
    if who == "team":
        person = manager
        give_role(program.organisation, manager, Role.ADMIN)
    client, seen, pressed = Client(headers={"accept-language": language}), set(), 0
    client.force_login(person)
    for pattern in named():
        url = address(pattern, reach)
        answer = client.get(url)
        if answer.status_code != 200 or "text/html" not in answer.headers["Content-Type"]:
            continue
        for form in forms_of(answer.content.decode(), url):
            for one in form.fields:
                assert one.shown == one.value, (url, one)
            if not form.action.startswith(("/account/", "/demo/", "/me/sign-out-everywhere/")):
                pressed += sent(client, form, seen=seen)

    assert pressed > (100 if who == "team" else 40), pressed
