"""A program that is over, with answers, goals and the organisation's own file behind its figures.

What people answer is drawn from plain odds with a modest effect in them, so that the figures look as
those of a program that did some good: some clear, some not, a target missed.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from random import Random

from django.utils import timezone

from peerloom.accounts.actions import read_records
from peerloom.accounts.models import Organisation, Person
from peerloom.demo.made_up import MadeUp, make_up
from peerloom.participants.actions import StatedGoal, state_goals
from peerloom.participants.models import Participant
from peerloom.participants.queries import items_of
from peerloom.partnerships.actions import mark_goal, note_history
from peerloom.partnerships.models import GoalMark, Partnership
from peerloom.programs import actions as programs
from peerloom.programs.models import Program, Pulse
from peerloom.pulses.actions import note_answers
from peerloom.pulses.models import PulseReply
from peerloom.pulses.queries import Answers, asks, window_of

UNITS = ("Product", "Platform", "Data", "Customer care", "Operations")
SITES = ("Lyon", "Lisbon", "Lagos", "Remote")
TARGETS = {
    "skill_growth": 0.5, "belonging": 75.0, "retention": 90.0, "leadership": 0.3, "new_ties": 85.0,
    "engagement": 80.0, "match_satisfaction": 75.0, "goal_attainment": 0.0,
}  # fmt: skip
GOALS = (
    ("Run a review that people want to come back to", "They bring topics by themselves",
     "Nobody cancels", "Two of them run it without me"),
    ("Give honest feedback in the week it is due", "Once a week, in person",
     "Every other week", "Others ask me how I do it"),
    ("Hand over one project", "It runs without me for a month",
     "It runs with my notes", "It runs better than mine did"),
)  # fmt: skip
WORDS = (
    "Somebody to ask before I do something silly.",
    "I would have liked to begin a month earlier.",
    "The second meeting was the turning point: we brought real questions.",
    "An hour every two weeks is right. More would not have fitted.",
    "I learned as much from answering as from asking.",
    "Finding a time across sites was the hardest part.",
)
EXTRA = 260  # people of the organisation besides those who take part anywhere
FIRST, MIDDLE, LAST = 0.9, 0.75, 0.7  # who answers


def give_records(
    organisation: Organisation, people: Sequence[MadeUp], by: Person, on: date
) -> None:
    """The organisation's own file: everybody's unit, site, stage, when they joined and left.

    Parameters
    ----------
    on
        First day of the finished program; who left before is not in it.
    """
    chance = Random(11)
    more = make_up(len(people) + EXTRA, seed=2020)[len(people) :]
    lines = ["email,unit,site,stage,joined on,left on"]
    for k, person in enumerate([*people, *more]):
        stage = chance.choice(("first years", "first years", "experienced", "senior"))
        joined = on - timedelta(days=chance.randint(60, 2600))
        # Those early in their working life move on more often; peers hold them a little.
        yearly = (0.24 if stage == "first years" else 0.12) * (0.6 if k < len(people) else 1)
        left = ""
        if chance.random() < yearly * 1.1:
            left = (on + timedelta(days=chance.randint(20, 400))).isoformat()
        row = (person.email, chance.choice(UNITS), chance.choice(SITES), stage, joined, left)
        lines.append(",".join(map(str, row)))
    read_records(organisation, "\n".join(lines).encode(), by=by)


def give_outcome(program: Program, by: Person) -> None:
    """Meetings, goals and answers from the first pulse to the last; then it is over."""
    chance = Random(5)
    partnerships = list(program.partnerships.prefetch_related("parts__participant__person"))
    for partnership in partnerships:
        _meet(partnership, chance)
    for place in program.participants.filter(parts__isnull=False).distinct().order_by("pk"):
        _aim(place, chance)
    for moment in (Pulse.When.BASELINE, Pulse.When.MIDPOINT, Pulse.When.END):
        answer_pulse(program, moment, chance)
    programs.set_kpis(
        program,
        [
            programs.StatedKpi(k.name, k.indicator, k.unit, k.baseline, TARGETS.get(k.key), k.pk)
            for k in program.kpis.all()
        ],
        by=by,
    )
    ends = _noon(program.ends_on or date.today())
    program.partnerships.update(state=Partnership.State.ENDED, ended_at=ends)
    Program.objects.filter(pk=program.pk).update(state=Program.State.CLOSED)


def _meet(partnership: Partnership, chance: Random) -> None:
    """About every two weeks; one in seven hardly ever."""
    rarely = chance.random() < 0.14
    ends = partnership.program.ends_on or date.today()
    day = partnership.opened_at + timedelta(days=chance.randint(3, 12))
    parts, held = [p.pk for p in partnership.parts.all()], []
    while day.date() < ends:
        said = {
            p: {"hats": chance.choice((1, 2, 2, 3)), "talk": chance.choice((1, 2, 3)), "worth": 3}
            for p in parts
            if chance.random() < 0.8
        }
        held.append((day.replace(hour=chance.randint(8, 15), minute=0), said))
        day += timedelta(days=chance.randint(45, 70) if rarely else chance.randint(12, 20))
    note_history(partnership, held)
    partnership.parts.update(answered_at=partnership.opened_at + timedelta(days=1))


def _aim(place: Participant, chance: Random) -> None:
    """A goal with its own scale, and where it stood at the end; one in five says nothing of it."""
    text, success, less, more = chance.choice(GOALS)
    state_goals(place, [StatedGoal("growth", text, success, less, more)], by=place.person)
    goal = place.goals.first()
    if goal is None or chance.random() < 0.2:
        return
    level = chance.choices((-2, -1, 0, 1, 2), (4, 18, 40, 28, 10))[0]
    mark = mark_goal(goal, level, by=place.person)
    at = _noon((place.program.ends_on or date.today()) - timedelta(days=chance.randint(0, 20)))
    GoalMark.objects.filter(pk=mark.pk).update(made_at=at)


def answer_pulse(program: Program, moment: str, chance: Random) -> None:
    """What everybody who had a peer answers to one pulse."""
    pulse = program.pulses.select_related("program").get(moment=moment)
    window = window_of(pulse)
    share = {"baseline": FIRST, "midpoint": MIDDLE, "end": LAST}[moment]
    people = program.participants.filter(parts__isnull=False).distinct().select_related("person")
    found = []
    for place in people.order_by("pk"):
        place.program = program
        said = _answers(pulse, place, chance) if chance.random() < share else {}
        opens = window.opens if window else date.today()
        found.append((place, said, _noon(opens + timedelta(days=chance.randint(0, 10)))))
    note_answers(pulse, found)


def _answers(pulse: Pulse, place: Participant, chance: Random) -> Answers:
    """Odds of each answer: a little better at the end; looking back, people rate lower."""
    own = Random(place.pk)
    base = own.choice((-0.6, -0.2, 0.0, 0.3, 0.7))
    later = {"baseline": 0.0, "midpoint": 0.3, "own": 0.3, "end": 0.55}[pulse.moment]
    reply = PulseReply(pulse=pulse, participant=place)
    said: Answers = {}
    for item in asks(reply):
        if item.kind == "words":
            if chance.random() < 0.2:
                said[item.key] = chance.choice(WORDS)
            continue
        middle = 3.1 + base + later
        if item.kind == "able":
            middle = 1.9 + base if item.then else 2.2 + base + 1.6 * later
        if item.key.startswith("match."):
            # Whose wants are met would rather meet again.
            part, wants = place.parts.first(), items_of(place.answers.get("wants", ""))
            met = len(part.gets) / len(wants) if part and wants else 0.7
            middle = 2.6 + 2.2 * min(1.0, met)
        if item.key == "company.alone":
            middle = 6 - middle
        said[item.key] = min(5, max(1, round(chance.gauss(middle, 0.8))))
    return said


def ask_one_now(program: Program, by: Person) -> None:
    """A pulse of the manager's own that is open today; half have answered, Ana has not."""
    today = timezone.localdate()
    pulse = programs.write_pulse(
        program,
        name="How is it going?",
        scales=["safety"],
        own=[{"text": "An hour every two weeks is right for us."}],
        opens_on=today - timedelta(days=4),
        by=by,
    )
    chance = Random(8)
    people = program.participants.filter(parts__isnull=False).distinct().select_related("person")
    found = []
    for place in people.order_by("pk"):
        place.program = program
        ana = place.person.email == "participant@demo.example"
        said = _answers(pulse, place, chance) if chance.random() < 0.5 and not ana else {}
        found.append((place, said, _noon(today - timedelta(days=chance.randint(1, 3)))))
    note_answers(pulse, found)


def _noon(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time(12)))
