"""What thresholds do to partnerships whose truth is known: many made-up ones, the shipped estimate and
the shipped ladder.

Pairs are simulated all at once; a test holds their levels against `leaning` one by one.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
from numpy.typing import NDArray

from peerloom.balance.estimates import NEEDED, Threshold, beta_below, fold
from peerloom.balance.facts import STEPS
from peerloom.balance.ladder import Now, Rung, Step, climb, rest
from peerloom.balance.safeguards import Safeguards
from peerloom.balance.signals.hats import FINE, LOW
from peerloom.balance.signals.signal import GENTLE, QUIET, STRICT

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
UNSAID = -1


@dataclass(frozen=True)
class World:
    """How made-up pairs are.

    Attributes
    ----------
    mean
        Long-run share of asking of the first of the two; `until` is where it drifts to.
    spread
        How alike pairs are (concentration of a Beta law over pairs).
    swing
        How alike a pair's meetings are, likewise: at 1.5 most meetings belong to one of the two.
    answers
        Chance that one of the two answers a check-in.
    agenda
        Share of meetings to which something was brought.
    noise
        Standard deviation of an answer, of the whole scale.
    feels
        Share of people whose monthly answers follow what happens; the others say 'fine'.
    content
        It suits them: all say 'fine', and 'this works for us' when they are asked together.
    liar
        The second always says 'both', and that all is fine.
    """

    name: str
    mean: float
    until: float | None = None
    spread: float = 40.0
    swing: float = 3.0
    answers: float = 0.85
    agenda: float = 0.6
    noise: float = 0.15
    feels: float = 0.6
    content: bool = False
    liar: bool = False


WORLDS = (
    World("balanced", 0.5, swing=1.5),
    World("leaning", 0.86),
    World("mild", 0.68),
    World("agreed to lean", 0.86, content=True),
    World("drifting from balanced to leaning", 0.5, until=0.9),
    World("leaning, rarely answering", 0.86, answers=0.35, agenda=0.3),
    World("leaning, one of them not truthful", 0.86, liar=True),
)


@dataclass(frozen=True)
class Told:
    """What was said and brought.

    Attributes
    ----------
    hats
        (n, meetings, 2) answers, `UNSAID` for none.
    brought
        (n, meetings) the first one's part in the agenda's questions; nan where nothing was brought.
    chance, welcome
        (n, meetings, 2) monthly answers.
    """

    hats: Ints
    brought: Floats
    chance: Ints
    welcome: Ints


def tell(world: World, n: int, meetings: int, random: np.random.Generator) -> Told:
    """Pairs of a world, and what they say over their meetings."""
    until = world.mean if world.until is None else world.until
    means = np.linspace(world.mean, until, meetings)
    own = random.beta(world.mean * world.spread, (1 - world.mean) * world.spread, (n, 1))
    share = np.clip(means + (own - world.mean), 0.02, 0.98)
    asked = random.beta(share * world.swing, (1 - share) * world.swing)
    said = np.empty((n, meetings, 2), dtype=np.int64)
    for who, mine in enumerate((asked, 1 - asked)):
        noisy = mine + random.normal(0, world.noise, mine.shape)
        value = np.clip(np.rint(STEPS * (1 - noisy)), 0, STEPS).astype(np.int64)
        if world.liar and who:
            value[:] = STEPS // 2
        said[:, :, who] = np.where(random.random(mine.shape) < world.answers, value, UNSAID)
    items = random.integers(2, 5, asked.shape)
    part = random.binomial(items, asked) / items
    brought = np.where(random.random(asked.shape) < world.agenda, part, np.nan)
    chance, welcome = (np.full((n, meetings, 2), UNSAID, dtype=np.int64) for _ in range(2))
    for who, mine in enumerate((share, 1 - share)):
        follows = random.random((n, 1)) < (0.0 if world.content else world.feels)
        if world.liar and who:
            follows[:] = False
        monthly = (said[:, :, who] != UNSAID) & (np.arange(meetings) % 2 == 1)
        for into, room in ((chance, mine), (welcome, 1 - mine)):
            felt = np.minimum(1.0, room / 0.4) * STEPS + random.normal(0, 0.6, mine.shape)
            fine = random.integers(FINE, STEPS + 1, mine.shape)
            value = np.where(follows, np.clip(np.rint(felt), 0, STEPS), fine).astype(np.int64)
            into[:, :, who] = np.where(monthly, value, UNSAID)
    return Told(said, brought, chance, welcome)


def evidence(told: Told) -> tuple[Floats, Ints]:
    """Each meeting's share of asking of the first, and how many spoke of it; (n, meetings) both."""
    known = told.hats != UNSAID
    asked = 1 - told.hats / STEPS
    asked = np.where(known, np.stack([asked[..., 0], 1 - asked[..., 1]], axis=-1), 0.0)
    count = known.sum(axis=-1)
    agenda = ~np.isnan(told.brought) & (count > 0)
    total = asked.sum(axis=-1) + np.where(agenda, told.brought, 0.0)
    voices = count + agenda
    return np.where(voices > 0, total / np.maximum(voices, 1), 0.0), count


def levels(told: Told, safeguards: Safeguards) -> Ints:
    """The level of 'leaning' after each meeting, (n, meetings)."""
    x, count = evidence(told)
    gentle = _leans(x, count, safeguards.gentle)
    strict = _leans(x, count, safeguards.strict)
    felt, fine = _felt(told)
    found = np.where(strict, STRICT, np.where(gentle & ~fine, GENTLE, QUIET))
    return np.where(felt, STRICT, found)


def _leans(x: Floats, count: Ints, threshold: Threshold) -> NDArray[np.bool_]:
    weight = np.where(count > 1, 1.0, threshold.alone) * np.where(count > 0, threshold.weight, 0.0)
    alpha, beta = fold(x, weight, threshold)
    low, high = threshold.limits(2)
    above, below = beta_below(beta, alpha, 1 - high), beta_below(alpha, beta, low)
    answered = np.cumsum(count > 0, axis=1)
    sure: NDArray[np.bool_] = np.maximum(above, below) > threshold.sure
    return (answered >= NEEDED) & sure


def _felt(told: Told) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Somebody said twice in a row that it is not well; everybody's last word is that it is."""
    n, meetings, _ = told.chance.shape
    felt, fine = np.zeros((n, meetings), dtype=bool), np.zeros((n, meetings), dtype=bool)
    last = np.full((2, n, 2), UNSAID, dtype=np.int64)
    before = last.copy()
    for t in range(meetings):
        for k, values in enumerate((told.chance[:, t], told.welcome[:, t])):
            new = values != UNSAID
            before[k] = np.where(new, last[k], before[k])
            last[k] = np.where(new, values, last[k])
        low = (last >= 0) & (last <= LOW) & (before >= 0) & (before <= LOW)
        felt[:, t] = low.any(axis=(0, 2))
        fine[:, t] = (last >= FINE).all(axis=(0, 2))
    return felt, fine


@dataclass(frozen=True)
class Outcome:
    """Shares of a world's pairs, by meeting.

    Attributes
    ----------
    reached
        (steps, meetings): share that had reached a step (by its number) by then.
    """

    world: World
    reached: Floats

    def by(self, step: Step, meeting: int) -> float:
        """Share that reached the step by a meeting, counted from 1."""
        return float(self.reached[step, min(meeting, self.reached.shape[1]) - 1])


def outcome(
    world: World,
    safeguards: Safeguards,
    *,
    n: int = 1000,
    meetings: int = 12,
    seed: int = 1,
) -> Outcome:
    """A world's pairs on the ladder, with a meeting every two weeks and nothing mended.

    Parameters
    ----------
    n
        Pairs simulated.
    """
    random = np.random.default_rng(seed)
    found = levels(tell(world, n, meetings, random), safeguards)
    talks = random.random((n, meetings)) < 0.8
    highest = np.zeros((n, meetings), dtype=np.int64)
    first = date(2026, 1, 5)
    for row in range(n):
        rung, talked = Rung(), False
        for t in range(meetings):
            today = first + timedelta(days=14 * t)
            talked = rung.step == Step.BOTH_TOGETHER and (talked or bool(talks[row, t]))
            if world.content and talked:
                rung = rest(rung, today + timedelta(days=84))
            now = Now(today, int(found[row, t]), t + 1, talked=talked, unasked=safeguards.unasked)
            rung = climb(rung, now)
            highest[row, t] = max(rung.step, highest[row, t - 1] if t else 0)
    reached = np.stack([(highest >= step).mean(axis=0) for step in Step])
    return Outcome(world, reached)
