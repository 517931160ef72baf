"""The letters that introduce partners to each other."""

from __future__ import annotations

from django.conf import settings
from django.template.loader import render_to_string

from peerloom.messaging.actions import Letter
from peerloom.partnerships.models import Partnership
from peerloom.partnerships.queries import PartnershipView, seen_by


def introductions(partnership: Partnership) -> list[Letter]:
    """One letter to each member, from their own chair."""
    return [
        introduction(seen_by(partnership, part.participant.person), key=f"introduction-{part.pk}")
        for part in partnership.parts.select_related("participant__person")
    ]


def introduction(view: PartnershipView, *, key: str) -> Letter:
    """The letter a member gets."""
    person = view.mine.participant.person
    peers = "peer" if len(view.peers) == 1 else "peers"
    words = {
        "view": view,
        "person": person,
        "program": view.partnership.program,
        "link": f"{settings.SITE_URL}/partnerships/{view.partnership.pk}/",
    }
    return Letter(
        key=key,
        kind="introduction",
        to=person.email,
        subject=f"Meet {view.names}, your {peers} in {view.partnership.program.name}",
        text=render_to_string("rounds/introduction.txt", words),
        html=render_to_string("rounds/introduction.html", words),
    )
