"""How each member's time divides between asking and sharing, and between listening and talking.

For each meeting x in [0, 1] is the share in which a member wore the mentee hat: the mean of what
they said, of what the others said mirrored, and of the agenda's share. The long-run share has a
Beta posterior that forgets slowly: after each answered meeting

    alpha <- prior + keep (alpha - prior) + weight x,   beta alike with 1 - x,

where the weight is larger when more than one answered. A member leans when P(share > limit) or
P(share < mirrored limit) passes a confidence, after three answered meetings. The statistic mirrors
exactly when asking and sharing are swapped. In a circle of k the fair share is 1/k rather than a
half: x is the member's part in all the asking, and the limits lie as far from it in proportion.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from peerloom.balance.facts import STEPS, Met

Floats = NDArray[np.float64]
What = Literal["hats", "talk"]
NEEDED = 3  # answered meetings before anything is said


def beta_below(alpha: Any, beta: Any, limit: Any) -> Any:
    """How much of a Beta distribution lies below a limit; numbers or arrays of them."""
    from scipy.special import betainc  # slow to import, and only care's daily look needs it

    return betainc(alpha, beta, limit)


@dataclass(frozen=True)
class Threshold:
    """When a share counts as a lean.

    Attributes
    ----------
    limit
        A share beyond it, of two people, is a lean (tau).
    sure
        How sure one has to be (gamma).
    weight
        Of a meeting that more than one answered; of one that one answered it is `alone` times that.
    prior
        Both parameters of the Beta before anything is known.
    keep
        What is kept of the evidence from one meeting to the next (rho).
    """

    limit: float
    sure: float
    weight: float
    prior: float
    keep: float = 0.9
    alone: float = 0.6

    def limits(self, members: int) -> tuple[float, float]:
        """The shares below and above which a member of so many leans."""
        fair = 1 / members
        far = (self.limit - 0.5) / 0.5
        return fair * (1 - far), fair + far * (1 - fair)


# What partners see themselves, and what may leave the partnership: `benchmarks/balance` shows what
# each means, and chose them.
GENTLE = Threshold(limit=0.65, sure=0.70, weight=2.0, prior=1.0)
STRICT = Threshold(limit=0.65, sure=0.85, weight=3.0, prior=2.0)


@dataclass(frozen=True)
class Share:
    """The posterior of a member's long-run share.

    Attributes
    ----------
    answered
        Meetings that told anything of it.
    """

    alpha: float
    beta: float
    answered: int
    members: int = 2

    @property
    def mean(self) -> float:
        """The share one would bet on."""
        return self.alpha / (self.alpha + self.beta)

    def above(self, threshold: Threshold) -> float:
        """How sure it is that the share lies above the limit."""
        _, high = threshold.limits(self.members)
        return float(beta_below(self.beta, self.alpha, 1 - high))

    def below(self, threshold: Threshold) -> float:
        """How sure it is that the share lies below the mirrored limit."""
        low, _ = threshold.limits(self.members)
        return float(beta_below(self.alpha, self.beta, low))

    def lean(self, threshold: Threshold) -> int:
        """1 towards asking (or listening), -1 towards sharing (or talking), 0 for neither."""
        if self.answered < NEEDED:
            return 0
        if self.above(threshold) > threshold.sure:
            return 1
        return -1 if self.below(threshold) > threshold.sure else 0


def fold(x: Floats, weight: Floats, threshold: Threshold) -> tuple[Floats, Floats]:
    """Posterior parameters after each of the meetings, for many members at once.

    Parameters
    ----------
    x
        (n, meetings) shares in [0, 1]; what is not known counts for nothing, whatever stands there.
    weight
        (n, meetings) evidence of each; 0 where nobody answered. Such a meeting forgets nothing.

    Returns
    -------
    alpha, beta
        (n, meetings) each.
    """
    n, meetings = x.shape
    prior = threshold.prior
    alpha, beta = np.full(n, prior), np.full(n, prior)
    alphas, betas = np.empty((n, meetings)), np.empty((n, meetings))
    for t in range(meetings):
        known = weight[:, t] > 0
        share = np.where(known, x[:, t], 0.0)
        keep = np.where(known, threshold.keep, 1.0)
        alpha = prior + keep * (alpha - prior) + weight[:, t] * share
        beta = prior + keep * (beta - prior) + weight[:, t] * np.where(known, 1 - share, 0.0)
        alphas[:, t], betas[:, t] = alpha, beta
    return alphas, betas


def observed(
    met: Met, member: int, members: Sequence[int], what: What = "hats"
) -> tuple[float, int]:
    """A member's share of asking (or of listening) in one meeting, and how many spoke of it.

    The agenda counts as one more voice where anything was brought.
    """
    told = [
        (other, value)
        for other in members
        if (said := met.said.get(other)) and (value := getattr(said, what)) is not None
    ]
    voices: list[float] = []
    if len(members) == 2:
        for other, value in told:
            asked = 1 - value / STEPS
            voices.append(asked if other == member else 1 - asked)
    elif any(other == member for other, _ in told) and len(told) > 1:
        asking = {other: STEPS - value for other, value in told}
        total = sum(asking.values())
        # Of those who answered: as large a part of all as it is of theirs.
        part = asking[member] / total if total else 1 / len(told)
        voices.append(part * len(told) / len(members))
    if what == "hats" and (brought := _from_agenda(met, member, members)) is not None:
        voices.append(brought)
    return (sum(voices) / len(voices) if voices else 0.0), len(told) if voices else 0


def _from_agenda(met: Met, member: int, members: Sequence[int]) -> float | None:
    """The member's part in all questions that were brought; sharing counts as the others' asking."""
    asked = {m: met.brought.get(m, (0, 0))[0] for m in members}
    for m in members:
        for other in members:
            if other != m:
                asked[other] += met.brought.get(m, (0, 0))[1] / (len(members) - 1)  # type: ignore[assignment]
    total = sum(asked.values())
    return asked[member] / total if total else None


def share_of(
    meetings: Iterable[Met],
    member: int,
    members: Sequence[int],
    threshold: Threshold,
    what: What = "hats",
) -> Share:
    """A member's posterior after these meetings, oldest first."""
    seen = [observed(met, member, members, what) for met in meetings]
    return posterior(seen, len(members), threshold)


def posterior(seen: Iterable[tuple[float, int]], members: int, threshold: Threshold) -> Share:
    """The posterior after what was `observed`, oldest first."""
    alpha = beta = threshold.prior
    answered = 0
    for share, voices in seen:
        if voices:
            answered += 1
            weight = threshold.weight * (1.0 if voices > 1 else threshold.alone)
            alpha = threshold.prior + threshold.keep * (alpha - threshold.prior) + weight * share
            beta = (
                threshold.prior + threshold.keep * (beta - threshold.prior) + weight * (1 - share)
            )
    return Share(alpha, beta, answered, members)


def evenness(shares: Sequence[float]) -> float:
    """How evenly something is divided: normalised entropy, 1 for quite even, 0 for all with one."""
    total = sum(shares)
    if total <= 0 or len(shares) < 2:
        return 1.0
    parts = [s / total for s in shares if s > 0]
    return float(-sum(p * np.log(p) for p in parts) / np.log(len(shares)))
