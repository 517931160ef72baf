"""What good managers do now: the next things, each done from here, each with its honest reason."""

from __future__ import annotations

from dataclasses import dataclass

from django.urls import reverse

from peerloom.programs.models import Program
from peerloom.rounds.models import MatchingRound


@dataclass(frozen=True)
class ToDo:
    """One thing to do now."""

    what: str
    why: str
    link: str
    button: str


def now_do(program: Program, counts: dict[str, int], rounds: list[MatchingRound]) -> list[ToDo]:
    """At most three things, the most pressing first."""
    found = []

    def to(name: str, *args: object) -> str:
        return reverse(name, args=[program.pk, *args])

    if program.state == Program.State.DRAFT:
        return [
            ToDo(
                "Finish setting up and open the program.",
                "People can join only when it is open.",
                to("setup", "open"),
                "Look it over",
            )
        ]
    ready = next((r for r in rounds if r.state == MatchingRound.State.READY), None)
    if ready:
        found.append(
            ToDo(
                f"Round {ready.number} is ready to review.",
                "Nobody hears of it before you publish.",
                to("round", ready.pk),
                "Review it",
            )
        )
    elif counts["looking"] >= 2:
        found.append(
            ToDo(
                f"{counts['looking']} people look for a peer.",
                "Match them when you are done recruiting; you see everything before they do.",
                to("rounds"),
                "Match them",
            )
        )
    if counts["applying"]:
        found.append(
            ToDo(
                f"{counts['applying']} people have begun and not handed in.",
                "A kind word often helps; their answers are saved.",
                to("people") + "?state=applying",
                "Look",
            )
        )
    if counts["invited"]:
        found.append(
            ToDo(
                f"{counts['invited']} people are invited and have not begun.",
                "Each gets the same invitation once, whatever you press.",
                to("people") + "?state=invited",
                "Look",
            )
        )
    if not sum(counts.values()):
        found.append(
            ToDo(
                "Bring people in.",
                "Share the public page, or import a file of people.",
                to("import"),
                "Import people",
            )
        )
    return found[:3]
