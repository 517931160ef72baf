"""Letters that go by themselves about a next step that is due."""

from __future__ import annotations

from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from peerloom.core.holding import held
from peerloom.messaging.actions import post
from peerloom.partnerships.models import NextStep, Partnership
from peerloom.programs.letters import ProgramWords, compose

WAITED = timedelta(days=7)


def follow_up_steps() -> int:
    """Remind of a next step on the day after it was due; once, and what it is stays sealed."""
    due = NextStep.objects.filter(
        done_at=None,
        reminded_at=None,
        due_on__lt=timezone.localdate(),
        due_on__gt=timezone.localdate() - 2 * WAITED,
        partnership__state=Partnership.State.OPEN,
    ).select_related("owner__participant__person", "owner__partnership__program__organisation")
    count = 0
    for number in list(due.values_list("pk", flat=True)):
        with transaction.atomic():
            step = held(due).filter(pk=number).first()
            if step is None:
                continue
            step.reminded_at = timezone.now()
            step.save(update_fields=["reminded_at"])
            _write(step)
            count += 1
    return count


def _write(step: NextStep) -> None:
    member = step.owner
    program, person = member.partnership.program, member.participant.person
    letter = compose(
        ProgramWords(program).say("message_step", person),
        program,
        person,
        key=f"step-{step.pk}",
        kind="step",
        link=f"{settings.SITE_URL}/partnerships/{member.partnership_id}/",
        calm=True,
        zone=member.participant.time_zone or person.time_zone,
    )
    post([letter], organisation_id=program.organisation_id)
