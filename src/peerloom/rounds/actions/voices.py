"""A voice before the solve: short lists to rank or refuse, shown evenly, refusals seen by nobody."""

from __future__ import annotations

from collections.abc import Mapping

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
from peerloom.core.numbers import whole
from peerloom.core.words import counted
from peerloom.matching import Cancelled, MatchingError, short_lists
from peerloom.participants.actions import write_letters
from peerloom.participants.models import Participant
from peerloom.programs.actions import hold_program, set_policy
from peerloom.programs.library import WISHED
from peerloom.programs.models import Program
from peerloom.rounds.errors import NobodyToMatch, PolicyRefused, RoundsError, TooManyToAsk
from peerloom.rounds.models import ShortListCall, ShortListed
from peerloom.rounds.queries.voices import Exposure
from peerloom.rounds.snapshot import bans_of, looking, policy_of, pool_of

ON_A_LIST = 5
AT_MOST = 50_000  # people; lists of more would take many minutes and help nobody


@transaction.atomic
def ask_for_voices(program: Program, *, named: bool, by: Person) -> Job:
    """Make short lists for all who look for a peer, in the background, and write to them.

    Raises
    ------
    NobodyToMatch, PolicyRefused, TooManyToAsk
        Before anything is changed.
    """
    allow(by, "rounds.start", program)
    hold_program(program.pk)
    call = ShortListCall.objects.select_related("job").filter(program=program).first()
    if call and call.job and call.job.goes_on:
        return call.job
    _people(program)
    policy_of(program)
    job = jobs.offer("short lists", run_short_lists, program_id=program.pk, named=named, by=by.pk)
    ShortListCall.objects.update_or_create(program=program, defaults={"job": job})
    return job


@task
def run_short_lists(job_id: int, program_id: int, named: bool, by: int) -> None:
    """Make the lists outside any transaction, then keep them in one."""
    job = Job.objects.get(pk=job_id)
    if not jobs.claim(job):
        return
    program = Program.objects.select_related("organisation").get(pk=program_id)
    actor = Person.objects.get(pk=by)

    def work(report: jobs.Reporter) -> str:
        try:
            made = make_short_lists(program, named=named, by=actor, progress=report)
        except Cancelled:
            raise jobs.JobCancelled from None
        except RoundsError as error:
            raise jobs.JobRefused(str(error)) from None
        return _on_their_way(made.people)

    jobs.run(job, work)


def make_short_lists(
    program: Program, *, named: bool, by: Person, progress: jobs.Reporter | None = None
) -> Exposure:
    """Short lists for all who look for a peer, and the letters about them.

    The policy gets 'their own list' as a wish, to be weighed like others.

    Raises
    ------
    NobodyToMatch, PolicyRefused, TooManyToAsk, Cancelled
        Before anything is changed.
    """
    allow(by, "rounds.start", program)
    people = _people(program)
    try:
        made = short_lists(
            pool_of(program, people),
            policy_of(program),
            ON_A_LIST,
            never=bans_of(program, people),
            progress=progress,
        )
    except MatchingError as error:
        raise PolicyRefused(error.problems) from None
    with transaction.atomic():
        # Its policy as it is now, whatever it was when the lists were begun.
        policy = hold_program(program.pk).policy
        ShortListed.objects.filter(viewer__program=program).delete()
        ShortListed.objects.bulk_create(
            [
                ShortListed(viewer_id=int(viewer), shown_id=int(other), place=place, named=named)
                for viewer, others in made.lists.items()
                for place, other in enumerate(others, 1)
            ],
            batch_size=2000,
        )
        if all(c["kind"] != "rank" for c in policy["criterion"]):
            wish = {
                "kind": "rank",
                "field": WISHED,
                "name": _("their own list"),
                "weight": "matters",
            }
            criteria = [*policy["criterion"], wish]
            set_policy(program, {**policy, "criterion": criteria}, by=by)
        record(by, "asked for voices", program, organisation_id=program.organisation_id)
        write_letters(
            people, "message_voice", "voice", page="/places/{place}/people/", since=timezone.now()
        )
        if progress:
            jobs.finish(progress.job, _on_their_way(len(people)))
    return Exposure(len(people), 0, made.gini)


def _on_their_way(people: int) -> str:
    return ngettext(
        "{number} short list is on its way.", "{number} short lists are on their way.", people
    ).format(number=counted(people))


def _people(program: Program) -> list[Participant]:
    people = looking(program, named=True)
    if len(people) < 2:
        raise NobodyToMatch(len(people))
    if len(people) > AT_MOST:
        raise TooManyToAsk(AT_MOST)
    return people


@transaction.atomic
def say(participant: Participant, said: Mapping[int, str], *, by: Person) -> None:
    """Keep what a participant says of people on their list.

    Parameters
    ----------
    said
        By participant's number: a rank from 1, 'no' to refuse, '' for neither. People who are not
        on the list are passed over.
    """
    allow(by, "participants.answer", participant)
    entries = list(held(ShortListed.objects).filter(viewer=participant))
    for entry in entries:
        word = said.get(entry.shown_id, "")
        entry.refused = word == "no"
        rank = whole(word, 0)
        entry.rank = rank if 1 <= rank <= ON_A_LIST else None
    ShortListed.objects.bulk_update(entries, ["refused", "rank"])
