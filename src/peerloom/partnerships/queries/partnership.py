"""What is asked of partnerships."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import combinations

from django.db.models import Count, Max, Prefetch, Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from peerloom.accounts.models import Person
from peerloom.core.words import listed
from peerloom.participants.models import Goal, Participant
from peerloom.participants.queries import Borders, ShownAnswer, answers_of, borders
from peerloom.partnerships.models import Meeting, Partnership, PartnershipMember
from peerloom.programs.models import Program, Question
from peerloom.programs.queries import GOALS, looked_after


def parts_by(path: str = "parts") -> Prefetch[str]:
    """Parts with their people, in one query; `path` leads to them from what is asked for.

    Not as lookups across the foreign keys: on SQLite Django makes a condition of each row of those.
    """
    parts = PartnershipMember.objects.select_related(
        "participant__person", "participant__organisation", "participant__program"
    )
    return Prefetch(path, parts.order_by("pk"))


def partnerships_of(person: Person) -> QuerySet[Partnership]:
    """The person's partnerships, newest first."""
    return (
        Partnership.objects.filter(parts__participant__person=person)
        .select_related("program__organisation", "sealing")
        .prefetch_related(parts_by())
        .order_by("-pk")
    )


def partnerships_in(program: Program, by: Person) -> QuerySet[Partnership]:
    """Partnerships of a manager's people: process only."""
    own = looked_after(program, by)
    with_own = PartnershipMember.objects.filter(participant__organisation__in=own)
    partnerships = Partnership.objects.filter(
        program=program, pk__in=with_own.values("partnership")
    )
    return partnerships.prefetch_related(parts_by()).order_by("pk")


def past_pairs(program: Program) -> list[tuple[int, int]]:
    """Every two participants (numbers) who are or were in a partnership together."""
    together = members_of(Partnership.objects.filter(program=program)).values()
    return sorted({pair for people in together for pair in combinations(people, 2)})


def members_of(partnerships: QuerySet[Partnership]) -> dict[int, list[int]]:
    """Participants (numbers, in order) by partnership's number."""
    found: dict[int, list[int]] = defaultdict(list)
    parts = PartnershipMember.objects.filter(partnership__in=partnerships)
    for number, who in parts.order_by("participant").values_list("partnership", "participant"):
        found[number].append(who)
    return found


@dataclass(frozen=True)
class PeerView:
    """A partner as a participant sees them."""

    participant: Participant
    answers: list[ShownAnswer]
    goals: list[Goal]
    # Of another organisation than the reader.
    elsewhere: bool


@dataclass(frozen=True)
class PartnershipView:
    """A partnership from one member's chair."""

    partnership: Partnership
    mine: PartnershipMember
    peers: list[PeerView]
    agenda: list[str]

    @property
    def names(self) -> str:
        """First names of the others."""
        return listed(_first_names(self.peers))


def _first_names(peers: list[PeerView]) -> list[str]:
    return [p.participant.person.first_name for p in peers] or [_("somebody who left")]


def seen_by(partnership: Partnership, person: Person) -> PartnershipView:
    """The partnership as this member sees it; answers of partners only as they allowed."""
    parts = list(partnership.parts.all())
    mine = next(p for p in parts if p.participant.person_id == person.pk)
    within = borders(partnership.program)
    peers = [_peer(p.participant, mine.participant, within) for p in parts if p.pk != mine.pk]
    return PartnershipView(partnership, mine, peers, first_agenda(mine, _first_names(peers)))


def _peer(peer: Participant, reader: Participant, within: Borders) -> PeerView:
    only = within.reaches(peer, reader.organisation_id)
    # Who left with their organisation took their answers along.
    if peer.program_id != reader.program_id:
        only = frozenset()
    answers = answers_of(peer, seen_by=Question.Seen.PARTNER, only=only)
    goals = list(peer.goals.all()) if only is None or GOALS in only else []
    return PeerView(
        peer, [a for a in answers if a.cell], goals, peer.organisation_id != reader.organisation_id
    )


def first_agenda(mine: PartnershipMember, others: Sequence[str]) -> list[str]:
    """A first conversation with others, by first name, to adapt: time for each to ask."""
    if len(others) > 2:
        return _circle_agenda(mine)
    names, many = listed(others), len(others)
    agenda = [
        _("How each of you came to where you are now, and what you hope for (10 minutes each)")
    ]
    if mine.gets:
        agenda.append(
            ngettext(
                "You ask: {gets}. {names} shares what it was like (15 minutes)",
                "You ask: {gets}. {names} share what it was like (15 minutes)",
                many,
            ).format(gets=mine.gets[0], names=names)
        )
    else:
        agenda.append(
            _("You ask: one question you would like another pair of eyes on (15 minutes)")
        )
    if mine.gives:
        agenda.append(
            ngettext(
                "{names} asks: {gives}. You share what you have tried (15 minutes)",
                "{names} ask: {gives}. You share what you have tried (15 minutes)",
                many,
            ).format(names=names, gives=mine.gives[0])
        )
    else:
        agenda.append(
            ngettext(
                "{names} asks: a question of their own; you listen first (15 minutes)",
                "{names} ask: a question of their own; you listen first (15 minutes)",
                many,
            ).format(names=names)
        )
    agenda.append(_("When and how you will meet, and what stays between you (10 minutes)"))
    return agenda


def _circle_agenda(mine: PartnershipMember) -> list[str]:
    """A first conversation of a circle: everybody is heard, and everybody brings a question."""
    asks = (
        _(
            "Each brings one question, such as {question}; the others ask before they tell (10 "
            "minutes each)"
        ).format(question=mine.gets[0])
        if mine.gets
        else _("Each brings one question; the others ask before they tell (10 minutes each)")
    )
    share = _("What each could share with the others another time (10 minutes).")
    if mine.gives:
        share = _(
            "What each could share with the others another time (10 minutes). What you could share: "
            "{gives}."
        ).format(gives=mine.gives[0])
    return [
        _(
            "A round: how each of you came to where you are now, and what you hope for (5 "
            "minutes each)"
        ),
        asks,
        share,
        _(
            "When and how you will meet, who looks after the next meeting, and what stays in the "
            "circle (10 minutes)"
        ),
    ]


@dataclass(frozen=True)
class Rhythm:
    """How a partnership goes along, for its manager: how often, how lately, who has answered."""

    held: int
    last: datetime | None
    answered: int
    members: int


def rhythms(program: Program, partnerships: list[Partnership]) -> dict[int, Rhythm]:
    """By partnership's number; facts of process alone."""
    rows = Partnership.objects.filter(
        program=program, pk__in=[p.pk for p in partnerships]
    ).annotate(
        held=Count("meetings", filter=Q(meetings__state=Meeting.State.HELD), distinct=True),
        last=Max("meetings__starts_at", filter=Q(meetings__state=Meeting.State.HELD)),
        members_count=Count("parts", distinct=True),
        answered=Count("parts", filter=Q(parts__answered_at__isnull=False), distinct=True),
    )
    return {r.pk: Rhythm(r.held, r.last, r.answered, r.members_count) for r in rows}
