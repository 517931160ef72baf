"""How a program begins, what it is for, and how that will be known."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.crypto import get_random_string
from django.utils.text import slugify

from peerloom.accounts.models import Organisation, Person
from peerloom.accounts.rules import allow
from peerloom.core.audit import record
from peerloom.programs.actions.questions import ask
from peerloom.programs.consequences import Part, consequences
from peerloom.programs.designs import Design, blank_design, design_of, fill, library_kpi
from peerloom.programs.library import criteria_for, key_of
from peerloom.programs.models import Kpi, OwnTemplate, Program, Pulse
from peerloom.programs.scales import SCALES


@transaction.atomic
def create_program(
    organisation: Organisation,
    *,
    name: str,
    purpose: str,
    objectives: list[str],
    by: Person,
    language: str = "en",
) -> Program:
    """A draft with a purpose; it asks the usual questions and has the policy they allow."""
    design = blank_design(name, purpose, objectives, language)
    return start_from(organisation, design, by=by)


@transaction.atomic
def start_from(
    organisation: Organisation, design: Design, *, by: Person, name: str = ""
) -> Program:
    """A draft made from a design: of a template, or of a program that was (see `designs`)."""
    allow(by, "programs.create", organisation)
    name = name or design["name"]
    # A season to start from: most programs begin two weeks on.
    starts_on = timezone.localdate() + timedelta(days=14)
    program = Program.objects.create(
        organisation=organisation,
        name=name,
        slug=free_slug(name),
        purpose=design["purpose"],
        objectives=design["objectives"],
        language=design["language"],
        examples=design["examples"],
        cadence=design["cadence"],
        meeting_minutes=design["meeting_minutes"],
        trios=design["trios"],
        circle_least=design["size"][0],
        circle_most=design["size"][1],
        policy=design["policy"],
        safeguards=design.get("safeguards", {}),
        starts_on=starts_on,
        ends_on=starts_on + timedelta(weeks=design["weeks"]),
    )
    fill(program, design)
    record(by, "created", program, organisation_id=organisation.pk)
    return program


@transaction.atomic
def save_as_template(program: Program, *, name: str, summary: str, by: Person) -> OwnTemplate:
    """Keep a program's design as one of its organisation's templates; the same name replaces."""
    allow(by, "programs.change", program)
    template, _ = OwnTemplate.objects.update_or_create(
        organisation=program.organisation,
        name=name,
        defaults={"summary": summary, "design": design_of(program)},
    )
    record(by, "saved as template", program, organisation_id=program.organisation_id)
    return template


def free_slug(name: str) -> str:
    """The part of a public address that a program of this name gets."""
    slug = slugify(name)[:60] or "program"
    if Program.objects.filter(slug=slug).exists():
        slug = f"{slug}-{get_random_string(5, 'abcdefghjkmnpqrstuvwxyz23456789')}"
    return slug


@transaction.atomic
def change_purpose(
    program: Program, *, name: str, purpose: str, objectives: list[str], by: Person
) -> Program:
    """Change what the program is for; what follows from it is for `follow_purpose`."""
    allow(by, "programs.change", program)
    program.name, program.purpose, program.objectives = name, purpose, objectives
    program.save(update_fields=["name", "purpose", "objectives"])
    record(by, "changed purpose", program, organisation_id=program.organisation_id)
    return program


@transaction.atomic
def follow_purpose(program: Program, chosen: set[str], *, by: Person) -> Program:
    """Bring in and take out what the purpose suggests, where it was chosen.

    Parameters
    ----------
    chosen
        Names of parts, see `consequences.Part.name`.
    """
    allow(by, "programs.change", program)
    seen = consequences(program)
    coming = [p for p in seen.missing if p.name in chosen]
    going = [p for p in seen.idle if p.name in chosen]

    def keys(parts: list[Part], kind: str) -> set[str]:
        return {p.key for p in parts if p.kind == kind}

    ask(program, keys(coming, "question"))
    program.kpis.filter(key__in=keys(going, "KPI")).delete()
    for key in sorted(keys(coming, "KPI")):
        _track(program, key)
    _change_scales(program, add=keys(coming, "pulse"), drop=keys(going, "pulse"))
    criteria = [c for c in program.policy["criterion"] if key_of(c) not in keys(going, "criterion")]
    asked = set(program.asked.values_list("key", flat=True))
    wanted = keys(coming, "criterion")
    offered = criteria_for(program.objectives, asked, language=program.language)
    criteria += [c for c in offered if key_of(c) in wanted]
    program.policy = {**program.policy, "criterion": criteria}
    # A safeguard is named with what it is set to.
    kept = dict(program.safeguards)
    for part in going:
        if part.kind == "safeguard":
            kept.pop(part.key.partition("-")[0], None)
    kept |= {
        p.key.partition("-")[0]: p.key.partition("-")[2] for p in coming if p.kind == "safeguard"
    }
    program.safeguards = kept
    program.save(update_fields=["policy", "safeguards"])
    record(by, "followed purpose", program, organisation_id=program.organisation_id)
    return program


def _change_scales(program: Program, *, add: set[str], drop: set[str]) -> None:
    """Each scale at all of its moments, so that the first and the last pulse compare."""
    for pulse in program.pulses.exclude(moment__in=(Pulse.When.OWN, Pulse.When.MEETING)):
        asked = {*pulse.scales, *add} - drop
        pulse.scales = [s.key for s in SCALES if s.key in asked and pulse.moment in s.moments]
        pulse.save(update_fields=["scales"])


def _track(program: Program, key: str) -> None:
    place = program.kpis.count()
    Kpi.objects.create(program=program, position=place, **library_kpi(key, program.language))


@dataclass(frozen=True)
class StatedKpi:
    """A KPI as a manager states it; `pk` of the one it was before, if any."""

    name: str
    indicator: str
    unit: str = ""
    baseline: float | None = None
    target: float | None = None
    pk: int | None = None


@transaction.atomic
def set_kpis(program: Program, kpis: Sequence[StatedKpi], *, by: Person) -> Program:
    """Track these; those not named are no longer tracked."""
    allow(by, "programs.change", program)
    program.kpis.exclude(pk__in=[k.pk for k in kpis if k.pk]).delete()
    for position, stated in enumerate(kpis):
        values = {n: v for n, v in vars(stated).items() if n != "pk"} | {"position": position}
        if not (stated.pk and program.kpis.filter(pk=stated.pk).update(**values)):
            Kpi.objects.create(program=program, **values)
    record(by, "set KPIs", program, organisation_id=program.organisation_id)
    return program
