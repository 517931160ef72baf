"""Five months of meetings for the demo's first program: rhythm for all, words for one pair."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from random import Random

from django.utils import timezone

from peerloom.accounts.models import Person
from peerloom.demo.care import give_care
from peerloom.participants.actions import StatedGoal, state_goals
from peerloom.partnerships import actions
from peerloom.partnerships.models import (
    CheckIn,
    Feedback,
    GoalMark,
    LearningMoment,
    Partnership,
    Thanks,
)
from peerloom.partnerships.queries import offered_slots
from peerloom.programs.models import Program

# What two people who really talk might bring and take along: hat, then words.
BROUGHT = (
    ("mentee", "I keep doing the work myself. How did you learn to hand things over?"),
    ("mentor", "How I plan a quarter on one page"),
    ("mentee", "Saying no to a project without losing the room"),
    ("mentee", "A colleague who is quiet in every meeting"),
    ("mentor", "What I wish I had asked in my first review"),
    ("mentee", "When is a plan good enough?"),
    ("mentor", "Two questions that open a difficult talk"),
    ("mentee", "Giving feedback to somebody who knows more than I do"),
    ("mentee", "Which meetings could I drop?"),
    ("mentor", "How our budget round really works"),
)
LEARNED = (
    "Ask what they tried before offering what I did.",
    "A task is handed over when I can live with how somebody else does it.",
    "Silence after a question is not a gap to fill.",
    "No is easier to hear with the reason first.",
    "My notes from three months ago sound like another person. Good.",
)
NOTES = (
    "Going well: the team meeting runs without me. Not so well: I rewrote a report at night.\n\n"
    "Tried: hand over the outcome, not the steps. Look again next time.",
    "Going well: first no of the year, and nobody was cross.\n\nWe both find short mails hard.",
    "Half of the time on the review, half on the quarter. Next time begin with the second question.",
)
STEPS = ("Ask Lena to run the next team meeting", "Send the one-page plan", "Drop one meeting")


def give_history(program: Program) -> None:
    """Meetings and check-ins for every partnership; the demo's participant has words besides."""
    random = Random(7)
    partnerships = program.partnerships.prefetch_related("parts__participant__person")
    for number, partnership in enumerate(partnerships.order_by("pk")):
        people = [p.participant.person for p in partnership.parts.all()]
        if any(p.email == "participant@demo.example" for p in people):
            _talk(partnership, people)
        else:
            _rhythm(partnership, random, number)
            _say_yes(partnership, people, random)
    give_care(program)


def _rhythm(partnership: Partnership, random: Random, number: int) -> None:
    """Meetings about every two weeks, some missed, some not said anything about.

    One in eight leans, and one of those finds its way back half-way.
    """
    parts = list(partnership.parts.all())
    day = partnership.opened_at + timedelta(days=random.randint(2, 9))
    leans, mends, held = number % 8 == 3, number % 16 == 11, []
    middle = partnership.opened_at + timedelta(days=70)
    while day < timezone.now() - timedelta(days=2):
        said = {}
        for k, part in enumerate(parts):
            way = (2 * (k % 2) - 1) * (leans and not (mends and day > middle))
            hats = min(4, max(0, 2 + random.choice((-1, 0, 0, 1)) + 2 * way))
            talk = 2 + random.choice((-1, 0, 0, 1))
            if random.random() < 0.85:
                said[part.pk] = {"hats": hats, "talk": talk, "worth": random.randint(2, 4)}
        if random.random() < 0.85:
            held.append((day.replace(hour=random.randint(8, 15), minute=0), said))
        day += timedelta(days=random.randint(12, 17))
    actions.note_history(partnership, held)
    partnership.parts.update(answered_at=partnership.opened_at + timedelta(days=1))


def _say_yes(partnership: Partnership, people: list[Person], random: Random) -> None:
    """Most have an agreement since their second meeting."""
    if random.random() < 0.9:
        said = {"rhythm": "Every two weeks.", "confidentiality": "What we say stays here."}
        actions.write_agreement(partnership, said, seen=(1, 0), by=people[0])
        for who in people:
            actions.accept_agreement(partnership, seen=(1, 1), by=who)
        partnership.agreements.update(accepted_at=partnership.opened_at + timedelta(days=20))


def _talk(partnership: Partnership, people: list[Person]) -> None:
    """The pair to look around in."""
    ana = next(p for p in people if p.email == "participant@demo.example")
    other = next(p for p in people if p != ana)
    place = ana.places.get(program=partnership.program)
    hope = StatedGoal(
        "growth", "Hand over work before I am tired of it", "Two projects run without me",
        "One project runs without me", "Somebody else runs a project better than I did",
    )  # fmt: skip
    state_goals(place, [hope], by=ana)
    goal = place.goals.first()
    assert goal
    day = _morning(partnership.opened_at.date() + timedelta(days=5))
    at = 0
    while day < timezone.now() - timedelta(days=9):
        meeting = actions.note_that_we_met(partnership, day, by=ana)
        for who, (hat, words) in zip((ana, other), BROUGHT[at % 5 * 2 :], strict=False):
            item = actions.add_item(meeting, words, hat=hat, by=who)
            actions.tick_item(item, True, by=ana)
        for k, who in enumerate((ana, other)):
            answers = {"hats": (1, 2, 3, 2)[(at + 2 * k) % 4], "talk": 2, "worth": 3 + at % 2}
            actions.check_in(meeting, answers | {"chance": 3, "welcome": 4}, by=who)
        if at < len(NOTES):
            actions.write_shared_note(meeting, NOTES[at], seen=0, by=ana)
        if at < len(LEARNED):
            moment = actions.note_learning(partnership, LEARNED[at], by=ana, meeting=meeting)
            LearningMoment.objects.filter(pk=moment.pk).update(made_at=day)
        if at < len(STEPS):
            step = actions.add_step(meeting, STEPS[at], by=(ana, other)[at % 2])
            actions.tick_step(step, at < 2, by=ana)
        if at in (2, 5, 8):
            mark = actions.mark_goal(goal, {2: -1, 5: 0, 8: 1}[at], by=ana)
            GoalMark.objects.filter(pk=mark.pk).update(made_at=day)
        CheckIn.objects.filter(meeting=meeting).update(made_at=day + timedelta(hours=2))
        at += 1
        day += timedelta(days=14)
    _agree(partnership, ana, other)
    parts = {p.participant.person_id: p.pk for p in partnership.parts.all()}
    kind = {"helped": "You let me finish the thought before you said what you had tried."}
    given = actions.give_feedback(partnership, parts[ana.pk], kind, by=other)
    Feedback.objects.filter(pk=given.pk).update(made_at=timezone.now() - timedelta(days=40))
    thanks = actions.thank(partnership, parts[ana.pk], "The hour before my review.", by=other)
    Thanks.objects.filter(pk=thanks.pk).update(made_at=timezone.now() - timedelta(days=20))
    slots = offered_slots(partnership)
    if slots:
        upcoming = actions.set_slot(partnership, slots[0], by=ana, weeks=2)
        if upcoming:
            actions.add_item(upcoming, BROUGHT[7][1], hat="mentee", by=other)
            actions.add_item(upcoming, "Moving from doing to delegating", hat="mentee", by=ana)


def _agree(partnership: Partnership, ana: Person, other: Person) -> None:
    said = {
        "rhythm": "Every two weeks; who cannot come says so the day before.",
        "channel": "Mail in between, an answer within two days.",
        "confidentiality": "What we say stays here. Names of others stay out.",
        "hats": "Each brings one question. Halfway through we change.",
        "needs": "Questions before advice. Straight words about deadlines.",
    }
    actions.write_agreement(partnership, said, seen=(1, 0), by=ana)
    for who in (ana, other):
        actions.accept_agreement(partnership, seen=(1, 1), by=who)
    begun = partnership.opened_at + timedelta(days=20)
    partnership.agreements.update(accepted_at=begun)


def _morning(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time(9)))
