"""New partners for those who wait: looked for in the background, taken by the manager or each week."""

from __future__ import annotations

from datetime import timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django_tasks import task

from peerloom.accounts.models import Person
from peerloom.accounts.rules import allow
from peerloom.care.actions.parting import end_kindly
from peerloom.care.errors import RepairRefused
from peerloom.care.models import Repairing
from peerloom.core import jobs
from peerloom.core.audit import record
from peerloom.core.holding import held
from peerloom.core.models import Job
from peerloom.participants.models import Participant
from peerloom.partnerships.models import Partnership, PartnershipMember
from peerloom.programs.actions import hold_program
from peerloom.programs.models import Program
from peerloom.programs.queries import safeguards_of
from peerloom.rounds.actions import find_repairs, pair_up

State = Repairing.State
A_WEEK = timedelta(days=7)


@transaction.atomic
def start_repairing(
    program: Program, *, others: bool, by: Person | None, weekly: bool = False
) -> Repairing:
    """Look for partners for those who wait; an earlier look that was not taken is set aside.

    Parameters
    ----------
    others
        Whether other partnerships may be touched.
    by
        None: each week, by itself.

    Raises
    ------
    RepairRefused
        Nobody waits, or a look is under way.
    """
    if by is not None:
        allow(by, "care.repair", program)
    hold_program(program.pk)
    if not program.participants.filter(state=Participant.State.LOOKING).exists():
        raise RepairRefused(_("Nobody waits for a peer at the moment."))
    for old in program.repairings.filter(state__in=(State.SOLVING, State.READY)).select_related(
        "job"
    ):
        if old.state == State.SOLVING and old.job and old.job.goes_on:
            raise RepairRefused(_("Partners are being looked for already."))
        old.state = State.DROPPED
        old.save(update_fields=["state"])
    repairing = Repairing.objects.create(program=program, others=others, weekly=weekly)
    repairing.job = jobs.offer("repair", find, repairing_id=repairing.pk)
    repairing.save(update_fields=["job"])
    record(by, "looked for partners", program, organisation_id=program.organisation_id)
    return repairing


@task
def find(job_id: int, repairing_id: int) -> None:
    """Find ways outside any transaction, keep them in one; a weekly one is taken at once."""
    job = Job.objects.get(pk=job_id)
    if not jobs.claim(job):
        return
    repairing = Repairing.objects.select_related("program__organisation").get(pk=repairing_id)

    def work(report: jobs.Reporter) -> str:
        found = find_repairs(repairing.program, others=repairing.others, progress=report)
        words = (
            _("{placed} people placed.").format(placed=found[0].placed)
            if found
            else _("Nobody could be placed.")
        )
        with transaction.atomic():
            hold_program(repairing.program_id)
            fresh = held(Repairing.objects).get(pk=repairing.pk)
            if fresh.state != State.SOLVING:
                raise jobs.JobCancelled
            fresh.ways = [way.as_dict() for way in found]
            fresh.state = State.READY
            fresh.save(update_fields=["ways", "state"])
            if repairing.weekly and found and not found[0].touched:
                try:
                    take_way(repairing, 0, by=None)
                except RepairRefused as refused:
                    # People in it went on meanwhile; the ways stay to be looked at.
                    words = str(refused)
            jobs.finish(job, words)
        return words

    jobs.run(job, work)


@transaction.atomic
def take_way(repairing: Repairing, number: int, *, by: Person | None) -> int:
    """Open what a way opens, end what it ends; twice is once. How many people have a peer by it.

    Raises
    ------
    RepairRefused
        It was set aside, or people in it left or found a peer meanwhile.
    """
    if by is not None:
        allow(by, "care.repair", repairing.program)
    hold_program(repairing.program_id)
    rows = held(Repairing.objects)
    fresh = rows.select_related("program__organisation").get(pk=repairing.pk)
    if fresh.state == State.TAKEN:
        return int(fresh.ways[fresh.taken or 0]["placed"])
    if fresh.state != State.READY or not 0 <= number < len(fresh.ways):
        raise RepairRefused(_("This was set aside, or is being looked for. Nothing was changed."))
    way, program = fresh.ways[number], fresh.program
    touched = {*way["ends"], *(partnership for partnership, _ in way["grows"])}
    joining = {n for members in way["opens"] for n in members} | {n for _, n in way["grows"]}
    people = held(Participant.objects).select_related("person", "organisation")
    parts = PartnershipMember.objects.filter(partnership__in=touched)
    within = set(parts.values_list("participant", flat=True))
    found = {
        p.pk: p for p in people.filter(pk__in=joining | within, program=program).order_by("pk")
    }
    standing = {
        p.pk: p
        for p in held(Partnership.objects)
        .filter(pk__in=touched, state=Partnership.State.OPEN)
        .select_related("program__organisation")
    }
    if set(standing) != touched:
        raise RepairRefused(_("A partnership in it has ended meanwhile. Look again."))
    groups = [list(members) for members in way["opens"]]
    for partnership, joins in way["grows"]:
        members = standing[partnership].parts.values_list("participant_id", flat=True)
        groups.append([*members, joins])
    numbers = {n for group in groups for n in group}
    waiting = [found[n] for n in numbers - within if n in found]
    if numbers - set(found) or any(p.state != Participant.State.LOOKING for p in waiting):
        raise RepairRefused(_("Somebody in it has left or found a peer meanwhile. Look again."))
    grown = {partnership for partnership, _ in way["grows"]}
    for partnership in standing.values():
        everybody = {p.participant_id for p in partnership.parts.all()}
        end_kindly(partnership, everybody, told=partnership.pk not in grown)
    pair_up(program, [[found[n] for n in sorted(group)] for group in groups])
    fresh.state, fresh.taken, fresh.taken_at = State.TAKEN, number, timezone.now()
    fresh.save(update_fields=["state", "taken", "taken_at"])
    record(
        by, "re-paired", program, organisation_id=program.organisation_id,
        opened=len(groups), touched=len(touched),
    )  # fmt: skip
    return int(way["placed"])


@transaction.atomic
def drop_repairing(repairing: Repairing, *, by: Person) -> None:
    """Set it aside; what is being looked for stops."""
    allow(by, "care.repair", repairing.program)
    if repairing.job and repairing.job.is_open:
        jobs.cancel(repairing.job)
    open_ones = Repairing.objects.filter(pk=repairing.pk).exclude(state=State.TAKEN)
    open_ones.update(state=State.DROPPED)


def repair_weekly() -> int:
    """Where a program's safeguards say so: once a week, touching nobody else; how many began."""
    count = 0
    running = Program.objects.filter(state=Program.State.RUNNING, safeguards__repairs=True)
    for program in running.select_related("organisation"):
        if not safeguards_of(program).repairs or not _is_due(program):
            continue
        try:
            start_repairing(program, others=False, by=None, weekly=True)
        except RepairRefused:
            continue
        count += 1
    return count


def _is_due(program: Program) -> bool:
    """A week since the last by itself, and nobody's ready ways are about to be set aside."""
    latest = program.repairings.filter(made_at__gt=timezone.now() - A_WEEK)
    if latest.filter(weekly=True).exists() or latest.filter(state=State.READY).exists():
        return False
    waiting = program.participants.filter(state=Participant.State.LOOKING)
    # Recruiting fills a first round; here it is about those who were left without a peer.
    return waiting.count() > 1
