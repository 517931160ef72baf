"""What may be done with a round before it is published: solve, pin, keep apart, swap."""

from __future__ import annotations

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _
from django_tasks import task

from peerloom.accounts.models import Person
from peerloom.accounts.rules import allow
from peerloom.core import jobs
from peerloom.core.audit import record
from peerloom.core.holding import held
from peerloom.core.models import Job
from peerloom.matching import Result, match
from peerloom.participants.models import Participant
from peerloom.programs.actions import hold_program
from peerloom.programs.models import Program
from peerloom.rounds.actions.holding import hold_round
from peerloom.rounds.actions.refusing import as_a_job_says_it
from peerloom.rounds.errors import BeingPublished, NobodyToMatch, RoundNotReady
from peerloom.rounds.models import MatchingRound, PairRule, Proposal, UnplacedPerson
from peerloom.rounds.snapshot import locks_and_bans, looking, policy_of, pool_of

State = MatchingRound.State


@transaction.atomic
def start_round(program: Program, *, by: Person) -> MatchingRound:
    """A new round, solved in the background; an unpublished one is set aside for it.

    Raises
    ------
    NobodyToMatch, PolicyRefused, RoundNotReady
        Before anything is changed; the last while a round is being published.
    """
    allow(by, "rounds.start", program)
    # One program starts one round at a time.
    hold_program(program.pk)
    if going := program.rounds.filter(state=State.PUBLISHING).first():
        raise BeingPublished(going.number)
    count = program.participants.filter(state=Participant.State.LOOKING).count()
    if count < 2:
        raise NobodyToMatch(count)
    policy_of(program)
    open_rounds = program.rounds.filter(state__in=(State.SOLVING, State.READY))
    for old in held(open_rounds).select_related("job"):
        if old.job:
            jobs.cancel(old.job)
        old.state = State.DROPPED
        old.save(update_fields=["state"])
    number = (program.rounds.aggregate(last=Max("number"))["last"] or 0) + 1
    matching_round = MatchingRound.objects.create(program=program, number=number)
    record(by, "started", matching_round, organisation_id=program.organisation_id)
    _enqueue(matching_round)
    return matching_round


@transaction.atomic
def solve_again(matching_round: MatchingRound, *, by: Person) -> MatchingRound:
    """Solve the round once more, with the people and rules as they are now.

    The proposals stay as they are until the new ones are there.

    Raises
    ------
    RoundNotReady
        It is published, set aside, or being solved.
    """
    allow(by, "rounds.change", matching_round)
    fresh = hold_round(matching_round)
    job = fresh.job
    if fresh.state not in (State.SOLVING, State.READY) or (job and job.goes_on):
        raise RoundNotReady(_("This round is published, set aside, or being solved already."))
    _enqueue(fresh)
    matching_round.refresh_from_db()
    return matching_round


def _enqueue(matching_round: MatchingRound) -> None:
    matching_round.job = jobs.offer("solve", solve, round_id=matching_round.pk)
    matching_round.save(update_fields=["job"])


@task
def solve(job_id: int, round_id: int) -> None:
    """Solve a round outside any transaction, then keep the outcome in one."""
    job = Job.objects.get(pk=job_id)
    if not jobs.claim(job):
        return
    matching_round = MatchingRound.objects.select_related("program__organisation").get(pk=round_id)

    def work(report: jobs.Reporter) -> str:
        program = matching_round.program
        people = looking(program)
        if len(people) < 2:
            raise jobs.JobRefused(str(NobodyToMatch(len(people))))
        locks, bans = locks_and_bans(matching_round, people)
        with as_a_job_says_it():
            policy = policy_of(program)
            pool = pool_of(program, people)
            result = match(pool, policy, locks=locks, never=bans, progress=report)
        words = _("{placed} of {people} people placed.").format(
            placed=result.quality.placed, people=result.quality.people
        )
        _keep(matching_round, job, result, words)
        return words

    jobs.run(job, work)


@transaction.atomic
def _keep(matching_round: MatchingRound, job: Job, result: Result, words: str) -> None:
    """Replace the round's proposals by the solved ones, unless it went on without this job."""
    fresh = hold_round(matching_round)
    if fresh.job_id != job.pk or fresh.state not in (State.SOLVING, State.READY):
        raise jobs.JobCancelled
    fresh.proposals.all().delete()
    fresh.unplaced.all().delete()
    data = result.as_dict()
    proposals = Proposal.objects.bulk_create(
        Proposal(
            matching_round=fresh,
            score=p.score,
            lowest=min(min(f.satisfaction) for f in p.fits),
            pinned=p.locked,
            fits=kept["fits"],
        )
        for p, kept in zip(result.partnerships, data["partnerships"], strict=True)
    )
    through = Proposal.members.through
    through.objects.bulk_create(
        through(proposal_id=proposal.pk, participant_id=int(member))
        for proposal, p in zip(proposals, result.partnerships, strict=True)
        for member in p.members
    )
    UnplacedPerson.objects.bulk_create(
        UnplacedPerson(
            matching_round=fresh, participant_id=int(u["person"]), reason=u["reason"], details=u
        )
        for u in data["unplaced"]
    )
    fresh.result = data
    fresh.state = State.READY
    fresh.save(update_fields=["result", "state"])
    jobs.finish(job, words)


@transaction.atomic
def rule_pair(
    matching_round: MatchingRound,
    first: int,
    second: int,
    kind: PairRule.Kind | None,
    *,
    by: Person,
) -> None:
    """Pin two participants (numbers), keep them apart, or (None) leave it to the matching.

    Raises
    ------
    RoundNotReady
        The round can no longer change, or they are not two people of it.
    """
    allow(by, "rounds.change", matching_round)
    fresh = hold_round(matching_round)
    if fresh.state != State.READY:
        raise RoundNotReady(_("This round can no longer be changed."))
    pair = (min(first, second), max(first, second))
    if first == second or fresh.program.participants.filter(pk__in=pair).count() != 2:
        raise RoundNotReady(_("These are not two people of this program."))
    fresh.pair_rules.filter(first_id=pair[0], second_id=pair[1]).delete()
    if kind == PairRule.Kind.PIN:
        # A person can be pinned to one other only: the newest word counts.
        pins = fresh.pair_rules.filter(kind=PairRule.Kind.PIN)
        pins.filter(first_id__in=pair).delete()
        pins.filter(second_id__in=pair).delete()
    if kind is not None:
        PairRule.objects.create(
            matching_round=fresh, first_id=pair[0], second_id=pair[1], kind=kind
        )
    record(
        by,
        "ruled a pair",
        fresh,
        organisation_id=fresh.program.organisation_id,
        pair=pair,
        kind=kind or "free",
    )
    fresh.proposals.filter(members=pair[0]).filter(members=pair[1]).update(
        pinned=kind == PairRule.Kind.PIN
    )


@transaction.atomic
def swap(
    matching_round: MatchingRound, pairs: list[tuple[int, int]], *, by: Person
) -> MatchingRound:
    """Pin these new pairs and solve the rest again around them."""
    for first, second in pairs:
        rule_pair(matching_round, first, second, PairRule.Kind.PIN, by=by)
    return solve_again(matching_round, by=by)
