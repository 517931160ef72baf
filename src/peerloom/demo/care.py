"""What five months of care left in the demo: leans at each step, one mended, one re-paired."""

from __future__ import annotations

from datetime import timedelta

from django.utils import timezone

from peerloom.accounts.models import Person
from peerloom.care import actions
from peerloom.care.models import CareSignal, CareStep, SupportRequest
from peerloom.messaging.models import OutboxMessage
from peerloom.participants.models import Participant
from peerloom.partnerships.actions import note_history
from peerloom.partnerships.models import Partnership
from peerloom.programs.models import Program
from peerloom.rounds.actions import pair_up

DAY = timedelta(days=1)
# Steps of the ladder.
ALONE, TOGETHER, OFFERED, MANAGER = 1, 2, 3, 4


def give_care(program: Program) -> None:
    """Climb through the weeks, then help two, and bring one pair together anew."""
    _part_and_pair(program)
    today = timezone.localdate()
    actions.catch_up(program, [today - 7 * k * DAY for k in range(20, 0, -1)])
    manager = Person.objects.get(email="manager@demo.example")
    offered = CareSignal.objects.filter(
        partnership__program=program, step=OFFERED, kind__in=("leaning", "silence")
    ).order_by("pk")
    asking = list(offered.select_related("partnership__program")[:2])
    for number, signal in enumerate(asking):
        person = signal.partnership.members.select_related("person").order_by("pk")[0].person
        request = actions.ask_for_help(signal.partnership, by=person, kinds=[signal.kind])
        SupportRequest.objects.filter(pk=request.pk).update(
            made_at=timezone.now() - (2 + 20 * number) * DAY
        )
        if number:
            actions.take_in_hand(request, by=manager)
            actions.note_on(request, "Talked to each; both would like to go on.", by=manager)
            actions.close_request(request, SupportRequest.Outcome.GO_ON, by=manager)
            SupportRequest.objects.filter(pk=request.pk).update(closed_at=timezone.now() - 6 * DAY)
    _at_each_step(program)


def _at_each_step(program: Program) -> None:
    """Somebody at each of the first three steps, whatever the dice said."""
    rows = CareSignal.objects.filter(partnership__program=program, kind="leaning", level__gt=0)
    have = set(rows.values_list("step", flat=True))
    today = timezone.localdate()
    for step in (ALONE, TOGETHER, OFFERED):
        row = rows.exclude(step=MANAGER).order_by("-pk").first()
        if step in have or row is None:
            continue
        row.step, row.since = step, today - 4 * DAY
        row.save(update_fields=["step", "since"])
        CareStep.objects.create(signal=row, step=step, on=today - 4 * DAY)


def _part_and_pair(program: Program) -> None:
    """Two partnerships ended six weeks ago; two of the four met someone new, two wait."""
    pairs = program.partnerships.filter(state=Partnership.State.OPEN).exclude(
        members__person__email="participant@demo.example"
    )
    ending = list(pairs.order_by("-pk").select_related("program__organisation")[:2])
    ago = timezone.now() - 42 * DAY
    people: list[Participant] = []
    for partnership in ending:
        members = list(partnership.members.select_related("person", "organisation").order_by("pk"))
        partnership.meetings.filter(starts_at__gt=ago).delete()
        actions.end_kindly(partnership, {m.pk for m in members})
        Partnership.objects.filter(pk=partnership.pk).update(ended_at=ago)
        people += members
    if len(people) < 4:
        return
    [new] = pair_up(program, [[people[0], people[2]]])
    Partnership.objects.filter(pk=new.pk).update(opened_at=ago + 5 * DAY)
    new.parts.update(answered_at=ago + 6 * DAY)
    said = {p.pk: {"hats": 2, "talk": 2, "worth": 4} for p in new.parts.all()}
    note_history(new, [(ago + (9 + 14 * k) * DAY, said) for k in range(2)])
    # Those letters were read long ago.
    OutboxMessage.objects.filter(kind="ended").update(
        state=OutboxMessage.State.SENT, sent_at=ago, created_at=ago
    )
