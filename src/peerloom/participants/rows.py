"""People as rows, from a file or another system: the fate of each, looked over, then written."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from peerloom.accounts.actions import Newcomer, ensure_participants
from peerloom.accounts.models import Organisation
from peerloom.calendars.weekly import HoursError, zone
from peerloom.core.holding import held
from peerloom.core.parts import in_parts
from peerloom.core.words import later
from peerloom.participants.actions.recruiting import fill_places
from peerloom.participants.actions.skills import keep_words
from peerloom.participants.models import Participant
from peerloom.participants.reading import cell_problem
from peerloom.programs.actions import hold_program
from peerloom.programs.models import Program, Question
from peerloom.tables import is_formula

FATES = {
    "new": later("new"),
    "changed": later("changed"),
    "unchanged": later("unchanged"),
    "refused": later("refused"),
}


@dataclass
class RowFate:
    """What will become of one row.

    Attributes
    ----------
    fate
        One of `FATES`.
    why
        What is wrong or worth knowing, in words.
    """

    line: int
    email: str
    name: str
    fate: str
    answers: dict[str, str] = field(default_factory=dict)
    time_zone: str = ""
    why: list[str] = field(default_factory=list)

    @property
    def words(self) -> str:
        """The fate, for people."""
        return str(FATES[self.fate])


def fates_of(
    program: Program,
    organisation: Organisation,
    rows: Sequence[Mapping[str, str]],
    lines: Sequence[int],
) -> list[RowFate]:
    """The fate of every row, in order; reads only.

    Parameters
    ----------
    rows
        Cells by what they are (see `mappings.targets`): `email`, `name`, keys of questions.
    lines
        How each row is named when something is wrong with it.
    """
    kinds = {q.key: q for q in program.asked.all()}
    fates = [_read_row(row, line, kinds) for row, line in zip(rows, lines, strict=True)]
    there = program.participants.select_related("person")
    places = {
        p.person.email: p
        for part in in_parts(list({f.email for f in fates if f.fate != "refused"}))
        for p in there.filter(person__email__in=part)
    }
    seen: dict[str, int] = {}
    for fate in fates:
        if fate.email in seen:
            fate.fate = "refused"
            fate.why.append(_("the same address is on line {seen}").format(seen=seen[fate.email]))
        elif fate.fate != "refused":
            seen[fate.email] = fate.line
            place = places.get(fate.email)
            if place is not None and place.organisation_id != organisation.pk:
                fate.fate = "refused"
                fate.why.append(_("takes part through another organisation already"))
            else:
                fate.fate = _compare(fate, place)
    return fates


def _read_row(row: Mapping[str, str], line: int, kinds: Mapping[str, Question]) -> RowFate:
    cells = {t: cell.replace("\x00", "") for t, cell in row.items()}
    parts = (cells.pop("first_name", ""), cells.pop("last_name", ""))
    name = cells.pop("name", "") or " ".join(filter(None, (p.strip() for p in parts)))
    fate = RowFate(line, cells.pop("email", "").lower(), name[:120], "new")
    fate.time_zone = cells.pop("time_zone", "")
    try:
        validate_email(fate.email)
    except ValidationError:
        fate.fate = "refused"
        fate.why.append(
            _("'{email}' is not an e-mail address").format(email=fate.email[:60])
            if fate.email
            else _("no e-mail address")
        )
    if fate.time_zone:
        try:
            zone(fate.time_zone)
        except HoursError as error:
            fate.time_zone = ""
            fate.why.append(_("{error}; left blank").format(error=error))
    for key, cell in cells.items():
        problem = cell_problem(kinds.get(key), cell)
        if problem:
            fate.why.append(_("{key}: {problem}; left blank").format(key=key, problem=problem))
            cell = ""
        elif is_formula(cell):
            fate.why.append(_("{key}: starts like a formula; kept as plain text").format(key=key))
        fate.answers[key] = cell[:2000]
    return fate


def _compare(fate: RowFate, place: Participant | None) -> str:
    if place is None:
        return "new"
    now = {k: place.answers.get(k, "") for k in fate.answers}
    same_zone = not fate.time_zone or fate.time_zone == place.time_zone
    same_name = not fate.name or fate.name == place.person.name or bool(place.person.name)
    return "unchanged" if now == fate.answers and same_zone and same_name else "changed"


def count_fates(fates: list[RowFate]) -> dict[str, int]:
    """How many rows meet each fate."""
    counts = dict.fromkeys(("new", "changed", "unchanged", "refused"), 0)
    for fate in fates:
        counts[fate.fate] += 1
    return counts


@transaction.atomic
def write_rows(
    program: Program, organisation: Organisation, fates: Sequence[RowFate], *, looking: bool
) -> None:
    """Write people, memberships and places; those that are there are changed."""
    by_email = {f.email: f for f in fates}
    newcomers = [Newcomer(f.email, f.name, f.time_zone) for f in fates]
    people = ensure_participants(organisation, newcomers)
    hold_program(program.pk)
    places = {
        p.person_id: p
        for p in held(Participant.objects).filter(program=program, person__in=people.values())
    }
    # Where places are few, imported people stand in line like all others.
    capped = looking and program.places is not None
    joined = Participant.State.WAITING if capped else Participant.State.LOOKING
    state = joined if looking else Participant.State.INVITED
    fresh, changed = [], []
    for email, fate in by_email.items():
        person = people[email]
        place = places.get(person.pk)
        if place is None:
            fresh.append(
                Participant(
                    program=program,
                    person=person,
                    organisation=organisation,
                    state=state,
                    answers={k: v for k, v in fate.answers.items() if v},
                    time_zone=fate.time_zone,
                    applied_at=timezone.now() if looking else None,
                )
            )
        elif place.organisation_id == organisation.pk:
            place.answers = {**place.answers, **fate.answers}
            place.time_zone = fate.time_zone or place.time_zone
            changed.append(place)
    skills = [q.key for q in program.asked if q.kind == Question.Kind.SKILLS and not q.sensitive]
    keep_words(program, [f.answers.get(key, "") for f in fates for key in skills])
    Participant.objects.bulk_create(fresh)
    Participant.objects.bulk_update(changed, ["answers", "time_zone"], batch_size=200)
    if capped:
        fill_places(program)
