"""Letters in a program's own words, as its manager left them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.conf import settings
from django.template.loader import render_to_string

from peerloom.core.markdown import rendered
from peerloom.messaging.actions import Letter, post
from peerloom.participants.models import Participant


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
    words = program.materials.filter(key=material).first()
    if words is None:
        return 0
    letters = []
    for participant in people:
        about = since or participant.applied_at or participant.created_at
        said = {
            "participant": participant,
            "program": program,
            "words": words.body,
            "html": rendered(words.body),
            "link": settings.SITE_URL + page.format(slug=program.slug, place=participant.pk),
        }
        letters.append(
            Letter(
                key=f"{kind}-{participant.pk}-{about:%Y%m%d%H%M%S%f}",
                kind=kind,
                to=participant.person.email,
                subject=f"{words.title}: {program.name}",
                text=render_to_string("participants/letter.txt", said),
                html=render_to_string("participants/letter.html", said),
            )
        )
    return post(letters, organisation_id=program.organisation_id)
