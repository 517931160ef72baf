"""What this room holds of a person."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from peerloom.accounts.models import Person
from peerloom.core.holding import held
from peerloom.core.holdings import Keeping, declare, keep
from peerloom.core.words import later
from peerloom.participants.forgetting import empty_files, empty_places
from peerloom.participants.models import ImportFile, Observation, Participant, Ticket
from peerloom.participants.queries import seen_by_managers
from peerloom.programs.actions import hold_programs
from peerloom.programs.queries import over_before


def read(person: Person) -> dict[str, Any]:
    """Their places with all answers and goals, and what managers noticed about them."""
    places = Participant.objects.filter(person=person).select_related(
        "program__organisation", "organisation"
    )
    return {
        "places": [_place(p) for p in places.order_by("pk")],
        # As an author: how often, not about whom.
        "seen_by_managers": [vars(seen) for seen in seen_by_managers(person)],
        "observations_written": Observation.objects.filter(author=person).count(),
    }


def _place(place: Participant) -> dict[str, Any]:
    labels = dict(place.program.questions.values_list("key", "label"))
    return {
        "program": place.program.name,
        "organisation": place.organisation.name,
        "program_run_by": place.program.organisation.name,
        "state": place.get_state_display(),
        "time_zone": place.time_zone,
        "invited": place.invited_at,
        "committed": place.committed_at,
        "applied": place.applied_at,
        "rounds_waited": place.rounds_waited,
        "may_be_found": place.findable,
        "may_cross_to_other_organisations": place.crosses,
        "may_cross_since": place.crosses_at,
        "answers": {labels.get(key, key): cell for key, cell in place.answers.items()},
        "goals": list(place.goals.values("kind", "text", "success", "less", "more")),
        "trainings": list(place.trainings.values("title", "choices", "done_at")),
        "place_by_lot": place.lot,
        "ticket": Ticket.objects.filter(participant=place).values_list("code", flat=True).first(),
        "away": list(place.away.values("first", "last")),
        "agreed_to": list(place.consents.values("about", "given", "words", "at")),
        "observations": list(
            place.observations.values("kind", "text", "tag", "made_on", "author__name")
        ),
    }


def hold(person: Person) -> None:
    """Their programs, and their places in them."""
    places = Participant.objects.filter(person=person)
    hold_programs(places.values_list("program", flat=True))
    list(held(places).order_by("pk").values_list("pk", flat=True))


def erase(person: Person) -> None:
    """Everything they said and that was noted of them; a place without anything stays for counts."""
    empty_places(Participant.objects.filter(person=person), left=True)
    empty_files(person)
    Observation.objects.filter(author=person).update(author=None)
    ImportFile.objects.filter(uploaded_by=person).update(uploaded_by=None)


def forget_answers(organisation_id: int, before: datetime) -> int:
    """Answers, goals and observations of programs that are over."""
    over = Participant.objects.filter(program__in=over_before(organisation_id, before))
    return empty_places(over.exclude(answers={}), left=False)


def forget_invited(organisation_id: int, before: datetime) -> int:
    """Places of people who were invited and never came."""
    never = Participant.objects.filter(
        organisation=organisation_id,
        state__in=(Participant.State.INVITED, Participant.State.APPLYING),
        created_at__lt=before,
    )
    count = never.count()
    never.delete()
    return count


def forget_files(organisation_id: int, before: datetime) -> int:
    """Files of people that were brought in."""
    count, _ = ImportFile.objects.filter(
        organisation=organisation_id, created_at__lt=before
    ).delete()
    return count


declare(
    "participants",
    ("participants.Participant", "participants.Goal", "participants.Away",
     "participants.Observation", "participants.ImportFile", "participants.TrainingProgress",
     "participants.Ticket", "participants.Consent"),
    read,
    erase,
    hold,
)  # fmt: skip
keep(
    Keeping(
        "answers",
        later("Answers, goals, and what managers noticed"),
        later("so that people are matched, introduced and helped"),
        later("the program's end"),
        12,
        forget_answers,
    ),
    Keeping(
        "invited",
        later("Places of people who were invited or began, and never joined"),
        later("so that they may still come"),
        later("the invitation"),
        6,
        forget_invited,
    ),
    Keeping(
        "files",
        later("Files of people that were read in"),
        later("so that they can be put right"),
        later("reading"),
        1,
        forget_files,
    ),
)
