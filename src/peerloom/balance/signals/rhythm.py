"""Nobody meets, meetings keep moving, calendars share no time, an introduction is not answered."""

from __future__ import annotations

from peerloom.balance.facts import Facts
from peerloom.balance.safeguards import USUAL, Safeguards
from peerloom.balance.signals import signal as levels
from peerloom.balance.signals.signal import Signal
from peerloom.words import _, ngettext

LATELY, OFTEN, WEEK = 3, 2, 7


def silence(facts: Facts, safeguards: Safeguards = USUAL) -> Signal:
    """It is long since they met, by their own cadence; pauses are taken out."""
    if facts.unanswered:
        return Signal(levels.QUIET)
    last = facts.met[-1].on if facts.met else facts.opened_on
    days = (facts.today - last).days - facts.paused_days
    if days <= safeguards.late * facts.cadence_days:
        return Signal(levels.QUIET)
    level = levels.STRICT if days > safeguards.too_late * facts.cadence_days else levels.GENTLE
    words = (
        ngettext(
            "It is {days} day since you last met.", "It is {days} days since you last met.", days
        )
        if facts.met
        else ngettext(
            "It is {days} day since you were introduced.",
            "It is {days} days since you were introduced.",
            days,
        )
    )
    return Signal(level, words.format(days=days))


def moving(facts: Facts) -> Signal:
    """Two of the last three planned meetings were moved or cancelled."""
    lately = facts.moved[-LATELY:]
    if sum(lately) < OFTEN:
        return Signal(levels.QUIET)
    level = levels.STRICT if len(lately) == LATELY and all(lately) else levels.GENTLE
    return Signal(
        level,
        _("{lately} of your last {last} meetings were moved.").format(
            lately=sum(lately), last=len(lately)
        ),
    )


def clash(facts: Facts) -> Signal:
    """The longest time in a week when all are free is shorter than a meeting.

    Those who meet all the same need no word of it.
    """
    lately = facts.met and (facts.today - facts.met[-1].on).days <= facts.cadence_days
    if facts.ahead or lately:
        return Signal(levels.QUIET)
    if facts.shared_minutes is None or facts.shared_minutes >= facts.meeting_minutes:
        return Signal(levels.QUIET)
    level = levels.GENTLE if facts.shared_minutes else levels.STRICT
    return Signal(
        level,
        _(
            "The longest time in a week when all of you are free is {shared_minutes} minutes."
        ).format(shared_minutes=facts.shared_minutes),
    )


def waiting(facts: Facts) -> Signal:
    """Somebody has not looked at the introduction within a week, or two."""
    days = (facts.today - facts.opened_on).days - facts.paused_days
    if not facts.unanswered or facts.met or days < WEEK:
        return Signal(levels.QUIET)
    level = levels.STRICT if days >= 2 * WEEK else levels.GENTLE
    return Signal(level, _("The introduction has not been answered yet."), facts.unanswered)
