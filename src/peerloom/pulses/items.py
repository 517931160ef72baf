"""What one person is asked in one pulse, item by item."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from peerloom.participants.models import Participant
from peerloom.participants.queries import items_of
from peerloom.programs.library import exchange_of
from peerloom.programs.models import Pulse
from peerloom.programs.scales import BY_KEY, SKILLS_ASKED, Kind, Moment, Scale
from peerloom.pulses.private import Answers

ABLE, THEN = "able:", "then:"


@dataclass(frozen=True)
class Item:
    """One question.

    Attributes
    ----------
    key
        Of its answer.
    text
        In the person's language.
    then
        It looks back at when the program began.
    """

    key: str
    text: str
    kind: Kind
    then: bool = False


def items_for(pulse: Pulse, participant: Participant, language: str, before: Answers) -> list[Item]:
    """The items, in order.

    Parameters
    ----------
    before
        What the person answered in the first pulse: skills are asked again as they were then.
    """
    found: list[Item] = []
    # Whom the lot left waiting has no peer to speak of.
    alone = participant.state == Participant.State.WAITING
    for key in pulse.scales:
        scale = BY_KEY[key]
        if alone and (Moment.BASELINE not in scale.moments or scale.kind == Kind.WORDS):
            continue
        said = scale.asks(language)
        if scale.kind == Kind.ABLE:
            found += _skills(scale, pulse, participant, language, before)
        else:
            found += [Item(f"{key}.{item}", text, scale.kind) for item, text in said.items()]
    for own in pulse.own:
        text = own["texts"].get(language) or own["text"]
        found.append(Item(f"own.{own['key']}", text, Kind.AGREE))
    return found


def _skills(
    scale: Scale, pulse: Pulse, participant: Participant, language: str, before: Answers
) -> list[Item]:
    asked = [k.removeprefix(ABLE) for k in before if k.startswith(ABLE)]
    if not asked:
        wants, _ = exchange_of(participant.program.policy)
        asked = items_of(participant.answers.get(wants, ""))[:SKILLS_ASKED]
    [words] = scale.asks(language).values()
    names = [f"{words} {skill}" for skill in asked]
    now = [Item(f"{ABLE}{s}", n, Kind.ABLE) for s, n in zip(asked, names, strict=True)]
    if pulse.moment != Pulse.When.END:
        return now
    # Looking back from the end, with what able has come to mean (Howard 1980).
    then = [Item(f"{THEN}{s}", n, Kind.ABLE, then=True) for s, n in zip(asked, names, strict=True)]
    return [item for both in zip(now, then, strict=True) for item in both]


def skills_in(answers: Answers, prefix: str) -> dict[str, int]:
    """Ratings of skills that begin so, by skill."""
    return {k.removeprefix(prefix): int(v) for k, v in answers.items() if k.startswith(prefix)}


def score(answers: Answers, scale: Scale) -> float | None:
    """Mean of a scale's items, reversed where they are; None unless at least half were answered."""
    said: Sequence[float] = [
        6 - answers[f"{scale.key}.{i}"] if i in scale.reversed_ else answers[f"{scale.key}.{i}"]
        for i in scale.items
        if f"{scale.key}.{i}" in answers
    ]
    if not said or 2 * len(said) < len(scale.items):
        return None
    return sum(said) / len(said)
