"""Help to word feedback kindly: what often lands badly, and what to try instead.

Plain patterns rather than a model: the writer sees why each is named, nothing leaves the server, and
nothing is refused.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from peerloom.core.words import later


@dataclass(frozen=True)
class Hint:
    """Words that may land badly, and what to try."""

    words: str
    try_this: str


_PATTERNS = (
    (
        r"\b(always|never)\b",
        later("Name one time it happened: 'always' and 'never' are seldom true."),
    ),
    (
        r"\byou (should|must|need to|have to|ought to)\b",
        later("Say it as a wish: 'I would like …', 'it would help me if …'."),
    ),
    (
        r"\byou(?:'re| are) (?:so |too |very |just )?(lazy|rude|arrogant|stupid|careless|selfish|"
        r"boring|useless|wrong|difficult|aggressive|unprofessional)\b",
        later("Say what happened and what it did, rather than what somebody is."),
    ),
    (
        r"\b(everybody|everyone|people) (says?|thinks?|knows?)\b",
        later("Speak for yourself: 'I noticed …'."),
    ),
    (
        r"\bno offen[cs]e\b|\bto be honest\b|\bwith respect\b",
        later("Leave it out: the rest says it."),
    ),
    (r"\bbut\b[^.!?]*$", later("Two sentences instead of 'but' let the first half stand.")),
)


def hints(text: str) -> list[Hint]:
    """What could be worded more kindly, at most three, each once."""
    found = []
    for pattern, advice in _PATTERNS:
        match = re.search(pattern, text, re.I | re.M)
        if match:
            found.append(Hint(match.group(0)[:60].strip(), advice))
    return found[:3]
