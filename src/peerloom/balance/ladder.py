"""The ladder: partners mend it first, help is offered next, and only then the manager hears of it.

One table for all signals. A step waits for a meeting or fourteen days; no step is skipped on the way
up; recovery walks back down the same way. Applying it twice to the same facts changes nothing.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import IntEnum

from peerloom.balance.signals.signal import GENTLE, QUIET, STRICT

WAIT = timedelta(days=14)
HELD = 3  # meetings for which a strict threshold holds before the manager hears of it unasked


class Step(IntEnum):
    """Where a signal of a partnership stands."""

    PICTURE = 0  # the picture on their page, always
    EACH_ALONE = 1  # a private, practical nudge
    BOTH_TOGETHER = 2  # on the next agenda, with words for it
    OFFER_HELP = 3  # each alone: would you like help?
    MANAGER = 4  # a support request


@dataclass(frozen=True)
class Rung:
    """The state of one signal on the ladder.

    Attributes
    ----------
    since
        Day of the last step.
    met_then
        How many meetings had been held by then.
    strict
        For how many meetings in a row the strict threshold has held; `met_seen` counts to which.
    rests_until
        'This works for us': until then nothing is said.
    """

    step: Step = Step.PICTURE
    since: date | None = None
    met_then: int = 0
    strict: int = 0
    met_seen: int = 0
    rests_until: date | None = None


@dataclass(frozen=True)
class Now:
    """What the ladder looks at.

    Attributes
    ----------
    talked
        That 'How are our hats?' was had, since it was put on the agenda.
    help_wanted
        Either said yes to help.
    unasked
        The program's safeguards let the manager hear of it without a yes, and people were told so
        at the start.
    patience
        What a step waits for where they do not meet.
    """

    today: date
    level: int
    met: int
    talked: bool = False
    help_wanted: bool = False
    unasked: bool = False
    patience: timedelta = WAIT


@dataclass(frozen=True)
class _Rule:
    step: Step
    level: int
    to: Step
    when: Callable[[Rung, Now], bool]


def _waited(rung: Rung, now: Now) -> bool:
    return rung.since is None or abs(now.today - rung.since) >= now.patience


def _ready(rung: Rung, now: Now) -> bool:
    # A day that has not come is a clock that was wrong: abs() lets no step wait for years.
    return now.met > rung.met_then or _waited(rung, now)


# From a step, at a level of at least so much, to the next: the first that applies.
_UP = (
    _Rule(Step.PICTURE, GENTLE, Step.EACH_ALONE, _ready),
    _Rule(Step.EACH_ALONE, GENTLE, Step.BOTH_TOGETHER, _ready),
    _Rule(
        Step.BOTH_TOGETHER,
        STRICT,
        Step.OFFER_HELP,
        lambda rung, now: _ready(rung, now) and (now.talked or _waited(rung, now)),
    ),
    _Rule(Step.OFFER_HELP, GENTLE, Step.MANAGER, lambda rung, now: now.help_wanted),
    _Rule(
        Step.OFFER_HELP,
        STRICT,
        Step.MANAGER,
        lambda rung, now: now.unasked and _ready(rung, now) and rung.strict >= HELD,
    ),
)


def climb(rung: Rung, now: Now) -> Rung:
    """The state after today's facts: at most one step up or down."""
    rung = _counted(rung, now)
    if rung.rests_until and now.today < rung.rests_until:
        return rung
    for rule in _UP:
        if rung.step == rule.step and now.level >= rule.level and rule.when(rung, now):
            return _stepped(rung, now, rule.to)
    if now.level == QUIET and rung.step > Step.PICTURE and _ready(rung, now):
        return _stepped(rung, now, Step(rung.step - 1))
    return rung


def rest(rung: Rung, until: date) -> Rung:
    """'This works for us': both said so, so it rests, from the first step on when it comes back."""
    return replace(rung, step=Step.PICTURE, since=None, strict=0, rests_until=until)


def _counted(rung: Rung, now: Now) -> Rung:
    """How many meetings in a row the strict threshold has held since help was offered."""
    fresh = now.met - rung.met_seen
    if now.level < STRICT:
        return replace(rung, strict=0, met_seen=now.met)
    if fresh > 0:
        return replace(rung, strict=rung.strict + fresh, met_seen=now.met)
    return rung


def _stepped(rung: Rung, now: Now, step: Step) -> Rung:
    # The count begins anew where help is offered: three more meetings are three more.
    strict = 0 if step == Step.OFFER_HELP else rung.strict
    return replace(rung, step=step, since=now.today, met_then=now.met, strict=strict)
