"""Why these people: what each can give the others and what they have in common, from answers that
partners may see."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from peerloom.participants.models import Participant
from peerloom.programs.models import Question

MOST = 8


@dataclass(frozen=True)
class Reason:
    """What one member gives, gets and shares, in words."""

    gives: list[str]
    gets: list[str]
    shared: list[str]


def reasons(members: Sequence[Participant]) -> dict[int, Reason]:
    """A reason for each member, by the participant's number."""
    program = members[0].program
    visible = {
        q.key: q
        for q in program.questions.all()
        if q.seen_by == Question.Seen.PARTNER and not (q.sensitive or q.dropped)
    }
    exchange: dict[str, str] = next(
        (c for c in program.policy.get("criterion", []) if c["kind"] == "exchange"), {}
    )
    wants, offers = exchange.get("wants", "wants"), exchange.get("offers", "offers")
    shown = {wants, offers} <= set(visible)
    shared = _shared(members, [q for q in visible.values() if q.key not in (wants, offers)])
    found = {}
    for member in members:
        others = [m for m in members if m.pk != member.pk]
        gives = _meet([member], others, offers, wants) if shown else []
        gets = _meet(others, [member], offers, wants) if shown else []
        found[member.pk] = Reason(gives[:MOST], gets[:MOST], shared[:MOST])
    return found


def _meet(
    givers: Sequence[Participant], takers: Sequence[Participant], offers: str, wants: str
) -> list[str]:
    wanted = {item.casefold() for t in takers for item in _items(t, wants)}
    given = [item for g in givers for item in _items(g, offers) if item.casefold() in wanted]
    return list(dict.fromkeys(given))


def _shared(members: Sequence[Participant], questions: Sequence[Question]) -> list[str]:
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


def _items(participant: Participant, key: str) -> list[str]:
    return [p.strip() for p in participant.answers.get(key, "").split(";") if p.strip()]
