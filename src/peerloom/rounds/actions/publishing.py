"""Publishing a round: partnerships open and partners are introduced, each once."""

from __future__ import annotations

import time
from collections.abc import Sequence

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django_tasks import task

from peerloom.accounts.models import Person
from peerloom.accounts.rules import allow
from peerloom.core import jobs
from peerloom.core.audit import record
from peerloom.core.holding import held
from peerloom.core.models import Job
from peerloom.core.words import counted
from peerloom.messaging.actions import Letter, post
from peerloom.participants.actions import count_waiting, mark_matched
from peerloom.participants.models import Participant
from peerloom.participants.queries import face_of
from peerloom.partnerships.actions import open_partnerships
from peerloom.programs.actions import hold_program, start_running
from peerloom.programs.letters import ProgramWords
from peerloom.programs.queries import looked_after
from peerloom.rounds.actions.holding import hold_round
from peerloom.rounds.errors import PeopleLeft, RoundNotReady
from peerloom.rounds.introductions import introductions
from peerloom.rounds.models import PARTNER_LEFT, MatchingRound, Proposal, UnplacedPerson
from peerloom.rounds.queries.proposals import members_by

State = MatchingRound.State
LOOKING = Participant.State.LOOKING
AT_ONCE = 500  # partnerships that open while the page waits, in a second or two
PART = 200  # of more, those that open in one transaction: others write in between
BREATH = 0.15  # seconds between two of them; who waits for SQLite looks ten times a second


@transaction.atomic
def publish_round(matching_round: MatchingRound, *, by: Person) -> MatchingRound:
    """Open a partnership for each proposal and introduce the partners.

    Up to `AT_ONCE` of them at once; more as a job, in parts that are each kept or not. A job that
    stopped before its end is offered again. Publishing twice, or from two browsers at once, does it
    once.

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
    fresh = hold_round(matching_round)
    if fresh.state == State.PUBLISHING:
        if not (fresh.publication and fresh.publication.goes_on):
            _offer(fresh)
    elif fresh.state != State.PUBLISHED:
        if fresh.state != State.READY or (fresh.job and fresh.job.goes_on):
            raise RoundNotReady(
                _("This round is not ready: it is being solved, or was set aside for a newer one.")
            )
        _ensure_still_looking(fresh, looked_after(fresh.program, by))
        start_running(fresh.program)
        fresh.state, fresh.published_by = State.PUBLISHING, by
        fresh.save(update_fields=["state", "published_by"])
        if fresh.proposals.count() > AT_ONCE:
            _offer(fresh)
        else:
            while _open_some(fresh):
                pass
            _close(fresh)
    matching_round.refresh_from_db()
    return matching_round


def _offer(matching_round: MatchingRound) -> None:
    matching_round.publication = jobs.offer("publish", publish, round_id=matching_round.pk)
    matching_round.save(update_fields=["publication"])


@task
def publish(job_id: int, round_id: int) -> None:
    """Open a round's partnerships some at a time; those that are open stay so, and are not repeated."""
    job = Job.objects.get(pk=job_id)
    if not jobs.claim(job):
        return
    matching_round = MatchingRound.objects.defer("result").get(pk=round_id)
    total = matching_round.proposals.count()

    def work(report: jobs.Reporter) -> str:
        left = matching_round.proposals.filter(partnership=None).count()
        while done := _open_more(matching_round):
            left -= done
            report("publishing", total - left, total)
            time.sleep(BREATH)
        return _finish(matching_round, job)

    jobs.run(job, work)


@transaction.atomic
def _open_more(matching_round: MatchingRound) -> int:
    """Go on with some proposals; how many those were, 0 when there are no more."""
    hold_program(matching_round.program_id)
    fresh = hold_round(matching_round)
    if fresh.state != State.PUBLISHING:
        return 0
    return _open_some(fresh)


@transaction.atomic
def _finish(matching_round: MatchingRound, job: Job) -> str:
    hold_program(matching_round.program_id)
    fresh = hold_round(matching_round)
    if fresh.state == State.PUBLISHING:
        _close(fresh)
    opened = fresh.proposals.exclude(partnership=None).count()
    words = ngettext(
        "{count} partnership is open.", "{count} partnerships are open.", opened
    ).format(count=counted(opened))
    if alone := fresh.unplaced.filter(reason=PARTNER_LEFT).count():
        words += " " + ngettext(
            "{count} person waits on, whose peer had left or found another before their turn.",
            "{count} people wait on, whose peers had left or found others before their turn.",
            alone,
        ).format(count=counted(alone))
    jobs.finish(job, words)
    return words


def _open_some(matching_round: MatchingRound) -> int:
    """Open the next partnerships and write to their members, within a transaction; how many.

    Where somebody no longer looks it does not come about, and whoever still does is not placed.
    """
    program = matching_round.program
    todo = matching_round.proposals.filter(partnership=None).order_by("pk")
    numbers = list(todo.values_list("pk", flat=True)[:PART])
    _hold_people(numbers)
    # Read once they are held.
    proposals = list(todo.filter(pk__in=numbers).prefetch_related(members_by()))
    whole = [p for p in proposals if _all_look(p)]
    broken = [p for p in proposals if not _all_look(p)]
    groups = [sorted(p.members.all(), key=lambda m: m.pk) for p in whole]
    for member in (m for members in groups for m in members):
        member.program = program
    letters, own = [], ProgramWords(program)
    for proposal, opened in zip(whole, open_partnerships(groups), strict=True):
        proposal.partnership = opened.partnership
        letters += introductions(opened, own)
    Proposal.objects.bulk_update(whole, ["partnership"])
    mark_matched([m.pk for members in groups for m in members])
    # The outbox row commits with the partnership; mail goes after the commit.
    post(letters, organisation_id=program.organisation_id)
    _not_placed(matching_round, broken)
    return len(numbers)


def _hold_people(proposals: Sequence[int]) -> None:
    """Nobody in these proposals leaves or finds a partner elsewhere until the transaction ends."""
    within = Proposal.members.through.objects.filter(proposal__in=proposals)
    people = Participant.objects.filter(pk__in=within.values("participant"))
    list(held(people).order_by("pk").values_list("pk", flat=True))


def _all_look(proposal: Proposal) -> bool:
    return all(m.state == LOOKING for m in proposal.members.all())


def _not_placed(matching_round: MatchingRound, proposals: Sequence[Proposal]) -> None:
    alone = [m for p in proposals for m in p.members.all() if m.state == LOOKING]
    UnplacedPerson.objects.bulk_create(
        UnplacedPerson(
            matching_round=matching_round,
            participant=m,
            reason=PARTNER_LEFT,
            details={"relaxation": None},
        )
        for m in alone
    )
    Proposal.objects.filter(pk__in=[p.pk for p in proposals]).delete()


def _close(matching_round: MatchingRound) -> None:
    """All are open: those without a peer have waited a round, and the round is published."""
    count_waiting(list(matching_round.unplaced.values_list("participant_id", flat=True)))
    matching_round.state, matching_round.published_at = State.PUBLISHED, timezone.now()
    matching_round.save(update_fields=["state", "published_at"])
    record(
        matching_round.published_by,
        "published",
        matching_round,
        organisation_id=matching_round.program.organisation_id,
        partnerships=matching_round.proposals.count(),
    )


def _ensure_still_looking(matching_round: MatchingRound, own: list[int]) -> None:
    within = Proposal.members.through.objects.filter(proposal__matching_round=matching_round)
    people = Participant.objects.filter(pk__in=within.values("participant"))
    changed = people.exclude(state=LOOKING).select_related("person", "organisation").order_by("pk")
    if changed:
        raise PeopleLeft([face_of(m, own).name for m in changed])


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
