"""One always asks, or one always talks."""

from __future__ import annotations

from collections.abc import Mapping

from peerloom.balance.estimates import Threshold, What, observed, posterior
from peerloom.balance.facts import Facts
from peerloom.balance.safeguards import USUAL, Safeguards
from peerloom.balance.signals import signal as levels
from peerloom.balance.signals.signal import Signal
from peerloom.words import _

LOW = 1  # of 0 to 4: 'I get no chance', 'what I offer is not welcome'
FINE = 3
TWICE = 2


def leaning(facts: Facts, safeguards: Safeguards = USUAL) -> Signal:
    """Somebody wears one hat far more than the other.

    What people feel weighs more than the count: who says twice in a row that they get no chance to
    ask, or that what they offer is not welcome, is believed at once; where everybody's last word is
    that it is fine, only a strong lean is spoken of.
    """
    felt = _felt(facts)
    if felt is not None:
        return felt
    found = _lean(
        facts,
        safeguards,
        "hats",
        _("Over the last meetings one of you asks far more often."),
        _("Over the last meetings one of you shares far more often."),
    )
    if found.level == levels.GENTLE and _all_fine(facts):
        return Signal(levels.QUIET)
    return found


def talking(facts: Facts, safeguards: Safeguards = USUAL) -> Signal:
    """Somebody talks far more than they listen, or the other way."""
    return _lean(
        facts,
        safeguards,
        "talk",
        _("Over the last meetings one of you listens far more often."),
        _("Over the last meetings one of you talks far more often."),
    )


def _lean(facts: Facts, safeguards: Safeguards, what: What, more: str, less: str) -> Signal:
    # Of two the one mirrors the other, so that one of them tells of both.
    looked_at = facts.members[:1] if len(facts.members) == 2 else facts.members
    seen = {m: [observed(met, m, facts.members, what) for met in facts.met] for m in looked_at}
    best = Signal(levels.QUIET)
    for level, threshold in (
        (levels.GENTLE, safeguards.gentle),
        (levels.STRICT, safeguards.strict),
    ):
        side, member = _strongest(facts, threshold, seen)
        if side:
            best = Signal(level, more if side > 0 else less, (member,), side)
    return best


def _strongest(
    facts: Facts, threshold: Threshold, seen: Mapping[int, list[tuple[float, int]]]
) -> tuple[int, int]:
    """Side and member of the surest lean; 0 and 0 for none."""
    found = []
    for member, shares in seen.items():
        share = posterior(shares, len(facts.members), threshold)
        side = share.lean(threshold)
        if side:
            sure = share.above(threshold) if side > 0 else share.below(threshold)
            found.append((sure, side, member))
    if not found:
        return 0, 0
    if len(facts.members) == 2:
        # Where one shares too much, the other asks too much, and is the one to bring something.
        [(_, side, first)] = found
        return 1, first if side > 0 else facts.members[1]
    _, side, member = max(found, key=lambda f: (round(f[0], 12), f[1], -f[2]))
    return side, member


def _felt(facts: Facts) -> Signal | None:
    for member in facts.members:
        for name, side, words in (
            ("chance", -1, _("One of you gets little chance to ask.")),
            ("welcome", 1, _("What one of you offers seems not welcome.")),
        ):
            values = [
                value
                for met in facts.met
                if (said := met.said.get(member)) and (value := getattr(said, name)) is not None
            ]
            if len(values) >= TWICE and all(v <= LOW for v in values[-TWICE:]):
                return Signal(levels.STRICT, words, (member,), side)
    return None


def _all_fine(facts: Facts) -> bool:
    for member in facts.members:
        for name in ("chance", "welcome"):
            values = [
                value
                for met in facts.met
                if (said := met.said.get(member)) and (value := getattr(said, name)) is not None
            ]
            if not values or values[-1] < FINE:
                return False
    return True
