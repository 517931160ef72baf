"""Erasing one person: nothing of theirs is left anywhere, and others lose nothing of their own."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from peerloom.accounts.actions import erase, read_records, set_roles
from peerloom.accounts.errors import NotAllowed, OnlyAdmin
from peerloom.accounts.models import Person, PersonRecord, Role
from peerloom.care.actions import ask_for_help, let_go, note_on, part_those_who_asked
from peerloom.care.models import Parting
from peerloom.core.models import AuditEntry
from peerloom.messaging.actions import forget_sent
from peerloom.messaging.models import OutboxMessage
from peerloom.participants import actions, imports
from peerloom.participants.models import ImportFile, Participant
from peerloom.partnerships import actions as together
from peerloom.partnerships.models import Feedback, Partnership, PartnershipKey
from peerloom.partnerships.private import safe
from peerloom.programs.models import Program
from peerloom.pulses.actions import note_answers
from peerloom.rounds.actions import make_short_lists, publish_round
from peerloom.rounds.errors import RoundErased
from peerloom.rounds.queries import check_round
from tests.factories import (
    make_organisation,
    make_participant,
    make_people,
    make_person,
    solved_round,
)
from tests.rooms.asking import pulse_at

pytestmark = pytest.mark.django_db

HERS = "the heron eats at noon"
NAME, ADDRESS = "Zuleika Dobson", "zuleika@loomworks.example"


def dump() -> str:
    """Every cell of every table, as far as it can be read without keys."""
    found = []
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f'SELECT * FROM "{table}"')
            for row in cursor.fetchall():
                for cell in row:
                    raw = bytes(cell) if isinstance(cell, bytes | memoryview) else None
                    found.append(raw.decode("latin-1") if raw is not None else str(cell))
    return "\n".join(found)


@pytest.fixture
def life(
    program: Program, manager: Person, django_capture_on_commit_callbacks: Any
) -> tuple[Participant, Partnership]:
    """Somebody who left a trace wherever one can be left, matched by a published round."""
    people = make_people(program, 6)
    me = people[0]
    Person.objects.filter(pk=me.person_id).update(name=NAME, email=ADDRESS)
    me.refresh_from_db()
    me = Participant.objects.select_related("person", "program__organisation").get(pk=me.pk)
    actions.save_answers(me, {"wants": HERS}, by=me.person)
    actions.state_goals(me, [actions.StatedGoal("skill", HERS)], by=me.person)
    actions.be_found(me, True, by=me.person)
    actions.add_away(me, first=date(2026, 2, 1), last=date(2026, 2, 2), by=me.person)
    actions.observe(me, kind="learns", text=HERS, made_on=date(2026, 2, 1), by=manager)
    read_records(program.organisation, f"email,unit\n{ADDRESS},Secret".encode(), by=manager)
    file = imports.upload(
        program, name="x.csv", content=f"email,name\n{ADDRESS},{NAME}\n".encode(), by=manager
    )
    ImportFile.objects.filter(pk=file.pk).update(state="applied")
    make_short_lists(program, named=True, by=manager)
    publish_round(solved_round(program, manager, django_capture_on_commit_callbacks), by=manager)
    pair = program.partnerships.filter(members=me).get()
    other = pair.parts.exclude(participant=me).select_related("participant__person").get()
    mine = pair.parts.get(participant=me)
    meeting = together.note_that_we_met(pair, timezone.now(), by=me.person)
    together.add_item(meeting, HERS, hat="mentee", by=me.person)
    together.write_private_note(meeting, HERS, seen=0, by=me.person)
    together.check_in(meeting, {"hats": 1}, by=me.person)
    together.give_feedback(pair, other.pk, {"helped": HERS}, by=me.person)
    together.give_feedback(pair, mine.pk, {"helped": HERS}, by=other.participant.person)
    together.note_learning(pair, HERS, by=me.person)
    note_answers(pulse_at(program, "midpoint"), [(me, {"match.same_peer": 5}, timezone.now())])
    request = ask_for_help(pair, told=HERS, named=True, by=me.person)
    note_on(request, f"{NAME} called.", by=manager)
    return me, pair


def test_nothing_of_hers_is_left_in_the_database(
    life: tuple[Participant, Partnership], manager: Person
) -> None:
    me, _ = life
    assert HERS in dump()

    erase(me.person, by=me.person)

    # What her partner has still to hear goes out, and then its words go as well.
    OutboxMessage.objects.update(state="sent")
    forget_sent()
    left = dump()
    for word in ("Zuleika", "Dobson", ADDRESS, HERS, "Secret"):
        assert word not in left, word
    person = Person.objects.get(pk=me.person_id)
    assert (person.name, person.is_active) == ("Somebody who left", False)
    assert person.erased_at
    assert not PersonRecord.objects.exists()
    place = Participant.objects.get(pk=me.pk)
    assert (place.state, place.answers, place.goals.count()) == ("left", {}, 0)
    assert AuditEntry.objects.get(verb="erased").thing_id == me.person_id


def test_her_partner_keeps_what_was_for_them_and_meets_someone_new(
    life: tuple[Participant, Partnership],
) -> None:
    me, pair = life
    other = pair.parts.exclude(participant=me).select_related("participant__person").get()
    together.write_private_note(pair.meetings.get(), "Mine", seen=0, by=other.participant.person)

    erase(me.person, by=me.person)

    pair.refresh_from_db()
    assert pair.state == Partnership.State.ENDED
    (told,) = OutboxMessage.objects.filter(kind="ended")
    assert "Zuleika" in told.text
    assert told.to == other.participant.person.email
    assert Participant.objects.get(pk=other.participant_id).state == "looking"
    (given,) = Feedback.objects.all()
    assert given.receiver_id == other.pk
    assert HERS in safe(pair).read(given.text_sealed)
    assert other.private_notes.count() == 1
    assert pair.meetings.count() == 1


def test_the_last_of_a_partnership_takes_its_key_along(
    life: tuple[Participant, Partnership],
) -> None:
    me, pair = life
    other = pair.parts.exclude(participant=me).select_related("participant__person").get()

    erase(me.person, by=me.person)
    assert PartnershipKey.objects.filter(partnership=pair).exists()
    erase(other.participant.person, by=other.participant.person)

    assert not PartnershipKey.objects.filter(partnership=pair).exists()
    assert not Feedback.objects.exists()


def test_a_round_keeps_its_figures_without_her_answers(
    life: tuple[Participant, Partnership], program: Program, manager: Person, client: Client
) -> None:
    me, _ = life
    before = program.rounds.get()
    assert check_round(before) == []
    placed = before.result["quality"]["placed"]

    erase(me.person, by=me.person)

    after = program.rounds.get()
    at = after.result["pool"]["ids"].index(str(me.pk))
    assert {cells[at] for cells in after.result["pool"]["columns"].values()} == {""}
    assert (after.erased, after.result["quality"]["placed"]) == (1, placed)
    with pytest.raises(RoundErased):
        check_round(after)
    client.force_login(manager)
    for page in ("round", "fairness", "learning", "overview", "people", "partnerships", "care"):
        args = [program.pk, after.pk] if page == "round" else [program.pk]
        assert client.get(reverse(page, args=args)).status_code == 200, page
    shown = client.get(reverse("round", args=[program.pk, after.pk])).content.decode()
    assert "asked to be erased" in shown
    assert NAME not in shown


def test_a_round_in_review_is_set_aside(
    program: Program, manager: Person, django_capture_on_commit_callbacks: Any
) -> None:
    me = make_people(program, 6)[0]
    solved = solved_round(program, manager, django_capture_on_commit_callbacks)

    erase(me.person, by=me.person)

    solved.refresh_from_db()
    assert solved.state == "dropped"


def test_the_only_admin_stays(manager: Person, program: Program) -> None:
    set_roles(program.organisation, manager, {Role.ADMIN}, by=make_admin(program))
    Person.objects.get(email="chief@x.example").memberships.all().delete()
    with pytest.raises(OnlyAdmin, match="no admin"):
        erase(manager, by=manager)
    assert Person.objects.get(pk=manager.pk).email == manager.email


def make_admin(program: Program) -> Person:
    return make_person("chief@x.example", program.organisation, "admin")


def test_an_admin_erases_only_who_belongs_to_them_alone(program: Program, manager: Person) -> None:
    admin = make_admin(program)
    me = make_participant(program, "Ana")
    other = make_organisation("Bakery")
    stranger = make_person("boss@bakery.example", other, "admin")
    with pytest.raises(NotAllowed):
        erase(me.person, by=stranger)
    with pytest.raises(NotAllowed):
        erase(me.person, by=make_participant(program, "Ben").person)
    both = make_participant(program, "Cleo")
    both.person.memberships.create(organisation=other, role="participant")
    with pytest.raises(NotAllowed):
        erase(both.person, by=admin)

    erase(me.person, by=admin)

    assert Person.objects.get(pk=me.person_id).erased_at


def test_she_erases_herself_on_her_page_only_when_she_has_just_signed_in(
    program: Program, client: Client
) -> None:
    me = make_participant(program, "Ana").person
    client.force_login(me)
    page = reverse("data")

    wrong = client.post(page, {"email": "somebody@else.example"})
    assert wrong.status_code == 422
    assert "Nothing was erased" in wrong.content.decode()
    Person.objects.filter(pk=me.pk).update(last_login=timezone.now() - timedelta(hours=1))
    stale = client.post(page, {"email": me.email}, follow=True).content.decode()
    assert "nothing was erased yet" in stale
    assert Person.objects.get(pk=me.pk).email == me.email

    Person.objects.filter(pk=me.pk).update(last_login=timezone.now())
    done = client.post(page, {"email": me.email})
    assert "Everything is erased" in done.content.decode()
    assert Person.objects.get(pk=me.pk).erased_at
    assert client.get(page).status_code == 302


def test_whoever_comes_back_later_is_new(program: Program) -> None:
    me = make_participant(program, "Ana").person
    address = me.email
    erase(me, by=me)

    again = make_person(address, program.organisation, "participant")

    assert again.pk != me.pk
    assert not Participant.objects.filter(person=again).exists()


class TestLeavers:
    def test_partners_hear_with_the_mornings_others_and_nothing_is_lost(
        self, life: tuple[Participant, Partnership], program: Program
    ) -> None:
        me, pair = life
        admin = make_admin(program)

        assert let_go(program.organisation, me.person, by=admin) == 1
        assert let_go(program.organisation, me.person, by=None) == 0
        assert pair.state == Partnership.State.OPEN
        gone = Person.objects.get(pk=me.person_id)
        assert not gone.is_active
        assert not gone.memberships.exists()
        Parting.objects.update(asked_at=timezone.now() - timedelta(days=1, hours=6))
        with time_machine.travel(timezone.now().replace(hour=9)):
            part_those_who_asked()

        pair.refresh_from_db()
        assert pair.state == Partnership.State.ENDED
        place = Participant.objects.get(pk=me.pk)
        assert place.state == "left"
        assert place.answers["wants"] == HERS
        other = pair.parts.exclude(participant=me).get()
        assert Participant.objects.get(pk=other.participant_id).state == "looking"

    def test_who_belongs_elsewhere_signs_in_still(self, program: Program, client: Client) -> None:
        me = make_participant(program, "Ana").person
        client.force_login(me)
        me.memberships.create(organisation=make_organisation("Bakery"), role="participant")

        let_go(program.organisation, me, by=make_admin(program))

        assert client.get(reverse("home")).status_code == 302
        assert Person.objects.get(pk=me.pk).is_active
