"""Gentle letters that go by themselves: to who has not answered, about a next step that is due."""

from __future__ import annotations

from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.template.loader import render_to_string
from django.utils import timezone

from peerloom.messaging.actions import Letter, post
from peerloom.partnerships.models import NextStep, Partnership, PartnershipMember

WAITED = timedelta(days=7)


def write_to_unanswered() -> int:
    """Write once more to who has not looked at their introduction within a week."""
    now = timezone.now()
    due = PartnershipMember.objects.filter(
        answered_at=None,
        nudged_at=None,
        partnership__state=Partnership.State.OPEN,
        partnership__opened_at__lte=now - WAITED,
        partnership__opened_at__gt=now - 4 * WAITED,
    ).select_related("participant__person", "partnership__program")
    count = 0
    for number in list(due.values_list("pk", flat=True)):
        with transaction.atomic():
            member = due.select_for_update(of=("self",)).filter(pk=number).first()
            if member is None:
                continue
            member.nudged_at = now
            member.save(update_fields=["nudged_at"])
            others = member.partnership.members.exclude(pk=member.participant_id)
            names = " and ".join(p.person.first_name for p in others.select_related("person"))
            _write(member, "unanswered", f"{names} would like to hear from you", {"names": names})
            count += 1
    return count


def follow_up_steps() -> int:
    """Remind of a next step on the day after it was due; once, and what it is stays sealed."""
    due = NextStep.objects.filter(
        done_at=None,
        reminded_at=None,
        due_on__lt=timezone.localdate(),
        due_on__gt=timezone.localdate() - 2 * WAITED,
        partnership__state=Partnership.State.OPEN,
    ).select_related("owner__participant__person", "owner__partnership__program")
    count = 0
    for number in list(due.values_list("pk", flat=True)):
        with transaction.atomic():
            step = due.select_for_update(of=("self",)).filter(pk=number).first()
            if step is None:
                continue
            step.reminded_at = timezone.now()
            step.save(update_fields=["reminded_at"])
            _write(step.owner, "step", "A next step of yours", {}, about=step.pk)
            count += 1
    return count


def _write(
    member: PartnershipMember, what: str, subject: str, more: dict[str, str], about: int = 0
) -> None:
    program = member.partnership.program
    words = {
        "what": what,
        "person": member.participant.person,
        "program": program,
        "link": f"{settings.SITE_URL}/partnerships/{member.partnership_id}/",
        **more,
    }
    letter = Letter(
        key=f"{what}-{about or member.pk}",
        kind=what,
        to=member.participant.person.email,
        subject=subject,
        text=render_to_string("partnerships/following.txt", words),
        html=render_to_string("partnerships/following.html", words),
    )
    post([letter], organisation_id=program.organisation_id)
