"""Counting: a program's figures at one moment, kept as they are shown."""

from __future__ import annotations

import json
import logging
from collections import defaultdict
from dataclasses import replace
from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django_tasks import task

from peerloom.accounts.models import Organisation, Person
from peerloom.accounts.rules import allow
from peerloom.core import jobs
from peerloom.core.audit import record
from peerloom.core.encryption import Unreadable
from peerloom.core.models import Job
from peerloom.core.words import later
from peerloom.programs.actions import hold_program
from peerloom.programs.models import Program
from peerloom.programs.queries import is_shared, organisations_in
from peerloom.results.definitions import NAMES
from peerloom.results.errors import TooSoon
from peerloom.results.figures import Figure
from peerloom.results.kpis import ASKED, BUILDERS
from peerloom.results.kpis.scales import of_own_pulses
from peerloom.results.models import Counting, Edition, Release
from peerloom.results.queries.editions import read_by
from peerloom.results.queries.pictures import figure_plot
from peerloom.results.reading import Reading
from peerloom.results.releasing import Shown, figure_of

logger = logging.getLogger(__name__)
A_DAY, A_MINUTE = timedelta(hours=20), timedelta(minutes=1)


def take_edition(program: Program, *, report: jobs.Reporter | None = None) -> Edition:
    """Count all figures of a program; of a shared one for each organisation, of its own people.

    What is counted is read and drawn outside any transaction, as it takes seconds for many people,
    and kept in a short one; where another count came first meanwhile, that one stands.
    """
    scopes: list[Organisation | None] = [None]
    if is_shared(program):
        # What crosses is agreed by each organisation, and figures are not: each reads of its own.
        scopes = list(organisations_in(program))
    first, *_others = [_count(program, each, report) for each in scopes]
    return first


@transaction.atomic
def start_counting(program: Program, *, by: Person) -> Counting:
    """Count now, in the background.

    Raises
    ------
    TooSoon
        They were counted less than a minute ago, or are being counted.
    """
    allow(by, "results.count", program)
    hold_program(program.pk)
    last = program.editions.first()
    if last and timezone.now() - last.taken_at < A_MINUTE:
        raise TooSoon(_("These figures were counted less than a minute ago; they stand."))
    under_way = Counting.objects.filter(program=program).select_related("job").first()
    if under_way and under_way.job and under_way.job.goes_on:
        raise TooSoon(_("They are being counted already."))
    job = jobs.offer("results", count, program_id=program.pk)
    counting, _made = Counting.objects.update_or_create(program=program, defaults={"job": job})
    record(by, "counted results", program, organisation_id=program.organisation_id)
    return counting


@task
def count(job_id: int, program_id: int) -> None:
    """Count a program's figures, telling how far it is."""
    job = Job.objects.get(pk=job_id)
    if not jobs.claim(job):
        return
    program = Program.objects.select_related("organisation").get(pk=program_id)

    def work(report: jobs.Reporter) -> str:
        try:
            take_edition(program, report=report)
        except Unreadable as error:
            raise jobs.JobRefused(str(error)) from None
        return _("Counted.")

    jobs.run(job, work)


def _count(
    program: Program, organisation: Organisation | None, report: jobs.Reporter | None
) -> Edition:
    seen = _seen(program, organisation)
    reading = Reading(program, organisation)
    shown = Shown(_released(program, organisation))
    last = program.editions.filter(read_by(program, organisation)).first()
    before = {f["key"]: Figure.from_dict(f) for f in last.figures} if last else {}
    figures = _figures(reading, shown, before, report)
    said = json.loads(json.dumps([f.as_dict() for f in figures]))
    drawn = last.drawn if last and last.figures == said else _drawn(figures)
    now = timezone.now()
    with transaction.atomic():
        # One at a time: two that show at once would not know what the other shows.
        hold_program(program.pk)
        if _seen(program, organisation) != seen:
            newest = program.editions.filter(read_by(program, organisation)).first()
            if newest:
                return newest
        # Whatever was taken as shown is kept, also where the figures read the same.
        _keep(program, organisation, shown)
        if last and last.figures == said:
            last.taken_at = now
            last.save(update_fields=["taken_at"])
            return last
        # Only the newest is read: plots of the others would be kept for nothing.
        program.editions.filter(read_by(program, organisation)).update(drawn={})
        return Edition.objects.create(
            program=program, organisation=organisation, taken_at=now, figures=said, drawn=drawn
        )


def _figures(
    reading: Reading, shown: Shown, before: dict[str, Figure], report: jobs.Reporter | None
) -> list[Figure]:
    """Every KPI of the library's that the program has, what every program is told, and its own."""
    program, today = reading.program, reading.today
    kpis = {k.key: k for k in program.kpis.all() if k.key in BUILDERS}
    named = {**NAMES, **{k: kpi.name for k, kpi in kpis.items()}}
    asked = {scale for pulse in program.pulses.all() for scale in pulse.scales}
    told = [key for key, scale in ASKED.items() if scale in asked]
    keys = list(dict.fromkeys([*kpis, "engagement", *told]))
    figures = []
    for place, key in enumerate(keys):
        if report and report("counting", place, len(keys)):
            raise jobs.JobCancelled
        figure = figure_of(BUILDERS[key](reading), shown, named, before.get(key), today)
        kpi = kpis.get(key)
        figures.append(
            replace(
                figure,
                name=named.get(key, figure.name),
                target=kpi.target if kpi else None,
                baseline=kpi.baseline if kpi else None,
            )
        )
    for text, source in of_own_pulses(reading):
        name = {source.key: text}
        figures.append(figure_of(source, shown, name, before.get(source.key), today))
    for own in program.kpis.filter(key=""):
        words = later("Counted outside Peerloom: nothing here answers to it.")
        figures.append(
            Figure(f"own-{own.pk}", own.name, own.unit, target=own.target, baseline=own.baseline,
                   missing=words)
        )  # fmt: skip
    return figures


def _drawn(figures: list[Figure]) -> dict[str, dict[str, str]]:
    """Plots with their tables in every language, drawn once for all who read them."""
    drawn = {}
    for language, _name in settings.LANGUAGES:
        with translation.override(language):
            drawn[language] = {f.key: html for f in figures if (html := figure_plot(f))}
    return drawn


def _seen(program: Program, organisation: Organisation | None) -> tuple[object, int]:
    """What had been shown when a count began."""
    last = program.editions.filter(read_by(program, organisation)).first()
    return last and (last.pk, last.taken_at), Release.objects.filter(program=program).count()


def _released(
    program: Program, organisation: Organisation | None
) -> dict[str, list[frozenset[str]]]:
    kept = Release.objects.filter(read_by(program, organisation), program=program)
    earlier: dict[str, list[frozenset[str]]] = defaultdict(list)
    for question, answers in kept.values_list("question", "answers"):
        earlier[question].append(frozenset(answers))
    return earlier


def _keep(program: Program, organisation: Organisation | None, shown: Shown) -> None:
    Release.objects.bulk_create(
        (
            Release(
                program=program,
                organisation=organisation,
                question=question,
                answers=sorted(answers),
            )
            for question, answers in dict.fromkeys(shown.fresh)
        ),
        batch_size=50,
    )


def take_editions() -> int:
    """Count every program that runs, or ended lately, once a day; how many."""
    now = timezone.now()
    states = (Program.State.RUNNING, Program.State.CLOSED)
    lately = timezone.localdate(now) - timedelta(days=400)
    programs = Program.objects.filter(state__in=states, ends_on__gte=lately)
    fresh = Edition.objects.filter(taken_at__gt=now - A_DAY)
    done = 0
    for program in programs.exclude(editions__in=fresh).order_by("pk"):
        try:
            take_edition(program)
            done += 1
        except Unreadable:
            logger.error("results of program %s: answers are sealed with a missing key", program.pk)
    return done
