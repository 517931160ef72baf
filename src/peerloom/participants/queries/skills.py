"""The organisation's words for skills: typed freely, compared the same way, merged by a person."""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from peerloom.participants.models import TAKING_PART, Participant, Skill
from peerloom.participants.queries.borders import borders
from peerloom.programs.library import exchange_of
from peerloom.programs.models import Program, Question

SKILLS = Question.Kind.SKILLS


def compared(word: str) -> str:
    """What of a word counts when two are held against each other."""
    folded = unicodedata.normalize("NFKC", word).casefold()
    return " ".join(folded.split()).strip(" .,:")[:120]


def items_of(cell: str) -> list[str]:
    """The words of an answer."""
    return [part.strip() for part in cell.split(";") if part.strip()]


def standing_for(organisation_id: int) -> dict[str, str]:
    """For each merged word, as `compared`, the word that stands for it."""
    merged = Skill.objects.filter(organisation=organisation_id, same_as__isnull=False)
    return dict(merged.values_list("key", "same_as__name"))


def with_one_word(cell: str, standing: Mapping[str, str]) -> str:
    """An answer with one word for each thing, none twice."""
    if not standing:
        return cell
    items = [standing.get(compared(i), i) for i in items_of(cell)]
    return "; ".join({compared(i): i for i in items}.values())


@dataclass(frozen=True)
class SkillCount:
    """A word, those merged into it, and how many people want and offer it."""

    skill: Skill
    others: list[Skill]
    wanted: int
    offered: int


def skills_in(program: Program) -> list[SkillCount]:
    """Words that people of the program wrote, the most wanted first.

    Of people of other organisations only words that they let cross, and never whose they are.
    """
    within = borders(program)
    keys = [q.key for q in program.asked if q.kind == SKILLS]
    wants, offers = exchange_of(program.policy)
    counts: dict[str, Counter[str]] = {key: Counter() for key in keys}
    for place in program.participants.only(
        "program", "answers", "organisation", "crosses", "crosses_at"
    ):
        only = within.reaches(place, program.organisation_id)
        for key in keys:
            if only is None or key in only:
                counts[key].update({compared(i) for i in items_of(place.answers.get(key, ""))})
    written = {word for counter in counts.values() for word in counter}
    skills = list(program.organisation.skills.select_related("same_as"))
    merged: dict[int, list[Skill]] = {}
    for skill in skills:
        if skill.same_as_id:
            merged.setdefault(skill.same_as_id, []).append(skill)
    found = []
    for skill in skills:
        words = [skill, *merged.get(skill.pk, [])]
        if skill.same_as_id is None and any(w.key in written for w in words):
            wanted, offered = (
                sum(counts.get(key, Counter())[w.key] for w in words) for key in (wants, offers)
            )
            found.append(SkillCount(skill, words[1:], wanted, offered))
    return sorted(found, key=lambda s: (-s.wanted, -s.offered, s.skill.key))


def who_could_help(asking: Participant, asked: str) -> list[tuple[Participant, str]]:
    """People who agreed to be found and offer it, each with their word for it.

    Of the asking one's own organisation: across, names are told to partners alone.
    """
    program = asking.program
    wanted = compared(asked)
    if len(wanted) < 2:
        return []
    standing = standing_for(program.organisation_id)
    wanted = compared(standing.get(wanted, wanted))
    _, offers = exchange_of(program.policy)
    if not program.asked.filter(key=offers, seen_by=Question.Seen.PARTNER, sensitive=False):
        return []
    people = program.participants.filter(
        findable=True, state__in=TAKING_PART, organisation=asking.organisation
    ).exclude(pk=asking.pk)
    found = []
    for participant in people.select_related("person").order_by("person__name", "pk"):
        for item in items_of(participant.answers.get(offers, "")):
            if wanted in compared(standing.get(compared(item), item)):
                found.append((participant, item))
                break
    return found
