"""Which words go to whom at which step of which signal; what can be answered with one click."""

from __future__ import annotations

from dataclasses import dataclass

from peerloom.balance import Signal, Step

# Told to those alone whom it is about, at every step: the others would learn what they said.
PRIVATE = frozenset({"no_click", "wrong_program"})
BOTH_HATS = frozenset({"leaning", "talking"})
# Nobody meets at a not answered introduction, so its steps wait a week rather than for a meeting.
PATIENCE_DAYS = {"waiting": 7}

# What may be answered by one click, by words; labels are in the library, by language.
ANSWERS: dict[str, tuple[str, ...]] = {
    "care_silence": ("met", "break"),
    "care_waiting": ("here",),
    "care_together": ("works",),
    "care_leaning_ask": ("works",),
    "care_leaning_share": ("works",),
    "care_talking_listen": ("works",),
    "care_talking_talk": ("works",),
    "care_help": ("help", "fine"),
}
QUIET = "quiet"


@dataclass(frozen=True)
class Telling:
    """Words for one member."""

    member: int
    words: str


def tellings(kind: str, signal: Signal, step: Step, members: tuple[int, ...]) -> list[Telling]:
    """What a step says, and to whom; members by part's number."""
    if step not in (Step.EACH_ALONE, Step.BOTH_TOGETHER, Step.OFFER_HELP):
        return []
    about = [m for m in members if m in signal.members]
    others = [m for m in members if m not in about]
    if kind == "waiting":
        if step == Step.OFFER_HELP:
            return [Telling(m, "care_waiting_peer") for m in others]
        return [Telling(m, "care_waiting") for m in about]
    if kind in PRIVATE:
        words = "care_help" if step == Step.OFFER_HELP else f"care_{kind}"
        return [Telling(m, words) for m in about]
    if step == Step.OFFER_HELP:
        return [Telling(m, "care_help") for m in members]
    if step == Step.BOTH_TOGETHER:
        words = "care_together" if kind in BOTH_HATS else "care_still"
        return [Telling(m, words) for m in members]
    if kind in BOTH_HATS:
        return _each_hat(kind, signal, about, others, len(members))
    # 'Not clear' is told to the one who said so, where one did.
    return [Telling(m, f"care_{kind}") for m in (about or members)]


def _each_hat(
    kind: str, signal: Signal, about: list[int], others: list[int], members: int
) -> list[Telling]:
    """The hat worn less: of a pair for both, of a circle for the one who leans."""
    more, less = (
        ("care_leaning_share", "care_leaning_ask")
        if kind == "leaning"
        else ("care_talking_talk", "care_talking_listen")
    )
    mine, theirs = (more, less) if signal.side > 0 else (less, more)
    found = [Telling(m, mine) for m in about]
    return found + ([Telling(m, theirs) for m in others] if members == 2 else [])
