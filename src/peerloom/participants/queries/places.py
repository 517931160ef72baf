"""What is asked of places in programs."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, F, Q, QuerySet
from django.utils.translation import gettext as _

from peerloom.accounts.models import Person
from peerloom.core.queries import entries_about
from peerloom.participants.models import Consent, Observation, Participant
from peerloom.programs.models import Program, Question
from peerloom.programs.queries import looked_after


@dataclass(frozen=True)
class Seen:
    """Somebody looked at a person's page."""

    who: str
    at: datetime


def places_of(person: Person) -> QuerySet[Participant]:
    """The person's places, newest first."""
    return (
        Participant.objects.filter(person=person)
        .exclude(state__in=(Participant.State.LEFT, Participant.State.DECLINED))
        .select_related("program__organisation", "person", "organisation")
        .order_by("-pk")
    )


def consents_of(person: Person) -> QuerySet[Consent]:
    """What the person agreed to or no longer agreed to, newest first."""
    return Consent.objects.filter(participant__person=person).select_related("participant__program")


def seen_by_managers(person: Person) -> list[Seen]:
    """Who of the managers looked at the person's own page, and when, newest first."""
    numbers = list(Participant.objects.filter(person=person).values_list("pk", flat=True))
    entries = list(entries_about("participants.participant", numbers, "saw"))
    who = Person.objects.in_bulk({e.actor_id for e in entries if e.actor_id})
    return [Seen(str(who.get(e.actor_id or 0, _("somebody"))), e.at) for e in entries]


def people_of(program: Program, by: Person) -> QuerySet[Participant]:
    """Participants whom a manager looks after: those of their own organisations."""
    return Participant.objects.filter(
        program=program, organisation__in=looked_after(program, by)
    ).select_related("person", "program__organisation", "organisation")


def people_in(
    program: Program, by: Person, *, search: str = "", state: str = ""
) -> QuerySet[Participant]:
    """Participants whom a manager looks after, by name."""
    people = people_of(program, by)
    if search:
        people = people.filter(
            Q(person__name__icontains=search) | Q(person__email__icontains=search)
        )
    if state:
        people = people.filter(state=state)
    return people.order_by("person__name", "person__email", "pk")


def count_states(program: Program, organisations: Collection[int] | None = None) -> dict[str, int]:
    """How many participants are in each state, of these organisations (numbers) where given."""
    people = program.participants.all()
    if organisations is not None:
        people = people.filter(organisation__in=organisations)
    rows = people.values_list("state").annotate(Count("pk"))
    counts = dict.fromkeys(Participant.State.values, 0)
    counts.update(dict(rows))
    return counts


# Those who wait: by lot where places were drawn, then in the order in which they joined.
IN_LINE = (F("lot").asc(nulls_last=True), "applied_at", "pk")


def place_in_line(participant: Participant) -> int:
    """Where somebody stands on the waiting list, from 1; 0 for those who do not wait."""
    if participant.state != Participant.State.WAITING or participant.applied_at is None:
        return 0
    line = participant.program.participants.filter(state=Participant.State.WAITING)
    at = participant.applied_at
    before = Q(applied_at__lt=at) | Q(applied_at=at, pk__lt=participant.pk)
    if participant.lot is None:
        before = Q(lot__isnull=False) | before
    else:
        before = Q(lot__lt=participant.lot)
    return line.filter(before).count() + 1


@dataclass(frozen=True)
class ShownAnswer:
    """One question and its answer as somebody may see it."""

    question: Question
    cell: str

    @property
    def items(self) -> list[str]:
        """The parts of an answer that is a list."""
        return [part.strip() for part in self.cell.split(";") if part.strip()]

    @property
    def is_list(self) -> bool:
        """True if the answer is a list."""
        return self.question.kind in (Question.Kind.MANY, Question.Kind.SKILLS, Question.Kind.HOURS)


def answers_of(
    participant: Participant, *, seen_by: Question.Seen, only: Collection[str] | None = None
) -> list[ShownAnswer]:
    """Answers that this reader may see: the person (`MATCHING`: all), the manager, or the partner.

    Sensitive answers are for the person and the matching alone. `only` names the questions whose
    answers reach the reader at all, see `Borders`.
    """
    allowed = {
        Question.Seen.MATCHING: set(Question.Seen),
        Question.Seen.MANAGER: {Question.Seen.MANAGER, Question.Seen.PARTNER},
        Question.Seen.PARTNER: {Question.Seen.PARTNER},
    }[seen_by]
    return [
        ShownAnswer(q, participant.answers.get(q.key, ""))
        for q in participant.program.questions.all()
        if not q.dropped
        and (only is None or q.key in only)
        and q.seen_by in allowed
        and (seen_by == Question.Seen.MATCHING or not q.sensitive)
    ]


def observed_tags(program: Program) -> dict[int, list[str]]:
    """What the matching may read of the manager's observations, by participant's number."""
    found: dict[int, list[str]] = {}
    rows = Observation.objects.filter(participant__program=program).exclude(tag="")
    for participant, tag in rows.order_by("pk").values_list("participant_id", "tag"):
        if tag not in found.setdefault(participant, []):
            found[participant].append(tag)
    return found


def tags_in(program: Program, by: Person) -> list[str]:
    """Observations of a manager's people that the matching may read, each once."""
    rows = Observation.objects.filter(participant__in=people_of(program, by)).exclude(tag="")
    return sorted(set(rows.values_list("tag", flat=True)), key=str.casefold)
