"""Counting: a program's figures at one moment, kept as they are shown."""

from __future__ import annotations

import hashlib
import json
import logging
from collections import defaultdict
from dataclasses import replace
from datetime import timedelta

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from peerloom.accounts.models import Organisation, Person
from peerloom.accounts.rules import allow
from peerloom.core.audit import record
from peerloom.core.encryption import Unreadable
from peerloom.programs.models import Program
from peerloom.programs.queries import is_shared, organisations_in
from peerloom.results.definitions import NAMES
from peerloom.results.errors import TooSoon
from peerloom.results.figures import Figure
from peerloom.results.kpis import BESIDES, BUILDERS
from peerloom.results.kpis.answers import own_statements
from peerloom.results.models import Edition, Release
from peerloom.results.reading import Reading
from peerloom.results.releasing import Shown, figure_of

logger = logging.getLogger(__name__)
A_DAY, A_MINUTE = timedelta(hours=20), timedelta(minutes=1)


@transaction.atomic
def take_edition(program: Program, *, by: Person | None = None) -> Edition:
    """Count all figures of a program; of a shared one for each organisation, of its own people.

    Raises
    ------
    TooSoon
        They were counted less than a minute ago.
    """
    # One at a time: two that count at once would not know what the other shows.
    program = (
        Program.objects.select_for_update(of=("self",))
        .select_related("organisation")
        .get(pk=program.pk)
    )
    if by is not None:
        allow(by, "results.count", program)
        last = program.editions.first()
        if last and timezone.now() - last.taken_at < A_MINUTE:
            raise TooSoon
        record(by, "counted results", program, organisation_id=program.organisation_id)
    if not is_shared(program):
        return _count(program, None)
    # What crosses is agreed by each organisation, and figures are not: each reads of its own.
    first, *_others = [_count(program, each) for each in organisations_in(program)]
    return first


def _count(program: Program, organisation: Organisation | None) -> Edition:
    now = timezone.now()
    today = timezone.localdate(now)
    reading = Reading(program, organisation)
    earlier: dict[str, list[frozenset[str]]] = defaultdict(list)
    kept = Release.objects.filter(program=program)
    if organisation and organisation != program.organisation:
        kept = kept.filter(organisation=organisation)
    else:
        # Also from before the program was shared.
        kept = kept.filter(Q(organisation=organisation) | Q(organisation=None))
    for question, answers in kept.values_list("question", "answers"):
        earlier[question].append(frozenset(answers))
    shown = Shown(earlier)
    last = program.editions.filter(organisation=organisation).first()
    before = {f["key"]: Figure.from_dict(f) for f in last.figures} if last else {}
    figures = []
    kpis = {k.key: k for k in program.kpis.all() if k.key in BUILDERS}
    named = {**NAMES, **{k: kpi.name for k, kpi in kpis.items()}}
    for key in dict.fromkeys([*kpis, *BESIDES]):
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
    for text, source in own_statements(reading):
        name = {source.key: text}
        figures.append(figure_of(source, shown, name, before.get(source.key), today))
    for own in program.kpis.filter(key=""):
        words = "Counted outside Peerloom: nothing here answers to it."
        figures.append(
            Figure(f"own-{own.pk}", own.name, own.unit, target=own.target, baseline=own.baseline,
                   missing=words)
        )  # fmt: skip
    Release.objects.bulk_create(
        (
            Release(
                program=program,
                organisation=organisation,
                question=question,
                answers=sorted(answers),
                fingerprint=hashlib.sha256(" ".join(sorted(answers)).encode()).hexdigest(),
            )
            for question, answers in dict.fromkeys(shown.fresh)
        ),
        batch_size=50,
    )
    said = json.loads(json.dumps([f.as_dict() for f in figures]))
    if last and last.figures == said:
        last.taken_at = now
        last.save(update_fields=["taken_at"])
        return last
    return Edition.objects.create(
        program=program, organisation=organisation, taken_at=now, figures=said
    )


def take_editions() -> int:
    """Count every program that runs, or ended lately, once a day; how many."""
    now = timezone.now()
    states = (Program.State.RUNNING, Program.State.CLOSED)
    lately = timezone.localdate(now) - timedelta(days=400)
    programs = Program.objects.filter(state__in=states, ends_on__gte=lately)
    fresh = Edition.objects.filter(
        taken_at__gt=now - A_DAY,
    )
    count = 0
    for program in programs.exclude(editions__in=fresh).order_by("pk"):
        try:
            take_edition(program)
            count += 1
        except Unreadable:
            logger.error("results of program %s: answers are sealed with a missing key", program.pk)
    return count
