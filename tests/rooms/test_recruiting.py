"""Applications, places and the line for them, kind words, reminders, the public page and poster."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.core import mail
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from peerloom.messaging.models import OutboxMessage
from peerloom.participants import actions
from peerloom.participants.actions import mark_matched
from peerloom.participants.errors import CannotDecline
from peerloom.participants.models import Participant
from peerloom.participants.queries import place_in_line
from peerloom.programs.models import Program
from tests.factories import make_participant, make_person

State = Participant.State


def applied(program: Program, name: str) -> Participant:
    someone = make_participant(program, name, state="applying")
    actions.apply(someone, by=someone.person)
    someone.refresh_from_db()
    return someone


def kinds(person: Any) -> list[str]:
    letters = OutboxMessage.objects.filter(to=person.email).order_by("pk")
    return list(letters.values_list("kind", flat=True))


def test_places_go_to_those_who_came_first_and_the_line_moves_up(
    program: Program, manager: Any
) -> None:
    actions.set_places(program, 2, by=manager)
    ana, ben, eva, jon = (applied(program, name) for name in ("Ana", "Ben", "Eva", "Jon"))

    assert [p.state for p in (ana, ben, eva, jon)] == ["looking", "looking", "waiting", "waiting"]
    assert [place_in_line(p) for p in (ana, eva, jon)] == [0, 1, 2]
    assert kinds(ana.person) == ["accepted"]
    assert kinds(eva.person) == ["waiting"]

    actions.decline(ben, by=manager)
    eva.refresh_from_db()

    assert eva.state == State.LOOKING
    assert kinds(eva.person) == ["waiting", "accepted"]
    assert place_in_line(jon) == 1


def test_fewer_places_take_nobodys_away_and_more_are_filled(program: Program, manager: Any) -> None:
    people = [applied(program, name) for name in ("Ana", "Ben", "Eva")]
    actions.set_places(program, 2, by=manager)
    late = applied(program, "Jon")

    assert {p.state for p in people} == {"looking"}
    assert late.state == State.WAITING
    assert actions.set_places(program, None, by=manager) == 1


def test_a_decline_is_kind_deletes_answers_and_lets_come_back(
    program: Program, manager: Any
) -> None:
    ana = make_participant(program, "Ana", state="applying", hopes="to delegate")
    actions.state_goals(ana, [actions.StatedGoal("skill", "SQL")], by=ana.person)
    actions.apply(ana, by=ana.person)

    actions.decline(ana, by=manager)

    ana.refresh_from_db()
    assert (ana.state, ana.answers, ana.goals.count()) == ("declined", {}, 0)
    letter = OutboxMessage.objects.get(to=ana.person.email, kind="declined")
    assert "says nothing about what you know" in letter.text
    assert actions.join(program, by=ana.person).state == State.APPLYING
    actions.apply(actions.join(program, by=ana.person), by=ana.person)
    assert kinds(ana.person) == ["accepted", "declined", "accepted"]


def test_nobody_in_a_partnership_is_declined(program: Program, manager: Any) -> None:
    ana = make_participant(program, "Ana", state="matched")

    with pytest.raises(CannotDecline):
        actions.decline(ana, by=manager)

    ana.refresh_from_db()
    assert ana.state == State.MATCHED


def test_what_became_of_somebody_meanwhile_counts(program: Program, manager: Any) -> None:
    ana = make_participant(program, "Ana", state="applying")
    before = Participant.objects.get(pk=ana.pk)
    actions.apply(ana, by=ana.person)
    looking = Participant.objects.get(pk=ana.pk)

    # Pressed twice, by two pages that were opened before.
    actions.apply(before, by=ana.person)
    mark_matched([ana.pk])
    with pytest.raises(CannotDecline):
        actions.decline(looking, by=manager)

    assert OutboxMessage.objects.filter(to=ana.person.email).count() == 1
    assert Participant.objects.get(pk=ana.pk).state == "matched"


def test_a_reminder_goes_once_after_a_week(program: Program, manager: Any) -> None:
    ana = actions.add_person(program, email="ana@x.example", name="Ana", by=manager)

    assert actions.remind(program, by=manager) == 0
    with time_machine.travel(timezone.now() + timedelta(days=8), tick=False):
        assert actions.remind(program, by=manager) == 1
        assert actions.remind(program, by=manager) == 0
    assert kinds(ana.person) == ["invitation", "reminder"]


def test_reminders_go_by_themselves_once_where_the_program_says_so(
    program: Program, manager: Any
) -> None:
    ana = actions.add_person(program, email="ana@x.example", name="Ana", by=manager)
    with time_machine.travel(timezone.now() + timedelta(days=8)):
        actions.remind_by_itself(program, False, by=manager)
        assert actions.remind_due() == 0
        actions.remind_by_itself(program, True, by=manager)
        assert actions.remind_due() == 1
        assert actions.remind_due() == 0
    assert kinds(ana.person) == ["invitation", "reminder"]
    with time_machine.travel(timezone.now() + timedelta(days=8)):
        late = actions.add_person(program, email="late@x.example", name="Late", by=manager)
        program.apply_by = timezone.localdate()
        program.save()
    with time_machine.travel(timezone.now() + timedelta(days=30)):
        assert actions.remind_due() == 0
    assert kinds(late.person) == ["invitation"]


def test_a_letter_the_manager_took_out_is_not_sent(program: Program) -> None:
    program.materials.filter(key="message_accepted").delete()

    assert kinds(applied(program, "Ana").person) == []


def test_joining_takes_a_commitment_and_tells_where_one_stands(
    program: Program, manager: Any, client: Client
) -> None:
    actions.set_places(program, 2, by=manager)
    for name in ("Ana", "Ben"):
        applied(program, name)
    eva = make_participant(program, "Eva", state="applying", wants="sql")
    client.force_login(eva.person)
    last = reverse("step", args=[eva.pk, "look-over"])

    assert "I make the time to meet" in client.get(last).content.decode()
    client.post(last)
    eva.refresh_from_db()
    assert eva.state == State.APPLYING
    client.post(last, {"commit": "yes"})

    eva.refresh_from_db()
    assert eva.state == State.WAITING
    assert eva.committed_at is not None
    assert "number 1 on the waiting list" in client.get(reverse("home")).content.decode()


def test_a_manager_declines_reminds_and_sets_places_on_the_page(
    program: Program, manager: Any, client: Client, django_capture_on_commit_callbacks: Any
) -> None:
    ana = applied(program, "Ana")
    client.force_login(manager)

    wrong = client.post(reverse("places", args=[program.pk]), {"places": "1"}, follow=True)
    client.post(reverse("places", args=[program.pk]), {"places": "40"})
    with django_capture_on_commit_callbacks(execute=True):
        client.post(reverse("decline", args=[program.pk, ana.pk]))

    program.refresh_from_db()
    ana.refresh_from_db()
    assert "nothing was changed" in wrong.content.decode()
    assert program.places == 40
    assert ana.state == State.DECLINED
    assert mail.outbox[-1].subject.startswith("Not this time")


@pytest.mark.parametrize(("form", "magic"), [("pdf", b"%PDF-"), ("svg", b"<svg")])
def test_a_poster_is_printed_whatever_the_program_is_called(
    form: str, magic: bytes, program: Program, client: Client
) -> None:
    program.name = '#panic("x") *b* <script>alert(1)</script> \\ $x$ "'
    program.purpose = '#read("/etc/passwd")\n' + "long " * 150
    program.save()

    answer = client.get(reverse("poster", args=[program.slug, form]))

    assert answer.status_code == 200
    assert answer.content.startswith(magic)
    assert b"<script" not in answer.content


def test_there_is_no_poster_of_a_draft(program: Program, client: Client) -> None:
    Program.objects.update(state="draft")

    assert client.get(reverse("poster", args=[program.slug, "pdf"])).status_code == 404
    Program.objects.update(state="recruiting")
    assert client.get(reverse("poster", args=[program.slug, "exe"])).status_code == 404


def test_the_public_page_says_what_one_commits_to_and_shows_no_markup(
    program: Program, client: Client
) -> None:
    program.materials.filter(key="commitment").update(
        body="- I <img src=x onerror=alert(1)> come\n- [here](javascript:alert(1))"
    )

    shown = client.get(reverse("program", args=[program.slug])).content.decode()

    assert "onerror=alert" not in shown.replace("&lt;img src=x onerror=alert(1)&gt;", "")
    assert "javascript:" not in shown.split("<main", 1)[1].replace(
        "[here](javascript:alert(1))", ""
    )


def test_a_closed_programs_link_says_so(program: Program, client: Client) -> None:
    Program.objects.update(state="closed")
    someone = make_person("late@x.example", program.organisation)
    client.force_login(someone)

    page = client.get(reverse("program", args=[program.slug]))
    joined = client.post(reverse("join", args=[program.slug]), follow=True)

    assert page.status_code == 200
    assert "no new people" in page.content.decode()
    assert not program.participants.exists()
    assert joined.status_code == 200
