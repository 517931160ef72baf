"""Letters in a program's own words, as its manager left them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.conf import settings

from peerloom.messaging.actions import post
from peerloom.participants.models import Participant
from peerloom.programs.letters import ProgramWords, compose
from peerloom.programs.library import MATERIALS


def write_letters(
    people: Sequence[Participant],
    material: str,
    kind: str,
    *,
    page: str = "/p/{slug}/",
    since: datetime | None = None,
) -> int:
    """A letter to each person of one program; none where the manager took its words out.

    Parameters
    ----------
    material
        Key of the words.
    page
        Where the letter leads: an address with `{slug}` of the program or `{place}` of the person.
    since
        What the letter is about: nobody is written to twice about the same. Without, the time they
        applied or got their place, so that somebody who comes back is written to once more.

    Returns
    -------
    int
        How many letters were offered to the outbox.
    """
    if not people:
        return 0
    program = people[0].program
    if material in dict(MATERIALS) and not program.materials.filter(key=material).exists():
        return 0
    letters, own = [], ProgramWords(program)
    for participant in people:
        about = since or participant.applied_at or participant.created_at
        said = own.say(material, participant.person)
        letters.append(
            compose(
                said,
                program,
                participant.person,
                key=f"{kind}-{participant.pk}-{about:%Y%m%d%H%M%S%f}",
                kind=kind,
                link=settings.SITE_URL + page.format(slug=program.slug, place=participant.pk),
                subject=f"{said.title}: {program.name}",
            )
        )
    return post(letters, organisation_id=program.organisation_id)
