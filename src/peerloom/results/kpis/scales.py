"""Figures of a scale as it is: how it changed, or where it stands; and of a manager's own pulses."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from django.utils.translation import gettext as _

from peerloom.core.words import spoken
from peerloom.evidence import Estimate, change, mean, share
from peerloom.programs.models import Pulse
from peerloom.programs.scales import BY_KEY, COUNTS, LEAST, MOST, Kind, Scale
from peerloom.pulses.queries import Answers, answers_to, pulses_of, score
from peerloom.results.figures import Measured, Missing, Source, interval, number
from peerloom.results.kpis.sources import both, moved, of_one, of_pulses, scores_of, two
from peerloom.results.reading import Reading, Said

AGREES = 4.0  # of 5
Builder = Callable[[Reading], Source | Missing]


def changed(key: str, sentence: Callable[[Estimate], str]) -> Builder:
    """How a scale changed from the first pulse to the last, of the same people."""
    scale = BY_KEY[key]
    unit = "people" if scale.kind == Kind.COUNT else "points"
    low, high = _ends(scale)

    def build(reading: Reading) -> Source | Missing:
        pairs = both(reading, _scoring(scale))

        def measure(people: Sequence[int]) -> Measured:
            found = change(
                [pairs[p][0] for p in people], [pairs[p][1] for p in people], (low, high)
            )
            return Measured(
                found.change,
                spoken(
                    lambda: _("{change} than before they began").format(
                        change=sentence(found.change)
                    )
                ),
                found.before,
                found.after,
                found.size,
                (),
                two(reading, found.before, found.after),
            )

        outcome = {p: b - a for p, (a, b) in pairs.items()}
        return of_pulses(key, unit, 1, pairs, measure, reading, key, outcome)

    return build


def half_way(key: str, sentence: str) -> Builder:
    """Where a scale stands half-way."""

    def build(reading: Reading) -> Source | Missing:
        moment = Pulse.When.MIDPOINT
        asked = reading.asked(moment)
        return _level(reading, key, sentence, reading.middle, key, f"{key}@{moment}", asked)

    return build


def of_own_pulses(reading: Reading) -> list[tuple[str, Source | Missing]]:
    """Each statement of the manager's own, and each scale of a pulse on a day of its own, by name."""
    found: list[tuple[str, Source | Missing]] = []
    for pulse, _window in pulses_of(reading.program):
        scales = [BY_KEY[s] for s in pulse.scales if BY_KEY[s].kind == Kind.AGREE]
        if pulse.moment != Pulse.When.OWN:
            scales = []
        if not pulse.own and not scales:
            continue
        said = {pk: s for pk, s in answers_to(pulse).items() if pk in reading.people}
        asked = pulse.replies.filter(asked_at__isnull=False, participant__in=reading.places).count()
        for statement in pulse.own:
            key, text = f"own-{pulse.pk}-{statement['key']}", str(statement["text"])
            source = _own(reading, said, key, f"own.{statement['key']}", asked)
            found.append((_of(pulse, text), source))
        for scale in scales:
            key, name = f"own-{pulse.pk}-{scale.key}", spoken(scale.name)
            source = _level(reading, key, name, said, scale.key, key, asked)
            found.append((_of(pulse, name), source))
    return found


def _of(pulse: Pulse, name: str) -> str:
    return spoken(lambda: f"{name} ({pulse})")


def _own(reading: Reading, said: Said, key: str, item: str, asked: int) -> Source | Missing:
    scores = {p: float(a[item]) for p, (_, a) in said.items() if item in a}

    def measure(people: Sequence[int]) -> Measured:
        yes = [scores[p] >= AGREES for p in people]
        found = share(sum(yes), len(yes)).times(100)
        words = spoken(
            lambda: _("{value} agree (4 or 5 of 5)").format(value=number(found.value, 0, "%"))
        )
        return Measured(found, words, alike=len(set(yes)) == 1)

    return of_one(key, "%", scores, said, measure, reading, key, asked)


def _level(
    reading: Reading, key: str, sentence: str, said: Said, scale: str, question: str, asked: int
) -> Source | Missing:
    scores: Mapping[int, float] = scores_of(said, _scoring(BY_KEY[scale]))
    ends = _ends(BY_KEY[scale])

    def measure(people: Sequence[int]) -> Measured:
        values = [scores[p] for p in people]
        found = mean(values, ends)
        words = spoken(
            lambda: _("{sentence}: {value} of {most}").format(
                sentence=sentence, value=number(found.value, 1), most=MOST
            )
        )
        return Measured(found, words, alike=len(set(values)) == 1)

    return of_one(key, "points", scores, said, measure, reading, question, asked)


def _ends(scale: Scale) -> tuple[float, float]:
    """Least and most of a score."""
    if scale.kind == Kind.COUNT:
        return min(COUNTS.values()), max(COUNTS.values())
    return float(LEAST), float(MOST)


def _scoring(scale: Scale) -> Callable[[Answers], float | None]:
    def scored(said: Answers) -> float | None:
        found = score(said, scale)
        # A single question on how many: what the chosen range stands for.
        return COUNTS[int(found)] if found is not None and scale.kind == Kind.COUNT else found

    return scored


def higher(start: str) -> Callable[[Estimate], str]:
    """A sentence on a change in points."""
    return lambda e: spoken(lambda: f"{start} {moved(e)}")


def more_people(e: Estimate) -> str:
    """A sentence on a change in how many people."""
    return spoken(
        lambda: (
            _("People could ask {value} more people of other teams ({interval})")
            if e.value >= 0
            else _("People could ask {value} fewer people of other teams ({interval})")
        ).format(value=number(abs(e.value), 1), interval=interval(e, 1))
    )
