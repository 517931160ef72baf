"""Which criteria went along with good partnerships here, and whether the evidence is enough to say.

Regularised linear regression of a partnership's quality on what each criterion gave (Hoerl and
Kennard 1970), intervals by bootstrap over partnerships (Efron 1979). Associations, not causes: good
partnerships may have come of something else. It suggests weights and sets none.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from peerloom.matching.policy import WEIGHTS, Policy
from peerloom.matching.result import Partnership, Result
from peerloom.words import _

Floats = NDArray[np.float64]

PER_CRITERION = 10  # partnerships needed for each criterion before anything is said
RIDGE = 1.0  # pull towards no effect, in partnerships
# Of benefits from 0 to 1: a criterion that gave nearly the same to everybody says nothing here.
SPREAD = 0.05
SAMPLES = 1000
SEED = 20_260_101


@dataclass(frozen=True)
class Effect:
    """What one criterion had to do with the quality of partnerships.

    Attributes
    ----------
    criterion
        Its name.
    effect, low, high
        Change in quality between getting nothing and getting all of it, with its 95 % interval.
    evidence
        True where the interval, widened for the number of criteria looked at (Bonferroni), leaves
        out no effect.
    weight, suggested
        Its weight, and one step more or less of it where there is evidence; else the same.
    """

    criterion: str
    effect: float
    low: float
    high: float
    evidence: bool
    weight: float
    suggested: float


@dataclass(frozen=True)
class Learned:
    """Effects, or why there are none."""

    partnerships: int
    effects: tuple[Effect, ...]
    words: str


def learn(rounds: Sequence[Result], quality: Mapping[tuple[str, ...], float]) -> Learned:
    """Effects of the criteria that all these rounds share.

    Parameters
    ----------
    rounds
        Rounds under one list of criteria; weights may differ, the last round's are those changed.
    quality
        For each partnership (its members as in the result) how good it was, from 0 to 1.
    """
    if not rounds:
        return Learned(0, (), _("Not enough evidence: there is no round yet."))
    policy = rounds[-1].policy
    names = [c.name for c in policy.criteria]
    rows, outcome = [], []
    for result in rounds:
        if [c.name for c in result.policy.criteria] != names:
            raise ValueError("the rounds have different criteria")
        for p in result.partnerships:
            if p.members in quality:
                rows.append(_benefits(result.policy, p))
                outcome.append(quality[p.members])
    x = np.array(rows, float).reshape(len(rows), len(names))
    varies = [k for k in range(len(names)) if len(rows) and x[:, k].std() >= SPREAD]
    needed = PER_CRITERION * max(1, len(varies))
    if len(rows) < needed or not varies or np.ptp(outcome) == 0:
        few = _(
            "Not enough evidence: {number} partnerships have an outcome, and it takes {needed}."
        ).format(number=len(rows), needed=needed)
        alike = _("Not enough evidence: all of them went the same way.")
        return Learned(len(rows), (), few if len(rows) < needed or not varies else alike)
    effects = regress(x[:, varies], np.array(outcome))
    found = []
    for k, (effect, low, high, sure) in zip(varies, effects, strict=True):
        weight = policy.criteria[k].weight
        step = _step(weight, up=effect > 0) if sure else weight
        found.append(Effect(names[k], effect, low, high, sure, weight, step))
    seen = sum(e.evidence for e in found)
    words = (
        _("{seen} of {all} criteria went along with good partnerships here, or with poor ones.")
        if seen
        else _("{seen} of {all} criteria went along with good partnerships here.")
    )
    return Learned(len(rows), tuple(found), words.format(seen=seen, all=len(found)))


def _benefits(policy: Policy, partnership: Partnership) -> list[float]:
    """Mean benefit of each criterion in a partnership, both ways, in [0, 1]; 0 without a weight."""
    total = sum(round(c.weight * 1000) for c in policy.criteria)
    found = []
    for k, c in enumerate(policy.criteria):
        points = [sum(f.points[k]) / 2 for f in partnership.fits]
        share = round(c.weight * 1000) / max(1, total)
        found.append(sum(points) / len(points) / 1e6 / share if share else 0.0)
    return found


def regress(x: Floats, y: Floats) -> list[tuple[float, float, float, bool]]:
    """Effect of each column of x on y, its 95 % interval, and whether there is evidence.

    Parameters
    ----------
    x : float64 array, shape (partnerships, criteria)
    y : float64 array, shape (partnerships,)
    """
    rng = np.random.default_rng(SEED)
    n, k = x.shape
    samples = np.array([_ridge(x[who], y[who]) for who in rng.integers(0, n, (SAMPLES, n))])
    # A few partnerships stand in for all they might have been: widened as the t distribution is.
    wider = np.sqrt(n / max(1, n - k - 1))
    centre = _ridge(x, y)
    samples = centre + (samples - samples.mean(axis=0)) * wider
    low, high = np.quantile(samples, [0.025, 0.975], axis=0)
    strict_low, strict_high = np.quantile(samples, [0.025 / k, 1 - 0.025 / k], axis=0)
    sure = (strict_low > 0) | (strict_high < 0)
    return [
        (float(e), float(a), float(b), bool(s))
        for e, a, b, s in zip(centre, low, high, sure, strict=True)
    ]


def _ridge(x: Floats, y: Floats) -> Floats:
    spread = x.std(axis=0)
    # A column that does not vary in a sample says nothing there.
    z = (x - x.mean(axis=0)) / np.where(spread > 0, spread, 1.0)
    solved = np.linalg.solve(z.T @ z + RIDGE * np.eye(x.shape[1]), z.T @ (y - y.mean()))
    effect: Floats = solved / np.where(spread > 0, spread, 1.0)
    return effect


def _step(weight: float, *, up: bool) -> float:
    """The next weight in plain words, or half as much again beyond them."""
    ladder = [0.0, *WEIGHTS.values()]
    if up:
        return next((w for w in ladder if w > weight), weight * 1.5)
    return next((w for w in reversed(ladder) if w < weight), 0.0)
