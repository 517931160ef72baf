"""Taking people's answers out of what rounds keep."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db.models import Q, QuerySet
from django.utils import timezone

from peerloom.accounts.models import Person
from peerloom.core import jobs
from peerloom.core.holding import held
from peerloom.matching import Pool
from peerloom.participants.models import Participant
from peerloom.programs.models import Program
from peerloom.rounds.models import MatchingRound, PairRule, ShortListed, UnplacedPerson

State = MatchingRound.State


def set_aside(matching_round: MatchingRound) -> None:
    """A round that is not published yet is dropped, its job cancelled; not saved."""
    if matching_round.state in (State.SOLVING, State.READY):
        if matching_round.job:
            jobs.cancel(matching_round.job)
        matching_round.state = State.DROPPED


def forget_words_about(people: QuerySet[Participant] | Iterable[Participant]) -> None:
    """What managers and others said of them for the matching, and why they had no partner."""
    PairRule.objects.filter(Q(first__in=people) | Q(second__in=people)).delete()
    ShortListed.objects.filter(Q(viewer__in=people) | Q(shown__in=people)).delete()
    UnplacedPerson.objects.filter(participant__in=people).delete()


def take_out(person: Person) -> None:
    """Blank one person's answers in every round; called within a transaction.

    The round keeps its figures and everybody else's answers, but can no longer be solved again to the
    same result: it says so (`MatchingRound.erased`).
    """
    places = Participant.objects.filter(person=person)
    forget_words_about(places)
    for program in Program.objects.filter(participants__in=places):
        mine = {str(p.pk) for p in places if p.program_id == program.pk}
        for one in held(program.rounds).select_related("job"):
            pool = (one.result or {}).get("pool")
            if not pool or not mine & set(pool["ids"]):
                continue
            set_aside(one)
            one.result = _without(one.result, mine)
            one.erased += 1
            one.save(update_fields=["state", "result", "erased"])


def _without(result: Any, mine: set[str]) -> dict[str, Any]:
    ids = result["pool"]["ids"]
    at = {k for k, i in enumerate(ids) if i in mine}
    columns = {
        name: ["" if k in at else cell for k, cell in enumerate(cells)]
        for name, cells in result["pool"]["columns"].items()
    }
    pool = Pool(tuple(ids), {n: tuple(cells) for n, cells in columns.items()})
    return {**result, "pool": {"ids": ids, "columns": columns}, "pool_digest": pool.digest()}


def forget_pools(programs: QuerySet[Program]) -> int:
    """Take all answers out of programs' rounds; of how many rounds."""
    count = 0
    solved = MatchingRound.objects.filter(program__in=programs, result__isnull=False)
    for one in solved.filter(parted_at=None):
        one.result = {k: v for k, v in (one.result or {}).items() if k != "pool"}
        one.parted_at = timezone.now()
        one.save(update_fields=["result", "parted_at"])
        count += 1
    return count
