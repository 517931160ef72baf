"""What may be done with a round: solve, pin, keep apart, swap, publish."""

from __future__ import annotations

from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _
from django_tasks import task

from peerloom.accounts.models import Person
from peerloom.accounts.rules import allow
from peerloom.core import jobs
from peerloom.core.audit import record
from peerloom.core.models import Job
from peerloom.core.parts import AT_ONCE
from peerloom.matching import Result, match
from peerloom.messaging.actions import Letter, post
from peerloom.participants.actions import count_waiting, mark_matched
from peerloom.participants.models import Participant
from peerloom.participants.queries import face_of
from peerloom.partnerships.actions import open_partnerships
from peerloom.programs.actions import hold_program, start_running
from peerloom.programs.letters import ProgramWords
from peerloom.programs.models import Program
from peerloom.programs.queries import looked_after
from peerloom.rounds.actions.refusing import as_a_job_says_it
from peerloom.rounds.errors import NobodyToMatch, PeopleLeft, RoundNotReady
from peerloom.rounds.introductions import introductions
from peerloom.rounds.models import MatchingRound, PairRule, Proposal, UnplacedPerson
from peerloom.rounds.queries.proposals import members_by
from peerloom.rounds.snapshot import locks_and_bans, looking, policy_of, pool_of

State = MatchingRound.State


@transaction.atomic
def start_round(program: Program, *, by: Person) -> MatchingRound:
    """A new round, solved in the background; an unpublished one is set aside for it.

    Raises
    ------
    NobodyToMatch, PolicyRefused
        Before anything is changed.
    """
    allow(by, "rounds.start", program)
    # One program starts one round at a time.
    hold_program(program.pk)
    count = program.participants.filter(state=Participant.State.LOOKING).count()
    if count < 2:
        raise NobodyToMatch(count)
    policy_of(program)
    open_rounds = program.rounds.filter(state__in=(State.SOLVING, State.READY))
    for old in open_rounds.select_for_update(of=("self",), no_key=True).select_related("job"):
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
    fresh = _locked(matching_round)
    job = fresh.job
    if fresh.state not in (State.SOLVING, State.READY) or (job and job.is_open and not job.is_lost):
        raise RoundNotReady(_("This round is published, set aside, or being solved already."))
    _enqueue(fresh)
    matching_round.refresh_from_db()
    return matching_round


def _locked(matching_round: MatchingRound) -> MatchingRound:
    rounds = MatchingRound.objects.select_for_update(of=("self",), no_key=True)
    return rounds.select_related("program__organisation", "job").get(pk=matching_round.pk)


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
    fresh = _locked(matching_round)
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
    fresh = _locked(matching_round)
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


@transaction.atomic
def publish_round(matching_round: MatchingRound, *, by: Person) -> MatchingRound:
    """Open a partnership for each proposal and introduce the partners.

    Publishing twice, or from two browsers at once, does it once.

    Raises
    ------
    RoundNotReady
        It has not been solved, was set aside, or is being solved again.
    PeopleLeft
        People in it have left or found a partner since the solve; names them.
    """
    allow(by, "rounds.publish", matching_round)
    # Two managers may press the button at once: the second waits here and finds it done.
    hold_program(matching_round.program_id)
    fresh = _locked(matching_round)
    if fresh.state == State.PUBLISHED:
        return fresh
    if fresh.state != State.READY or (fresh.job and fresh.job.is_open and not fresh.job.is_lost):
        raise RoundNotReady(
            _("This round is not ready: it is being solved, or was set aside for a newer one.")
        )
    _hold_people(fresh)
    listed = fresh.proposals.order_by("pk").prefetch_related(members_by())
    proposals = list(listed.iterator(chunk_size=AT_ONCE))
    _ensure_still_looking(proposals, looked_after(fresh.program, by))
    letters, own = [], ProgramWords(fresh.program)
    groups = [sorted(p.members.all(), key=lambda m: m.pk) for p in proposals]
    for member in (m for members in groups for m in members):
        member.program = fresh.program
    for proposal, opened in zip(proposals, open_partnerships(groups), strict=True):
        proposal.partnership = opened.partnership
        letters += introductions(opened, own)
    Proposal.objects.bulk_update(proposals, ["partnership"], batch_size=500)
    mark_matched([m.pk for members in groups for m in members])
    count_waiting(list(fresh.unplaced.values_list("participant_id", flat=True)))
    start_running(fresh.program)
    fresh.state, fresh.published_at, fresh.published_by = State.PUBLISHED, timezone.now(), by
    fresh.save(update_fields=["state", "published_at", "published_by"])
    organisation = fresh.program.organisation_id
    record(by, "published", fresh, organisation_id=organisation, partnerships=len(proposals))
    # The outbox row commits with the partnership; mail goes after the commit.
    post(letters, organisation_id=organisation)
    matching_round.refresh_from_db()
    return matching_round


def preview_letters(matching_round: MatchingRound, *, by: Person) -> list[Letter]:
    """The introductions of the first proposal as they would go; nothing is kept or sent.

    Of one among a manager's own people: letters to others name people they may not see.
    """
    program = matching_round.program
    others = program.participants.exclude(organisation__in=looked_after(program, by))
    proposals = matching_round.proposals.exclude(members__in=others)
    proposal = proposals.prefetch_related(members_by()).order_by("pk").first()
    if proposal is None:
        return []
    with transaction.atomic():
        members = sorted(proposal.members.all(), key=lambda m: m.pk)
        for member in members:
            member.program = program
        [opened] = open_partnerships([members])
        letters = introductions(opened, ProgramWords(program))
        transaction.set_rollback(True)
    return letters


def _hold_people(matching_round: MatchingRound) -> None:
    """Nobody in it leaves or finds a partner elsewhere until the transaction ends."""
    within = Proposal.members.through.objects.filter(proposal__matching_round=matching_round)
    people = Participant.objects.filter(pk__in=within.values("participant"))
    list(
        people.select_for_update(of=("self",), no_key=True)
        .order_by("pk")
        .values_list("pk", flat=True)
    )


def _ensure_still_looking(proposals: list[Proposal], own: list[int]) -> None:
    changed = [
        face_of(member, own).name
        for proposal in proposals
        for member in proposal.members.all()
        if member.state != Participant.State.LOOKING
    ]
    if changed:
        raise PeopleLeft(changed)
