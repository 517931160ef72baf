"""Why these people: what each can give the others and what they have in common, from answers that
partners may see."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from peerloom.participants.models import Participant
from peerloom.participants.queries import Borders, borders, compared, standing_for
from peerloom.programs.library import exchange_of
from peerloom.programs.models import Question

MOST = 8


@dataclass(frozen=True)
class Reason:
    """What one member gives, gets and shares, in words."""

    gives: list[str]
    gets: list[str]
    shared: list[str]


def reasons(
    members: Sequence[Participant],
    standing: Mapping[str, str] | None = None,
    within: Borders | None = None,
) -> dict[int, Reason]:
    """A reason for each member, by the participant's number.

    Among people of several organisations only what each lets cross is read.

    Parameters
    ----------
    standing
        Words that stand for others, see `skills.standing_for`; read where they are not given.
    within
        The borders of the program; likewise.
    """
    program = members[0].program
    standing = standing_for(program.organisation_id) if standing is None else standing
    within = within or borders(program)
    known = [_Known(m.pk, _across(m, members, within)) for m in members]
    visible = {
        q.key: q
        for q in program.questions.all()
        if q.seen_by == Question.Seen.PARTNER and not (q.sensitive or q.dropped)
    }
    wants, offers = exchange_of(program.policy)
    shown = {wants, offers} <= set(visible)
    shared = _shared(known, [q for q in visible.values() if q.key not in (wants, offers)])
    found = {}
    for member in known:
        others = [m for m in known if m.pk != member.pk]
        gives = _meet([member], others, offers, wants, standing) if shown else []
        gets = _meet(others, [member], offers, wants, standing) if shown else []
        found[member.pk] = Reason(gives[:MOST], gets[:MOST], shared[:MOST])
    return found


@dataclass(frozen=True)
class _Known:
    """What the others may know of a member."""

    pk: int
    answers: dict[str, str]


def _across(member: Participant, others: Sequence[Participant], within: Borders) -> dict[str, str]:
    only = within.among(member, others)
    return {k: v for k, v in member.answers.items() if only is None or k in only}


def _meet(
    givers: Sequence[_Known],
    takers: Sequence[_Known],
    offers: str,
    wants: str,
    standing: Mapping[str, str],
) -> list[str]:
    def meant(item: str) -> str:
        return standing.get(compared(item), item).casefold()

    wanted = {meant(item) for t in takers for item in _items(t, wants)}
    given = {meant(i): i for g in givers for i in _items(g, offers) if meant(i) in wanted}
    return list(given.values())


def _shared(members: Sequence[_Known], questions: Sequence[Question]) -> list[str]:
    listed = (Question.Kind.MANY, Question.Kind.SKILLS)
    chosen = (Question.Kind.CHOICE, Question.Kind.TEXT)
    found: list[str] = []
    for question in questions:
        cells = [m.answers.get(question.key, "") for m in members]
        if not all(cells):
            continue
        if question.kind in listed:
            rest = [{i.casefold() for i in _items(m, question.key)} for m in members[1:]]
            first = _items(members[0], question.key)
            found += [i for i in first if all(i.casefold() in other for other in rest)]
        elif question.kind in chosen and len({c.casefold() for c in cells}) == 1:
            found.append(cells[0])
    return list(dict.fromkeys(found))


def _items(participant: _Known, key: str) -> list[str]:
    return [p.strip() for p in participant.answers.get(key, "").split(";") if p.strip()]
