"""Who takes part: applications, places and the line for them, kind words at each turn."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from peerloom.accounts.models import Person
from peerloom.accounts.rules import allow
from peerloom.core.audit import record
from peerloom.core.holding import held
from peerloom.core.parts import in_parts
from peerloom.participants.actions.drawing import give_tickets, waits_for_draw
from peerloom.participants.actions.letters import write_letters
from peerloom.participants.actions.place import agree, as_it_is, now_looking
from peerloom.participants.errors import CannotDecline
from peerloom.participants.models import TAKING_PART, Consent, Participant
from peerloom.participants.queries.places import IN_LINE, people_of
from peerloom.programs.actions import hold_program
from peerloom.programs.models import Program

State = Participant.State
REMINDED_AFTER = timedelta(days=7)


@transaction.atomic
def apply(participant: Participant, *, by: Person) -> Participant:
    """Hand in the application, with its commitment.

    From now on the person is looking for a peer; where all places are taken, they stand in line.
    """
    allow(by, "participants.answer", participant)
    hold_program(participant.program_id)
    if as_it_is(participant).state in (State.INVITED, State.APPLYING):
        now = timezone.now()
        participant.applied_at, participant.committed_at = now, now
        participant.state = State.WAITING
        participant.save(update_fields=["state", "applied_at", "committed_at"])
        promise = participant.program.materials.filter(key="commitment").first()
        if promise:
            agree(participant, Consent.About.COMMITMENT, True, promise.body)
        record(by, "applied", participant, organisation_id=participant.organisation_id)
        fill_places(participant.program)
        participant.refresh_from_db(fields=["state"])
        if participant.state == State.WAITING:
            drawn = waits_for_draw(participant.program)
            words = "message_draw" if drawn else "message_waiting"
            write_letters(
                [participant], words, "waiting", page="/p/{slug}/draw/" if drawn else "/p/{slug}/"
            )
    return participant


def fill_places(program: Program) -> int:
    """Give free places to those who wait, in the order in which they joined; how many got one."""
    # One at a time, so that two people never get one place.
    locked = hold_program(program.pk)
    if waits_for_draw(locked):
        give_tickets(locked)
        return 0
    line = locked.participants.filter(state=State.WAITING).order_by(*IN_LINE)
    if locked.places is not None:
        taken = locked.participants.filter(state__in=TAKING_PART).count()
        line = line[: max(0, locked.places - taken)]
    people = list(line.select_related("person", "program__organisation"))
    now_looking(people)
    write_letters(people, "message_accepted", "accepted")
    return len(people)


@transaction.atomic
def set_places(program: Program, places: int | None, *, by: Person) -> int:
    """Say how many may take part; None for all. Nobody who takes part loses their place."""
    allow(by, "participants.set_places", program)
    program.places = places
    program.save(update_fields=["places"])
    record(by, "set places", program, organisation_id=program.organisation_id)
    return fill_places(program)


@transaction.atomic
def remind_by_itself(program: Program, reminds: bool, *, by: Person) -> Program:
    """Say whether invited people are reminded without anybody pressing a button."""
    allow(by, "participants.set_places", program)
    program.reminds = reminds
    program.save(update_fields=["reminds"])
    record(by, "set reminders", program, organisation_id=program.organisation_id)
    return program


@transaction.atomic
def decline(participant: Participant, *, by: Person) -> Participant:
    """Not this time, with kind words; answers and goals are deleted.

    Raises
    ------
    CannotDecline
        They are in a partnership, or have left.
    """
    allow(by, "participants.decline", participant)
    hold_program(participant.program_id)
    if as_it_is(participant).state in (State.MATCHED, State.LEFT, State.DECLINED):
        raise CannotDecline
    handed_in = participant.applied_at
    participant.state, participant.answers = State.DECLINED, {}
    participant.applied_at = participant.committed_at = None
    participant.save(update_fields=["state", "answers", "applied_at", "committed_at"])
    participant.goals.all().delete()
    participant.away.all().delete()
    record(by, "declined", participant, organisation_id=participant.organisation_id)
    if handed_in:
        participant.applied_at = handed_in
        write_letters([participant], "message_declined", "declined")
    fill_places(participant.program)
    return participant


@transaction.atomic
def remind(program: Program, *, by: Person) -> int:
    """Remind those of one's own people invited a week ago or longer who have not begun; each once.

    Returns
    -------
    int
        How many letters were offered to the outbox.
    """
    allow(by, "participants.invite", program)
    people = to_remind(program, by)
    record(by, "reminded", program, organisation_id=program.organisation_id, people=len(people))
    sent = write_letters(people, "message_reminder", "reminder")
    _note_reminded(people)
    return sent


def remind_due() -> int:
    """Remind everybody who is due, in programs that do so by themselves; each person once."""
    due = timezone.now() - REMINDED_AFTER
    waiting = Participant.objects.filter(
        state=State.INVITED, invited_at__lte=due, reminded_at__isnull=True
    )
    today = timezone.localdate()
    programs = Program.objects.filter(
        Q(apply_by=None) | Q(apply_by__gte=today),
        reminds=True,
        state__in=(Program.State.RECRUITING, Program.State.RUNNING),
        pk__in=waiting.values("program"),
    )
    count = 0
    for program in programs:
        with transaction.atomic():
            # Taken before the letters are written, so that nobody is written to twice.
            mine = held(waiting).filter(program=program)
            people = list(mine.select_related("person", "program__organisation"))
            write_letters(people, "message_reminder", "reminder")
            _note_reminded(people)
            count += len(people)
    return count


def to_remind(program: Program, by: Person) -> list[Participant]:
    """Whom a manager looks after who was invited a week ago, has not begun, and was not reminded."""
    people = people_of(program, by).filter(
        state=State.INVITED,
        invited_at__lte=timezone.now() - REMINDED_AFTER,
        reminded_at__isnull=True,
    )
    return list(people)


def _note_reminded(people: Sequence[Participant]) -> None:
    for part in in_parts(people):
        mine = Participant.objects.filter(pk__in=[p.pk for p in part])
        mine.update(reminded_at=timezone.now())
