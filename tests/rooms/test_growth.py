"""What comes of meeting: an agreement, feedback, goals that move, what is learned."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from peerloom.accounts.actions import erase
from peerloom.participants.actions import StatedGoal, state_goals
from peerloom.partnerships import actions, queries
from peerloom.partnerships.errors import (
    NothingSaid,
    PartnershipEnded,
    TextConflict,
)
from peerloom.partnerships.kindly import hints
from peerloom.partnerships.models import Partnership, Thanks
from tests.rooms.partners import NOW, Pair, held


def test_an_agreement_holds_once_both_said_yes_to_the_same_words(
    pair: Pair, client: Client
) -> None:
    partnership, ana, ben = pair
    page = reverse("agreement", args=[partnership.pk])
    client.force_login(ana)
    client.post(page, {"seen": "1-0", "rhythm": "Every two weeks"})
    actions.accept_agreement(partnership, seen=(1, 1), by=ana)
    client.force_login(ben)
    # Ben changed from an older page: nothing is overwritten, both are shown.
    clash = client.post(page, {"seen": "1-0", "rhythm": "Every week"})
    assert clash.status_code == 409
    assert "Every two weeks" in clash.content.decode()
    assert "Every week" in clash.content.decode()
    client.post(page, {"seen": "1-1", "rhythm": "Every week", "channel": "Mail"})
    # Ana's yes was to other words.
    assert partnership.agreements.get().acceptances.count() == 0
    with pytest.raises(TextConflict):
        actions.accept_agreement(partnership, seen=(1, 1), by=ana)
    actions.accept_agreement(partnership, seen=(1, 2), by=ana)
    assert partnership.agreements.get().accepted_at is None
    actions.accept_agreement(partnership, seen=(1, 2), by=ben)
    assert partnership.agreements.get().accepted_at

    # Changed later, it is a new version; the old one holds until all agree again.
    client.post(page, {"seen": "2-0", "rhythm": "Every month"})
    seen = queries.agreement_of(partnership, ben)
    assert (seen.said["rhythm"], seen.holding["rhythm"]) == ("Every month", "Every week")
    assert seen.holds
    assert seen.holds.number == 1


def test_the_agreement_comes_up_after_two_meetings_and_halfway(pair: Pair) -> None:
    partnership, ana, ben = pair
    assert queries.partnership_page(partnership, ana).agreement_due == ""
    held(partnership, ana)
    with time_machine.travel(NOW + timedelta(days=14), tick=False):
        held(partnership, ana)
        assert "met twice" in queries.partnership_page(partnership, ana).agreement_due
        actions.write_agreement(partnership, {"rhythm": "weekly"}, seen=(1, 0), by=ana)
        for person in (ana, ben):
            actions.accept_agreement(partnership, seen=(1, 1), by=person)
        assert queries.partnership_page(partnership, ana).agreement_due == ""
    with time_machine.travel(datetime(2026, 5, 1, tzinfo=UTC), tick=False):
        assert "Half of your time" in queries.partnership_page(partnership, ana).agreement_due
        partnership.state = Partnership.State.ENDED
        assert queries.partnership_page(partnership, ana).agreement_due == ""


def test_feedback_is_for_two_and_blind_at_the_midpoint(pair: Pair, client: Client) -> None:
    partnership, ana, ben = pair
    parts = {p.participant.person_id: p for p in partnership.parts.all()}
    to_ben = {"to": parts[ben.pk].pk, "helped": "When you asked what I had tried."}
    client.force_login(ana)
    page = reverse("feedback", args=[partnership.pk])
    client.post(page, to_ben)
    client.force_login(ben)
    assert "When you asked what I had tried." in client.get(page).content.decode()
    with time_machine.travel(datetime(2026, 5, 1, tzinfo=UTC), tick=False):
        assert queries.feedback_is_due(partnership, parts[ana.pk]) == "midpoint"
        actions.give_feedback(
            partnership, parts[ben.pk].pk, {"need": "blind"}, by=ana, moment="midpoint"
        )
        got, _ = queries.feedback_for(partnership, parts[ben.pk])
        assert [f.said["need"] for f in got] == [""]
        actions.give_feedback(
            partnership, parts[ana.pk].pk, {"need": "too"}, by=ben, moment="midpoint"
        )
        got, _ = queries.feedback_for(partnership, parts[ben.pk])
        assert [f.said["need"] for f in got] == ["blind", ""]
    with pytest.raises(NothingSaid):
        actions.give_feedback(partnership, parts[ben.pk].pk, {"helped": " "}, by=ana)


def test_words_that_land_badly_are_named_and_may_still_be_given(pair: Pair, client: Client) -> None:
    partnership, ana, ben = pair
    to = partnership.parts.get(participant__person=ben).pk
    client.force_login(ana)
    page = reverse("feedback", args=[partnership.pk])
    first = client.post(page, {"to": to, "shift": "You never listen, you should ask."})
    assert first.status_code == 422
    assert "Say it as a wish" in first.content.decode()
    assert not partnership.feedback.exists()
    client.post(page, {"to": to, "shift": "You never listen.", "as_it_is": "yes"})
    assert partnership.feedback.count() == 1
    assert [h.words for h in hints("You ALWAYS talk")] == ["ALWAYS"]
    assert hints("I would like ten minutes for my own question.") == []


def test_goals_move_on_their_scale_and_the_journey_keeps_them(pair: Pair, client: Client) -> None:
    partnership, ana, ben = pair
    place = ana.places.get()
    state_goals(place, [StatedGoal("skill", "Say no kindly")], by=ana)
    goal = place.goals.get()
    client.force_login(ben)
    assert client.post(reverse("mark_goal", args=[goal.pk]), {"level": "2"}).status_code == 404
    client.force_login(ana)
    for level in ("-1", "1", "2"):
        client.post(reverse("mark_goal", args=[goal.pk]), {"level": level})
    assert [m.level for m in goal.marks.all()] == [-1, 1, 2]
    for wrong in ("x", "99", "²", ""):
        assert (
            client.post(reverse("mark_goal", args=[goal.pk]), {"level": wrong}).status_code == 404
        )
    thanks = actions.thank(
        partnership, partnership.parts.get(participant__person=ana).pk, "Thx", by=ben
    )
    client.post(reverse("show_thanks", args=[thanks.pk]), {"shown": "wall"})
    assert client.post(reverse("show_thanks", args=[thanks.pk]), {"shown": "x"}).status_code == 404
    wall = client.get(reverse("wall", args=[place.pk])).content.decode()
    assert "To Ana: “Thx”" in wall
    assert "Ben" not in wall
    held(partnership, ana)
    page = client.get(reverse("journey")).content.decode()
    assert "much better than hoped" in page
    assert "Thx" in page
    assert client.get(reverse("journey_pdf")).content.startswith(b"%PDF")


def test_what_is_learned_is_ones_own_until_shared(pair: Pair, client: Client) -> None:
    partnership, ana, ben = pair
    moment = actions.note_learning(partnership, "Ask before telling", by=ana)
    client.force_login(ben)
    page = reverse("partnership", args=[partnership.pk])
    assert "Ask before telling" not in client.get(page).content.decode()
    url = reverse("moment_do", args=[moment.pk, "share"])
    assert client.post(url, {"shared": "partners"}).status_code == 404
    client.force_login(ana)
    assert client.post(url, {"shared": "everybody"}).status_code == 404
    client.post(url, {"shared": "partners"})
    client.force_login(ben)
    assert "Ask before telling" in client.get(page).content.decode()


def test_an_ended_partnership_is_read_and_not_written(pair: Pair, client: Client) -> None:
    partnership, ana, _ = pair
    meeting = held(partnership, ana)
    actions.write_shared_note(meeting, "what we said", seen=0, by=ana)
    partnership.state = Partnership.State.ENDED
    partnership.save()
    for work in (
        lambda: actions.book(partnership, NOW + timedelta(days=2), by=ana),
        lambda: actions.write_shared_note(meeting, "more", seen=1, by=ana),
        lambda: actions.check_in(meeting, {"hats": 2}, by=ana),
        lambda: actions.write_agreement(partnership, {"rhythm": "x"}, seen=(1, 0), by=ana),
    ):
        with pytest.raises(PartnershipEnded):
            work()
    client.force_login(ana)
    assert "what we said" in client.get(reverse("meeting", args=[meeting.pk])).content.decode()
    # What one learned, and thanks, also come later.
    actions.note_learning(partnership, "It took time", by=ana)
    assert json.dumps([m.text for m in queries.journey_of(ana).moments]) == '["It took time"]'


def test_who_says_that_it_is_not_clear_is_pointed_to_the_agreement_alone(pair: Pair) -> None:
    partnership, ana, ben = pair
    meeting = held(partnership, ana)
    actions.check_in(meeting, {"hats": 2, "clear": 1}, by=ana)
    assert "not clear" in queries.partnership_page(partnership, ana).agreement_due
    assert queries.partnership_page(partnership, ben).agreement_due == ""
    with time_machine.travel(NOW + timedelta(days=1), tick=False):
        actions.write_agreement(partnership, {"needs": "x"}, seen=(1, 0), by=ben)
        assert queries.partnership_page(partnership, ana).agreement_due == ""


def test_a_partner_who_was_erased_leaves_a_page_to_read(pair: Pair, client: Client) -> None:
    partnership, ana, ben = pair
    meeting = held(partnership, ana)
    actions.write_shared_note(meeting, "what we said", seen=0, by=ana)
    actions.add_item(meeting, "his question", hat="mentee", by=ben)
    actions.book(partnership, NOW + timedelta(days=2), by=ana)
    erase(ben, by=ben)
    client.force_login(ana)
    for name, args in (
        ("home", []), ("partnership", [partnership.pk]), ("hats", [partnership.pk]),
        ("agreement", [partnership.pk]), ("feedback", [partnership.pk]),
        ("close", [partnership.pk]), ("meeting", [meeting.pk]), ("check_in", [meeting.pk]),
        ("journey", []),
    ):  # fmt: skip
        page = client.get(reverse(name, args=args))
        assert page.status_code == 200, name
        assert "his question" not in page.content.decode()
    assert (
        "somebody who left"
        in client.get(reverse("partnership", args=[partnership.pk])).content.decode()
    )
    assert "what we said" in client.get(reverse("meeting", args=[meeting.pk])).content.decode()
    # Nothing is written to nobody.
    page = client.get(reverse("partnership", args=[partnership.pk])).content.decode()
    assert "Say thank you" not in page
    his = partnership.parts.get(participant__person=ben)
    client.post(reverse("thank", args=[partnership.pk]), {"to": his.pk, "text": "PLANTED"})
    assert not Thanks.objects.exists()
