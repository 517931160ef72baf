"""Figures of what people answered, and of how far they came on their own goals."""

from __future__ import annotations

from collections.abc import Sequence
from statistics import fmean

from django.utils.translation import gettext as _

from peerloom.core.words import later, spoken
from peerloom.evidence import attainment, attainment_scale, change, mean, share
from peerloom.participants.models import Goal
from peerloom.partnerships.models import GoalMark
from peerloom.programs.models import Pulse
from peerloom.programs.scales import BY_KEY, LEAST, MOST
from peerloom.pulses.queries import (
    ABLE,
    THEN,
    score,
    skills_in,
)
from peerloom.results.figures import Beside, Measured, Missing, Source, number
from peerloom.results.kpis.sources import moved, nobody, of_one, of_pulses, scores_of, two
from peerloom.results.reading import Reading

SCALE = (float(LEAST), float(MOST))
# On a scale from 1 to 5: who says so, rather than neither nor.
AGREES = 3.5
AGREE_SINGLE = 4.0


def skill_growth(reading: Reading) -> Source | Missing:
    """Change in how able people say they are, and the same as they see it looking back."""
    pairs: dict[int, tuple[float, float, float | None]] = {}
    for pk, (_at, last) in reading.last.items():
        if pk not in reading.first:
            continue
        before, now = skills_in(reading.first[pk][1], ABLE), skills_in(last, ABLE)
        both = sorted(set(before) & set(now))
        if not both:
            continue
        then = skills_in(last, THEN)
        back = fmean(then[s] for s in both) if set(both) <= set(then) else None
        pairs[pk] = (fmean(before[s] for s in both), fmean(now[s] for s in both), back)

    def measure(people: Sequence[int]) -> Measured:
        found = change([pairs[p][0] for p in people], [pairs[p][1] for p in people], SCALE)
        looked = [p for p in people if pairs[p][2] is not None]
        beside = []
        # Only where all of them looked back: otherwise the two tell of those who did not.
        if len(looked) == len(people):
            back = change([pairs[p][2] or 0 for p in people], [pairs[p][1] for p in people], SCALE)
            beside.append(
                Beside(
                    later("as they see it looking back"), back.change.value, back.change.low,
                    back.change.high, back.change.n,
                    later(
                        "At the end people rate again how able they were at the start: with what they know "
                        "now, many think less of it than they did then (response shift)."
),
                )
            )  # fmt: skip
        return Measured(
            found.change,
            spoken(
                lambda: _(
                    "People rate themselves {change} in what they wanted to learn than before they "
                    "began, from {before} to {after} of 5"
                ).format(
                    change=moved(found.change),
                    before=number(found.before, 1),
                    after=number(found.after, 1),
                )
            ),
            found.before,
            found.after,
            found.size,
            tuple(beside),
            two(reading, found.before, found.after),
        )

    return of_pulses(
        "skill_growth",
        "points",
        1,
        pairs,
        measure,
        reading,
        "skills",
        {p: x[1] - x[0] for p, x in pairs.items()},
    )


def belonging(reading: Reading) -> Source | Missing:
    """Share who agree that they belong, in the last pulse, and the same people before."""
    return _agreeing(reading, "belonging", "belonging", later("say that they belong here"), AGREES)


def again(reading: Reading) -> Source | Missing:
    """Share who would take part again."""
    return _agreeing(reading, "again", "again", later("would take part again"), AGREE_SINGLE)


def stay(reading: Reading) -> Source | Missing:
    """Share who see themselves here in two years, and the same people before."""
    return _agreeing(
        reading, "stay", "stay", later("see themselves here in two years"), AGREE_SINGLE
    )


def match_satisfaction(reading: Reading) -> Source | Missing:
    """Share who would choose the same peer again: half-way, or at the end where nobody was asked."""
    scale = BY_KEY["match"]
    said, moment = (reading.middle, Pulse.When.MIDPOINT)
    if not any(score(s, scale) is not None for _, s in said.values()):
        said, moment = reading.last, Pulse.When.END
    scores = scores_of(said, lambda answers: score(answers, scale))

    def measure(people: Sequence[int]) -> Measured:
        yes = [scores[p] >= AGREE_SINGLE for p in people]
        found = share(sum(yes), len(yes)).times(100)
        words = spoken(
            lambda: _("{value} would choose to meet the same peer again").format(
                value=number(found.value, 0, "%")
            )
        )
        return Measured(found, words, alike=len(set(yes)) == 1)

    asked = reading.asked(moment)
    return of_one(
        "match_satisfaction", "%", scores, said, measure, reading, f"match@{moment}", asked
    )


def goal_attainment(reading: Reading) -> Source | Missing:
    """Mean attainment of people's own goals, each on the scale they wrote."""
    levels: dict[int, list[int]] = {}
    keys: dict[int, str] = {}
    goals = Goal.objects.filter(participant__in=reading.places)
    marks = GoalMark.objects.filter(goal__in=goals).order_by("goal", "pk")
    # Of each goal the last one stands.
    last = {m[0]: m for m in marks.values_list("goal", "pk", "level", "goal__participant")}
    for _goal, mark, level, person in last.values():
        levels.setdefault(person, []).append(level)
        keys[person] = f"{keys.get(person, '')}.{mark}"
    stated = goals.values("participant").distinct().count()
    if not levels:
        return Missing("goal_attainment", nobody(later("has said yet how far they came on a goal")))

    def measure(people: Sequence[int]) -> Measured:
        values = [fmean(levels[p]) for p in people]
        found = mean(values, (-2, 2))
        t = [attainment(levels[p]) for p in people]
        most = max(attainment_scale(len(levels[p]))[1] for p in people)
        whole = mean(t, (100 - most, most))
        reached = share(sum(v >= 0 for v in values), len(values)).times(100)
        return Measured(
            found,
            spoken(lambda: _(
                "On the scales they wrote themselves people stand at {value}, where 0 is as hoped; "
                "{reached} came as far as they hoped or further"
).format(value=number(found.value, 2), reached=number(reached.value, 0, '%'))),
            beside=(
                Beside(later("as a T-score (50 is as hoped)"), whole.value, whole.low, whole.high, whole.n,
                       later("Kiresuk and Sherman (1968).")),
            ),
            alike=len(set(values)) == 1,
        )  # fmt: skip

    return Source(
        "goal_attainment", "points", 2, tuple(sorted(levels)),
        {p: {"goals": f"{p}{keys[p]}"} for p in levels}, measure, reading.groups, stated,
    )  # fmt: skip


def _agreeing(reading: Reading, key: str, scale: str, words: str, from_: float) -> Source | Missing:
    """Share whose score at the end says so; beside it the same people's at the start."""
    of_scale = BY_KEY[scale]
    last = scores_of(reading.last, lambda said: score(said, of_scale))
    first = scores_of(reading.first, lambda said: score(said, of_scale))
    pairs = {p: (first[p], last[p]) for p in last if p in first}
    asked_twice = any(scale in p.scales for p in reading.program.pulses.filter(moment="baseline"))
    if asked_twice:
        last = {p: both[1] for p, both in pairs.items()}

    def measure(people: Sequence[int]) -> Measured:
        yes = [last[p] >= from_ for p in people]
        found = share(sum(yes), len(yes)).times(100)
        said = spoken(lambda: f"{number(found.value, 0, '%')} {words}")
        if not asked_twice:
            return Measured(found, said, alike=len(set(yes)) == 1)
        before = share(sum(pairs[p][0] >= from_ for p in people), len(people)).times(100)
        moved = change([pairs[p][0] for p in people], [pairs[p][1] for p in people], SCALE)
        return Measured(
            found,
            spoken(lambda: _("{said}; before they began it was {value} of the same people").format(said=said, value=number(before.value, 0, '%'))),
            before.value,
            found.value,
            moved.size,
            (
                Beside(later("change of the mean, 1 to 5"), moved.change.value, moved.change.low,
                       moved.change.high, moved.change.n),
            ),
            two(reading, before.value, found.value),
            alike=len(set(yes)) == 1,
        )  # fmt: skip

    if asked_twice:
        change_of = {p: b - a for p, (a, b) in pairs.items()}
        return of_pulses(key, "%", 0, pairs, measure, reading, scale, change_of)
    asked = reading.asked(Pulse.When.END)
    return of_one(key, "%", last, reading.last, measure, reading, f"{scale}@end", asked)
