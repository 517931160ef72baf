"""Figures of what people answered, and of how far they came on their own goals."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from statistics import fmean

from peerloom.evidence import SMALLEST, Estimate, attainment, attainment_scale, change, mean, share
from peerloom.participants.models import Goal
from peerloom.programs.models import Pulse
from peerloom.programs.scales import BY_KEY, LEAST, MOST
from peerloom.pulses.queries import ABLE, THEN, Answers, score, skills_in
from peerloom.results.figures import Beside, Measured, Missing, Point, Source, interval, number
from peerloom.results.reading import Reading, Said

SCALE = (float(LEAST), float(MOST))
# On a scale from 1 to 5: who says so, rather than neither nor.
AGREES = 3.5
AGREE_SINGLE = 4.0
Score = Callable[[Answers], float | None]


def skill_growth(reading: Reading) -> Source | Missing:
    """Change in how able people say they are, and the same as they see it looking back."""
    pairs: dict[int, tuple[float, float, float | None]] = {}
    for pk, (_, last) in reading.last.items():
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
                    "as they see it looking back", back.change.value, back.change.low,
                    back.change.high, back.change.n,
                    "At the end people rate again how able they were at the start: with what they "
                    "know now, many think less of it than they did then (response shift).",
                )
            )  # fmt: skip
        return Measured(
            found.change,
            f"People rate themselves {_moved(found.change, 'points')} in what they wanted to learn "
            f"than before they began, from {number(found.before, 1)} to {number(found.after, 1)} of 5",
            found.before,
            found.after,
            found.size,
            tuple(beside),
            _two(reading, found.before, found.after),
        )

    return _of_pulses("skill_growth", "points", 1, pairs, measure, reading, "skills")


def belonging(reading: Reading) -> Source | Missing:
    """Share who agree that they belong, in the last pulse, and the same people before."""
    return _agreeing(reading, "belonging", "belonging", "say that they belong here", AGREES)


def again(reading: Reading) -> Source | Missing:
    """Share who would take part again."""
    return _agreeing(reading, "again", "again", "would take part again", AGREE_SINGLE)


def leadership(reading: Reading) -> Source | Missing:
    """Change in coaching, motivating, challenging and giving feedback, as people see themselves."""
    scale = BY_KEY["leadership"]
    pairs = _both(reading, lambda said: score(said, scale))

    def measure(people: Sequence[int]) -> Measured:
        found = change([pairs[p][0] for p in people], [pairs[p][1] for p in people], SCALE)
        return Measured(
            found.change,
            "In coaching, motivating, challenging and giving feedback people see themselves "
            f"{_moved(found.change, 'points')} than before they began",
            found.before,
            found.after,
            found.size,
            (),
            _two(reading, found.before, found.after),
        )

    return _of_pulses("leadership", "points", 1, pairs, measure, reading, "leadership")


def match_satisfaction(reading: Reading) -> Source | Missing:
    """Share who would choose the same peer again: half-way, or at the end where nobody was asked."""
    scale = BY_KEY["match"]
    said, moment = (reading.middle, Pulse.When.MIDPOINT)
    if not any(score(s, scale) is not None for _, s in said.values()):
        said, moment = reading.last, Pulse.When.END
    scores = _scores(said, lambda answers: score(answers, scale))

    def measure(people: Sequence[int]) -> Measured:
        yes = [scores[p] >= AGREE_SINGLE for p in people]
        found = share(sum(yes), len(yes)).times(100)
        words = f"{number(found.value, 0, '%')} would choose to meet the same peer again"
        return Measured(found, words, alike=len(set(yes)) == 1)

    asked = reading.asked(moment)
    return _of_one(
        "match_satisfaction", "%", scores, said, measure, reading, f"match@{moment}", asked
    )


def safety(reading: Reading) -> Source | Missing:
    """Mean of the three statements on speaking freely with one's peer."""
    scale = BY_KEY["safety"]
    scores = _scores(reading.middle, lambda answers: score(answers, scale))

    def measure(people: Sequence[int]) -> Measured:
        values = [scores[p] for p in people]
        found = mean(values, SCALE)
        words = f"With their peer people feel safe to speak: {number(found.value, 1)} of 5"
        return Measured(found, words, alike=len(set(values)) == 1)

    asked = reading.asked(Pulse.When.MIDPOINT)
    question = f"safety@{Pulse.When.MIDPOINT}"
    return _of_one("safety", "points", scores, reading.middle, measure, reading, question, asked)


def goal_attainment(reading: Reading) -> Source | Missing:
    """Mean attainment of people's own goals, each on the scale they wrote."""
    levels: dict[int, list[int]] = {}
    keys: dict[int, str] = {}
    goals = Goal.objects.filter(participant__in=reading.places).prefetch_related("marks")
    for goal in goals.order_by("pk"):
        marks = list(goal.marks.all())
        if marks:
            levels.setdefault(goal.participant_id, []).append(marks[-1].level)
            keys[goal.participant_id] = f"{keys.get(goal.participant_id, '')}.{marks[-1].pk}"
    stated = goals.values("participant").distinct().count()
    if not levels:
        return Missing("goal_attainment", _nobody("has said yet how far they came on a goal"))

    def measure(people: Sequence[int]) -> Measured:
        values = [fmean(levels[p]) for p in people]
        found = mean(values, (-2, 2))
        t = [attainment(levels[p]) for p in people]
        most = max(attainment_scale(len(levels[p]))[1] for p in people)
        whole = mean(t, (100 - most, most))
        reached = share(sum(v >= 0 for v in values), len(values)).times(100)
        return Measured(
            found,
            f"On the scales they wrote themselves people stand at {number(found.value, 2)}, where 0 "
            f"is as hoped; {number(reached.value, 0, '%')} came as far as they hoped or further",
            beside=(
                Beside("as a T-score (50 is as hoped)", whole.value, whole.low, whole.high, whole.n,
                       "Kiresuk and Sherman (1968)."),
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
    last = _scores(reading.last, lambda said: score(said, of_scale))
    first = _scores(reading.first, lambda said: score(said, of_scale))
    pairs = {p: (first[p], last[p]) for p in last if p in first}
    asked_twice = any(scale in p.scales for p in reading.program.pulses.filter(moment="baseline"))
    if asked_twice:
        last = {p: both[1] for p, both in pairs.items()}

    def measure(people: Sequence[int]) -> Measured:
        yes = [last[p] >= from_ for p in people]
        found = share(sum(yes), len(yes)).times(100)
        said = f"{number(found.value, 0, '%')} {words}"
        if not asked_twice:
            return Measured(found, said, alike=len(set(yes)) == 1)
        before = share(sum(pairs[p][0] >= from_ for p in people), len(people)).times(100)
        moved = change([pairs[p][0] for p in people], [pairs[p][1] for p in people], SCALE)
        return Measured(
            found,
            f"{said}; before they began it was {number(before.value, 0, '%')} of the same people",
            before.value,
            found.value,
            moved.size,
            (
                Beside("change of the mean, 1 to 5", moved.change.value, moved.change.low,
                       moved.change.high, moved.change.n),
            ),
            _two(reading, before.value, found.value),
            alike=len(set(yes)) == 1,
        )  # fmt: skip

    if asked_twice:
        return _of_pulses(key, "%", 0, pairs, measure, reading, scale)
    asked = reading.asked(Pulse.When.END)
    return _of_one(key, "%", last, reading.last, measure, reading, f"{scale}@end", asked)


def _both(reading: Reading, scored: Score) -> dict[int, tuple[float, float]]:
    first, last = _scores(reading.first, scored), _scores(reading.last, scored)
    return {p: (first[p], last[p]) for p in last if p in first}


def _scores(said: Said, scored: Score) -> dict[int, float]:
    found = ((p, scored(answers)) for p, (_, answers) in said.items())
    return {p: s for p, s in found if s is not None}


def _of_pulses(
    key: str,
    unit: str,
    digits: int,
    pairs: Mapping[int, object],
    measure: Callable[[Sequence[int]], Measured],
    reading: Reading,
    scale: str,
) -> Source | Missing:
    """A figure of those who answered the first and the last pulse."""
    if not pairs:
        return Missing(key, _nobody("has answered both the first and the last pulse yet"))
    keys = {
        p: {
            f"{scale}@first": f"{p}.{reading.first[p][0]}",
            f"{scale}@last": f"{p}.{reading.last[p][0]}",
        }
        for p in pairs
    }
    of = max(reading.asked(Pulse.When.END), len(pairs))
    return Source(key, unit, digits, tuple(sorted(pairs)), keys, measure, reading.groups, of)


def _of_one(
    key: str,
    unit: str,
    scores: Mapping[int, float],
    said: Said,
    measure: Callable[[Sequence[int]], Measured],
    reading: Reading,
    question: str,
    asked: int,
) -> Source | Missing:
    """A figure of those who answered one pulse."""
    if not scores:
        return Missing(key, _nobody("has answered this yet"))
    keys = {p: {question: f"{p}.{said[p][0]}"} for p in scores}
    digits = 0 if unit == "%" else 1
    of = max(asked, len(scores))
    return Source(key, unit, digits, tuple(sorted(scores)), keys, measure, reading.groups, of)


def _two(reading: Reading, before: float, after: float) -> tuple[Point, ...]:
    """From before the program to its end, of the same people."""
    starts, ends = reading.program.starts_on, reading.program.ends_on
    if not starts or not ends:
        return ()
    return (Point(starts.isoformat(), before), Point(ends.isoformat(), after))


def _moved(e: Estimate, unit: str) -> str:
    up = "higher" if e.value >= 0 else "lower"
    return f"{number(abs(e.value), 1)} {unit} {up} ({interval(e, 1)})"


def _nobody(words: str) -> str:
    return f"Not enough evidence: nobody {words}; it takes {SMALLEST} people."
