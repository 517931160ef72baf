"""Sharing a program with other organisations of the server."""

from __future__ import annotations

from collections.abc import Iterable

from django.conf import settings
from django.db import transaction
from django.template.loader import render_to_string
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from peerloom.accounts.actions import found_organisation
from peerloom.accounts.models import Organisation, Person
from peerloom.accounts.rules import allow
from peerloom.core.audit import record
from peerloom.core.holding import held
from peerloom.messaging.actions import Letter, post
from peerloom.programs.actions.purpose import free_slug
from peerloom.programs.designs import Design, design_of, fill
from peerloom.programs.errors import SharingRefused
from peerloom.programs.library import ORGANISATION, columns_of
from peerloom.programs.models import Material, PartnerOrganisation, Program
from peerloom.programs.queries.sharing import FIGURES, fields_of, organisations_in
from peerloom.programs.template_library import words

State = PartnerOrganisation.State
CROSSING = "message_crossing"


@transaction.atomic
def invite_organisation(program: Program, *, email: str, by: Person) -> PartnerOrganisation:
    """Ask somebody to bring their organisation into the program; asking twice writes once.

    From the first invitation on the program's own organisation has a part in it like the others.

    Raises
    ------
    SharingRefused
        The program is closed.
    """
    allow(by, "programs.change", program)
    if program.state == Program.State.CLOSED:
        raise SharingRefused(_("This program is closed, so nobody can be asked to join it."))
    _own_part(program)
    part, fresh = PartnerOrganisation.objects.get_or_create(
        program=program, email=email.strip().lower(), state=State.INVITED
    )
    if fresh:
        said = {
            "program": program,
            "by": by,
            "link": f"{settings.SITE_URL}/manage/shared/{part.pk}/",
        }
        with translation.override(program.language):
            letter = Letter(
                key=f"share-{part.pk}",
                kind="share",
                to=part.email,
                subject=_("{organisation} asks your organisation into {program}").format(
                    organisation=program.organisation.name, program=program.name
                ),
                text=render_to_string("programs/share.txt", said),
                html=render_to_string("programs/share.html", said),
            )
        post([letter], organisation_id=program.organisation_id)
    record(by, "invited organisation", part, organisation_id=program.organisation_id)
    return part


def _own_part(program: Program) -> PartnerOrganisation:
    part, _ = PartnerOrganisation.objects.get_or_create(
        program=program,
        organisation=program.organisation,
        state=State.JOINED,
        defaults={
            "fields": [f.key for f in fields_of(program) if not f.sensitive],
            "figures": list(FIGURES),
            "joined_at": timezone.now(),
            "terms_at": timezone.now(),
        },
    )
    # The letter that asks people whether their answers may cross; a program alone needs none.
    letter = words(program.language)["materials"][CROSSING]
    program.materials.get_or_create(
        key=CROSSING,
        defaults={
            "kind": Material.Kind.MESSAGE,
            "title": letter["title"],
            "body": letter["body"].strip(),
            "position": program.materials.count(),
        },
    )
    return part


@transaction.atomic
def take_back_invitation(part: PartnerOrganisation, *, by: Person) -> None:
    """The organisation is no longer asked."""
    allow(by, "programs.change", part.program)
    _locked_invitation(part).delete()
    record(by, "took back", part.program, organisation_id=part.program.organisation_id)


@transaction.atomic
def decline_invitation(part: PartnerOrganisation, *, by: Person) -> PartnerOrganisation:
    """Not with us."""
    allow(by, "programs.answer_invitation", part)
    fresh = _locked_invitation(part)
    fresh.state = State.DECLINED
    fresh.save(update_fields=["state"])
    record(by, "declined", fresh, organisation_id=fresh.program.organisation_id)
    return fresh


@transaction.atomic
def bring_organisation(
    part: PartnerOrganisation,
    organisation: Organisation | None,
    *,
    by: Person,
    fields: Iterable[str],
    figures: Iterable[str],
    name: str = "",
) -> PartnerOrganisation:
    """Say yes for an organisation, or for a new one of this name.

    Parameters
    ----------
    fields, figures
        What of its people may reach the other organisations; what was not offered is passed over.

    Raises
    ------
    SharingRefused
        The invitation is gone, or the organisation takes part already.
    """
    allow(by, "programs.answer_invitation", part)
    fresh = _locked_invitation(part)
    if organisation is None:
        organisation = found_organisation(name, by)
    else:
        allow(by, "programs.create", organisation)
    if organisation in organisations_in(fresh.program):
        raise SharingRefused(
            _("{organisation} takes part in this program already.").format(
                organisation=organisation
            )
        )
    fresh.organisation, fresh.state = organisation, State.JOINED
    fresh.joined_at = fresh.terms_at = timezone.now()
    fresh.fields, fresh.figures = _offered(fresh.program, fields), _known(figures)
    fresh.save(
        update_fields=["organisation", "state", "joined_at", "terms_at", "fields", "figures"]
    )
    for owner in {organisation.pk, fresh.program.organisation_id}:
        record(by, "joined program", fresh, organisation_id=owner)
    return fresh


@transaction.atomic
def set_terms(
    part: PartnerOrganisation,
    *,
    by: Person,
    fields: Iterable[str],
    figures: Iterable[str],
    rivals: Iterable[int],
) -> PartnerOrganisation:
    """Change what of an organisation's people may reach the others, and whom they are not to meet.

    What is no longer agreed stops crossing at once; what is newly agreed waits for each person.
    """
    allow(by, "programs.set_terms", part)
    program = part.program
    here = {o.pk for o in organisations_in(program)} - {part.organisation_id}
    part.fields, part.figures = _offered(program, fields), _known(figures)
    part.rivals, part.terms_at = sorted(here & set(rivals)), timezone.now()
    part.save(update_fields=["fields", "figures", "rivals", "terms_at"])
    assert part.organisation_id is not None
    record(by, "set terms", part, organisation_id=part.organisation_id, fields=part.fields)
    return part


def split_off(part: PartnerOrganisation) -> Program:
    """The same program, for one organisation alone; its people are moved by who calls this."""
    program, organisation = part.program, part.organisation
    assert organisation is not None
    design = design_of(program)
    own = Program.objects.create(
        organisation=organisation,
        name=program.name,
        slug=free_slug(program.name),
        state=program.state,
        starts_on=program.starts_on,
        ends_on=program.ends_on,
        apply_by=program.apply_by,
        **_kept(design),
    )
    fill(own, design)
    part.state, part.left_at = State.LEFT, timezone.now()
    part.save(update_fields=["state", "left_at"])
    return own


def _kept(design: Design) -> dict[str, object]:
    criteria = [c for c in design["policy"]["criterion"] if ORGANISATION not in columns_of(c)]
    names = ("purpose", "objectives", "language", "examples", "cadence", "meeting_minutes", "trios")
    return {
        **{n: design[n] for n in names},
        "circle_least": design["size"][0],
        "circle_most": design["size"][1],
        "policy": {**design["policy"], "criterion": criteria},
    }


def _locked_invitation(part: PartnerOrganisation) -> PartnerOrganisation:
    parts = held(PartnerOrganisation.objects)
    fresh = parts.select_related("program__organisation").get(pk=part.pk)
    if fresh.state != State.INVITED:
        raise SharingRefused(_("This invitation was answered or taken back. Nothing was changed."))
    return fresh


def _offered(program: Program, fields: Iterable[str]) -> list[str]:
    wanted = set(fields)
    return [f.key for f in fields_of(program) if f.key in wanted]


def _known(figures: Iterable[str]) -> list[str]:
    wanted = set(figures)
    return [f for f in FIGURES if f in wanted]
