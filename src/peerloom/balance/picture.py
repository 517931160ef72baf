"""The picture that partners see of their own hats: words first, then numbers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from peerloom.balance.estimates import GENTLE, evenness, observed, share_of
from peerloom.balance.facts import Met
from peerloom.words import _

LATELY = 4  # meetings that the words are about
FROM = 2  # answered meetings before there is a picture
SOME = 0.1  # further from fair than this is worth a word


@dataclass(frozen=True)
class HatPicture:
    """How hats and talk divide between the members.

    Attributes
    ----------
    words
        A sentence or two, for all of them.
    asked, listened
        By member, the share of their time with the mentee hat, and of listening, from 0 to 1.
    over_time
        For each answered meeting, each member's share of asking.
    even
        How evenly asking divides in a circle, 0 to 1.
    """

    words: str
    asked: dict[int, float]
    listened: dict[int, float]
    over_time: list[dict[int, float]]
    even: float


def picture_of(
    meetings: Sequence[Met], members: Sequence[int], names: Mapping[int, str]
) -> HatPicture | None:
    """The picture after these meetings; None while too little is known."""
    told = [m for m in meetings if observed(m, members[0], members)[1]]
    if len(told) < FROM:
        return None
    asked = {m: share_of(told, m, members, GENTLE).mean for m in members}
    listened = {m: share_of(told, m, members, GENTLE, "talk").mean for m in members}
    over_time = [{m: observed(met, m, members)[0] for m in members} for met in told]
    count = min(LATELY, len(told))
    lately = {m: sum(x[m] for x in over_time[-count:]) / count for m in members}
    return HatPicture(
        _words(lately, names, count), asked, listened, over_time, evenness(list(asked.values()))
    )


def _words(lately: Mapping[int, float], names: Mapping[int, str], count: int) -> str:
    fair = 1 / len(lately)
    most = max(lately, key=lambda m: (lately[m], -m))
    least = min(lately, key=lambda m: (lately[m], m))
    if lately[most] - fair <= SOME:
        words = (
            _("Over the last {over} meetings you both asked and both shared.")
            if len(lately) == 2
            else _("Over the last {over} meetings all of you asked and shared.")
        )
    elif len(lately) > 2:
        words = _("Over the last {over} meetings {most} asked the most and {least} the least.")
    elif lately[most] - fair <= 0.3 * (1 - fair) / 0.5:
        words = _("Over the last {over} meetings {most} mostly asked and {least} mostly shared.")
    else:
        words = _("Over the last {over} meetings {most} asked and {least} shared.")
    over = {2: _("two"), 3: _("three"), 4: _("four")}[count]
    return words.format(over=over, most=names[most], least=names[least])
