"""Links by which a nudge is answered without signing in."""

from __future__ import annotations

from django.utils import timezone

from peerloom.care.models import OneClick
from peerloom.care.said import ANSWERS, QUIET
from peerloom.core.encryption import fingerprint
from peerloom.programs.letters import language_for
from peerloom.programs.template_library import words


def link_of(token: str) -> OneClick | None:
    """The link of a secret while it is good."""
    link = OneClick.objects.filter(
        fingerprint=fingerprint(token), used_at=None, expires_at__gt=timezone.now()
    )
    return link.select_related(
        "nudge__signal", "nudge__member__participant__person", "nudge__member__partnership__program"
    ).first()


def offered(link: OneClick) -> dict[str, str]:
    """What can be said by it: key and label, in the person's language."""
    member = link.nudge.member
    language = language_for(member.participant.person, member.partnership.program)
    labels = words(language)["care"]["answers"]
    return {key: str(labels[key]) for key in (*ANSWERS.get(link.nudge.words, ()), QUIET)}
