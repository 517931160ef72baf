"""The letters that introduce partners to each other."""

from __future__ import annotations

from collections.abc import Sequence

from django.conf import settings
from django.utils import translation

from peerloom.core.words import listed
from peerloom.messaging.actions import Letter
from peerloom.partnerships.actions import Opened
from peerloom.partnerships.models import PartnershipMember
from peerloom.partnerships.queries import first_agenda
from peerloom.programs.letters import Besides, ProgramWords, compose, phrases


def introductions(opened: Opened, own: ProgramWords) -> list[Letter]:
    """One letter to each member, from their own chair."""
    return [
        _introduction(part, [p for p in opened.parts if p is not part], own)
        for part in opened.parts
    ]


def _introduction(
    mine: PartnershipMember, others: Sequence[PartnershipMember], own: ProgramWords
) -> Letter:
    """The letter a member gets."""
    person, peers = mine.participant.person, [p.participant.person for p in others]
    circle = "_circle" if len(peers) > 1 else ""
    said = own.say(f"message_introduction{circle}", person)
    say = phrases(said.language)
    with translation.override(said.language):
        names = listed([p.first_name for p in peers])
        agenda = first_agenda(mine, [p.first_name for p in peers])
    labelled = ((say["give"], mine.gives), (say["get"], mine.gets), (say["common"], mine.shared))
    return compose(
        said,
        own.program,
        person,
        key=f"introduction-{mine.pk}",
        kind="introduction",
        link=f"{settings.SITE_URL}/partnerships/{mine.partnership_id}/",
        marks={"names": names},
        besides=Besides(
            facts=[(label, ", ".join(items)) for label, items in labelled if items],
            agenda=agenda,
            people=[(str(p), p.email) for p in peers],
        ),
    )
