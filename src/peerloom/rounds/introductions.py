"""The letters that introduce partners to each other."""

from __future__ import annotations

from django.conf import settings
from django.utils import translation

from peerloom.messaging.actions import Letter
from peerloom.partnerships.models import Partnership
from peerloom.partnerships.queries import PartnershipView, first_agenda, seen_by
from peerloom.programs.letters import Besides, ProgramWords, compose, phrases


def introductions(partnership: Partnership, own: ProgramWords | None = None) -> list[Letter]:
    """One letter to each member, from their own chair; `own` spares looking words up again."""
    own = own or ProgramWords(partnership.program)
    return [
        introduction(
            seen_by(partnership, part.participant.person), own, key=f"introduction-{part.pk}"
        )
        for part in partnership.parts.select_related("participant__person")
    ]


def introduction(view: PartnershipView, own: ProgramWords, *, key: str) -> Letter:
    """The letter a member gets."""
    person, program, mine = view.mine.participant.person, own.program, view.mine
    circle = "_circle" if len(view.peers) > 1 else ""
    said = own.say(f"message_introduction{circle}", person)
    say = phrases(said.language)
    with translation.override(said.language):
        names, agenda = view.names, first_agenda(mine, view.peers)
    labelled = ((say["give"], mine.gives), (say["get"], mine.gets), (say["common"], mine.shared))
    return compose(
        said,
        program,
        person,
        key=key,
        kind="introduction",
        link=f"{settings.SITE_URL}/partnerships/{view.partnership.pk}/",
        marks={"names": names},
        besides=Besides(
            facts=[(label, ", ".join(items)) for label, items in labelled if items],
            agenda=agenda,
            people=[(str(p.participant.person), p.participant.person.email) for p in view.peers],
        ),
    )
