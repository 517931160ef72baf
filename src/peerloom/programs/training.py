"""Training in situations: written by managers in a few marks of Markdown, answered by participants.

## A situation

- [x] A choice that helps
  > What is said to it
- [ ] Another
  > What is said to it
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from django.utils.translation import gettext as _

_CHOICE = re.compile(r"-\s*\[( |x|X)\]\s*(.+)")


class TrainingError(ValueError):
    """A training that cannot be read; the message says where and why."""


@dataclass(frozen=True)
class Choice:
    """One way to answer a situation, whether it helps, and what is said to it."""

    text: str
    helps: bool
    feedback: str


@dataclass(frozen=True)
class Situation:
    """Something that happens between peers, and ways to answer."""

    text: str
    choices: tuple[Choice, ...]


def read_training(body: str) -> list[Situation]:
    """The situations of a training.

    Raises
    ------
    TrainingError
        A situation with fewer than two choices, without one that helps, or a choice without words
        said to it.
    """
    found: list[Situation] = []
    for place, block in enumerate(re.split(r"^##\s+", body, flags=re.M)[1:], 1):
        found.append(_situation(block, _("Situation {place}").format(place=place)))
    if not found:
        raise TrainingError(_("There is no situation yet: each begins with ## and its text."))
    return found


def _situation(block: str, where: str) -> Situation:
    text: list[str] = []
    choices: list[list[str]] = []
    marks: list[bool] = []
    for line in (line.strip() for line in block.splitlines()):
        found = _CHOICE.fullmatch(line)
        if found:
            marks.append(found[1].lower() == "x")
            choices.append([found[2], ""])
        elif line.startswith(">") and choices:
            choices[-1][1] = f"{choices[-1][1]} {line[1:].strip()}".strip()
        elif line and choices:
            choices[-1][0 if not choices[-1][1] else 1] += f" {line}"
        elif line:
            text.append(line)
    if len(choices) < 2:
        raise TrainingError(
            _("{where} has fewer than two choices; each begins with - [ ] or - [x].").format(
                where=where
            )
        )
    if not any(marks):
        raise TrainingError(
            _("{where} has no choice that helps; mark it with - [x].").format(where=where)
        )
    if not all(said for _, said in choices):
        raise TrainingError(
            _("{where} has a choice without words said to it; they begin with >.").format(
                where=where
            )
        )
    return Situation(
        " ".join(text),
        tuple(Choice(c, helps, said) for (c, said), helps in zip(choices, marks, strict=True)),
    )
