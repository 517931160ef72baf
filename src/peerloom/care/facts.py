"""From how a partnership went to what signals read."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import date
from typing import cast

from peerloom.balance import Facts, Met, Rung, Safeguards, Said, Signal, Step, chosen
from peerloom.care.models import CareSignal
from peerloom.core.encryption import Safe
from peerloom.partnerships.queries import Course, MeetingCourse
from peerloom.programs.queries import SafeguardChoice

_SAID = ("hats", "talk", "worth", "chance", "welcome", "clear")


def met_of(meetings: Sequence[MeetingCourse]) -> tuple[Met, ...]:
    """A partnership's meetings as the estimate reads them."""
    return tuple(
        Met(
            m.on,
            {who: Said(**{k: v for k, v in a.items() if k in _SAID}) for who, a in m.said.items()},
            m.brought,
        )
        for m in meetings
    )


def facts_of(course: Course, today: date) -> Facts:
    """A partnership as signals read it."""
    fits: dict[int, int] = {}
    for meeting in course.met:
        fits |= {who: a["fit"] for who, a in meeting.said.items() if "fit" in a}
    return Facts(
        members=course.members,
        opened_on=course.opened_on,
        today=today,
        cadence_days=course.cadence_days,
        met=met_of(course.met),
        moved=tuple(course.moved),
        agreed_on=course.agreed_on,
        unanswered=course.unanswered,
        fits=fits,
        shared_minutes=course.longest_shared,
        meeting_minutes=course.meeting_minutes,
        paused_days=course.paused_days,
        ahead=course.ahead,
    )


def safeguards_for(choice: SafeguardChoice) -> Safeguards:
    """A program's choice as the balance reads it."""
    unasked = choice.unasked_since is not None
    return chosen(choice.early, choice.sure, choice.rhythm, unasked=unasked)


def rung_of(row: CareSignal) -> Rung:
    """The state on the ladder that a row keeps."""
    return Rung(
        step=Step(row.step),
        since=row.since,
        met_then=row.met_then,
        strict=row.strict,
        met_seen=row.met_seen,
        rests_until=row.rests_until,
    )


def keep_rung(row: CareSignal, rung: Rung) -> None:
    """Put a state on the ladder into a row; saving it is the caller's."""
    row.step, row.since, row.met_then = int(rung.step), rung.since, rung.met_then
    row.strict, row.met_seen, row.rests_until = rung.strict, rung.met_seen, rung.rests_until


def seal_about(box: Safe, signal: Signal) -> bytes:
    """Whom a signal is about, sealed."""
    said = {"members": signal.members, "side": signal.side, "reason": signal.reason}
    return box.seal(json.dumps(said))


def about(box: Safe, row: CareSignal) -> Signal:
    """The signal of a row, as it was last read."""
    text = box.read(cast(bytes, row.about_sealed))
    if not text:
        return Signal(row.level)
    said = json.loads(text)
    return Signal(row.level, said["reason"], tuple(said["members"]), said["side"])
