"""What a program can be made of: objectives, what each brings to the matching, and questions.

An objective says which questions it needs and which criteria it puts into the policy, so that
purpose comes first and each part of a program can say which objective it serves.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from peerloom.programs.models import Question

Kind, Seen = Question.Kind, Question.Seen


@dataclass(frozen=True)
class Objective:
    """Something a program can be for.

    Attributes
    ----------
    key, name, why
        For storage, for people, and what it is about in a sentence.
    criteria
        What it adds to the policy.
    """

    key: str
    name: str
    why: str
    criteria: tuple[dict[str, Any], ...]


OBJECTIVES = (
    Objective(
        "skills",
        "Learn from each other",
        "People swap what they know for what they want to learn.",
        (
            {
                "kind": "exchange",
                "wants": "wants",
                "offers": "offers",
                "name": "what each can give the other",
                "weight": "matters a lot",
            },
        ),
    ),
    Objective(
        "connect",
        "Connect people who would not otherwise meet",
        "New ties across functions and sites.",
        (
            {
                "kind": "different",
                "field": "function",
                "name": "another function",
                "weight": "matters",
            },
        ),
    ),
    Objective(
        "belonging",
        "Feel part of it",
        "People find somebody who knows the same situation.",
        (
            {
                "kind": "overlap",
                "field": "challenges",
                "name": "the same challenges",
                "weight": "matters",
            },
        ),
    ),
    Objective(
        "grow",
        "Grow into what comes next",
        "Peers hold each other to what they hope for.",
        (
            {
                "kind": "text",
                "field": "hopes",
                "name": "hopes that are near each other",
                "weight": "matters",
            },
        ),
    ),
)

# In every program: peers stand close, and they can meet.
ALWAYS: tuple[dict[str, Any], ...] = (
    {
        "kind": "close",
        "field": "stage",
        "tolerance": 5,
        "name": "a close career stage",
        "must": True,
        "missing": "allow",
    },
    {
        "kind": "schedule",
        "field": "hours",
        "zone": "time_zone",
        "minutes": 60,
        "name": "free hours together",
        "weight": "a little",
    },
    {
        "kind": "same",
        "field": "way_to_meet",
        "name": "the same way to meet",
        "weight": "a little",
    },
)


@dataclass(frozen=True)
class Suggestion:
    """A question a program may ask."""

    key: str
    kind: Question.Kind
    label: str
    help: str = ""
    choices: tuple[str, ...] = field(default=())
    seen_by: Question.Seen = Seen.MANAGER
    sensitive: bool = False
    step: str = "you"
    required: bool = False
    usual: bool = True


STEPS = {
    "you": "About you",
    "hopes": "What you hope for",
    "give": "What you can give",
    "time": "When you can meet",
    "wishes": "Your own wishes",
}

QUESTIONS = (
    Suggestion(
        "stage",
        Kind.NUMBER,
        "How many years have you worked in your field?",
        "Peers stand close to each other; half years are fine.",
    ),
    Suggestion(
        "function",
        Kind.TEXT,
        "What do you work on?",
        "Your function, as you would say it to a new colleague.",
        seen_by=Seen.PARTNER,
    ),
    Suggestion(
        "hopes",
        Kind.LONG,
        "What do you hope this program will change for you?",
        "A sentence or two. Your peer reads it before you meet.",
        seen_by=Seen.PARTNER,
        step="hopes",
    ),
    Suggestion(
        "success",
        Kind.LONG,
        "How will you know that it worked?",
        "For example: 'I have run three meetings where everybody spoke.'",
        seen_by=Seen.PARTNER,
        step="hopes",
        usual=False,
    ),
    Suggestion(
        "wants",
        Kind.SKILLS,
        "What would you like to learn?",
        "One on each line, in your own words.",
        seen_by=Seen.PARTNER,
        step="hopes",
    ),
    Suggestion(
        "offers",
        Kind.SKILLS,
        "What could you share with a peer?",
        "Not only expertise: what you have lived through counts. One on each line.",
        seen_by=Seen.PARTNER,
        step="give",
    ),
    Suggestion(
        "challenges",
        Kind.MANY,
        "What makes your work hard at the moment?",
        "Choose as many as apply.",
        choices=(
            "Too many meetings",
            "A new role",
            "Leading without authority",
            "Not enough people for the work",
            "Conflicts in the team",
            "Distance and time zones",
            "Being the only one like me",
        ),
        seen_by=Seen.PARTNER,
        step="give",
    ),
    Suggestion(
        "way_to_meet",
        Kind.CHOICE,
        "How do you like to meet?",
        choices=("In person", "Online", "Either"),
        seen_by=Seen.PARTNER,
        step="time",
    ),
    Suggestion(
        "hours",
        Kind.HOURS,
        "When could you usually meet?",
        "Like 'Mon 09:00-12:00; Thu 14:00-16:00', in your own time zone.",
        step="time",
    ),
    Suggestion(
        "gender",
        Kind.TEXT,
        "Your gender, in your own words",
        "Only if you want it used for a wish of your own below.",
        seen_by=Seen.MATCHING,
        sensitive=True,
        step="wishes",
        usual=False,
    ),
    Suggestion(
        "wants_same_gender",
        Kind.YES_NO,
        "I want a peer of my own gender",
        "A must-have of yours. Nobody learns that you asked.",
        seen_by=Seen.MATCHING,
        sensitive=True,
        step="wishes",
        usual=False,
    ),
)

# Added when a program asks for both of the questions it reads.
PERSONAL: tuple[dict[str, Any], ...] = (
    {
        "kind": "same",
        "field": "gender",
        "personal": "wants_same_gender",
        "name": "a peer of the same gender, for those who ask",
        "missing": "exclude",
    },
)


def derive_policy(objectives: list[str], asked: set[str]) -> dict[str, Any]:
    """The policy that follows from a program's objectives and the questions it asks.

    A criterion whose questions are not asked is left out. Each says which objective it serves in
    `serves`, which is for people; the engine does not read it.
    """
    offered = [(o.key, c) for o in OBJECTIVES if o.key in objectives for c in o.criteria]
    offered = [
        ("", ALWAYS[0]),
        *offered,
        *(("", c) for c in ALWAYS[1:]),
        *(("", c) for c in PERSONAL),
    ]
    asked = asked | {"time_zone"}
    criteria = [dict(c) for _, c in offered if columns_of(c) <= asked]
    return {
        "criterion": criteria,
        "objective": {"place": "everyone", "reciprocal": "harmonic"},
    }


def with_format(policy: dict[str, Any], *, trios: bool, size: tuple[int, int]) -> dict[str, Any]:
    """The policy for pairs or for circles; aims that are for pairs alone go with them."""
    objective = dict(policy.get("objective", {})) | {"trios": trios, "size": list(size)}
    if size != (2, 2):
        objective["place"] = "everyone"
        for name in ("minimum", "raise_floor"):
            objective.pop(name, None)
    return {**policy, "objective": objective}


def columns_of(criterion: dict[str, Any]) -> set[str]:
    """Questions a criterion reads."""
    names = ("field", "wants", "offers", "zone", "personal", "competitors", "refused", "company")
    return {criterion[n] for n in names if criterion.get(n)}


def serves(criterion: dict[str, Any]) -> str:
    """Name of the objective a criterion serves; empty for those of every program."""
    for objective in OBJECTIVES:
        if any(
            c["kind"] == criterion["kind"] and columns_of(c) == columns_of(criterion)
            for c in objective.criteria
        ):
            return objective.name
    return ""
