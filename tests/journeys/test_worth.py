"""From a letter to a figure: answered on a phone without signing in, counted and read at a desk."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from peerloom.accounts.models import Person
from peerloom.messaging.models import OutboxMessage
from peerloom.participants.actions import apply
from peerloom.participants.models import Participant
from peerloom.partnerships import actions as together
from peerloom.programs.models import Program
from peerloom.pulses.actions import ask_pulses, note_answers
from tests.factories import make_participant, make_person
from tests.journeys.visits import Visit, signed_in


@pytest.fixture
def half_way(program: Program) -> Program:
    """Eight people in pairs; seven have answered, the last one has a letter."""
    today = timezone.localdate()
    Program.objects.filter(pk=program.pk).update(
        state="running", starts_on=today - timedelta(days=91), ends_on=today + timedelta(days=90)
    )
    program.refresh_from_db()
    people = [make_participant(program, f"Peer{k}", state="matched") for k in range(8)]
    Participant.objects.update(applied_at=timezone.now() - timedelta(days=100))
    for k in range(0, 8, 2):
        together.open_partnership(people[k : k + 2])
    pulse = program.pulses.select_related("program").get(moment="midpoint")
    answers = (5, 4, 4, 2, 3, 5, 4)
    note_answers(
        pulse,
        [
            (p, {"match.same_peer": a}, timezone.now())
            for p, a in zip(people, answers, strict=False)
        ],
    )
    ask_pulses()
    return program


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
def test_from_a_letter_to_a_figure(visit: Visit, half_way: Program, manager: Person) -> None:
    [letter] = OutboxMessage.objects.filter(kind="pulse")
    link = re.search(r"/pulse/[\w-]+/", letter.text)
    assert link

    phone = visit(link.group(), width=390)
    expect(phone.get_by_role("heading", name="A few questions")).to_be_visible()
    phone.get_by_role("button", name="Send").click()
    expect(phone.get_by_role("alert")).to_contain_text("Answer one question at least")
    same = phone.get_by_role("group", name="I would choose to meet the same peer again.")
    same.get_by_label("fully").check()
    phone.get_by_role("button", name="Send").click()
    expect(phone.get_by_role("heading", name="Thank you. That was all.")).to_be_visible()

    desk = signed_in(visit, manager, f"/results/{half_way.pk}/")
    desk.get_by_role("button", name="Count now").click()
    figure = desk.locator("#match_satisfaction")
    expect(figure).to_contain_text("75 %")
    expect(figure).to_contain_text("75 % would choose to meet the same peer again.")
    expect(figure).to_contain_text("8 of 8 people")
    figure.get_by_text("What it counts, and what it cannot say").click()
    expect(figure).to_contain_text("Wilson (1927)")
    with desk.expect_download() as page:
        desk.get_by_role("link", name="One page for the sponsor (PDF)").click()
    assert page.value.suggested_filename.endswith("page.pdf")

    sponsor = make_person("s@loomworks.example", half_way.organisation, "sponsor")
    reader = signed_in(visit, sponsor, "/results/")
    reader.get_by_role("link", name=half_way.name).click()
    expect(reader.locator("#match_satisfaction")).to_contain_text("75 %")
    expect(reader.get_by_role("button", name="Count now")).to_have_count(0)
    reader.get_by_role("button", name="Every month").click()
    expect(reader.get_by_role("status")).to_contain_text("every month")


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
def test_places_are_drawn_before_everybodys_eyes(
    visit: Visit, program: Program, manager: Person
) -> None:
    today = timezone.localdate()
    desk = signed_in(visit, manager, f"/manage/{program.pk}/people/draw/")
    desk.get_by_label("How many places there are").fill("1")
    desk.get_by_label("Where the public number comes from").fill("The lottery of Saturday")
    desk.get_by_label("On which day it becomes known").fill(f"{today + timedelta(days=2)}")
    desk.get_by_role("button", name="Announce it").click()
    expect(desk.get_by_role("status")).to_contain_text("Announced.")

    place = make_participant(program, "Ana", state="applying")
    apply(place, by=place.person)
    public = visit(f"/p/{program.slug}/draw/", width=390)
    expect(public.locator("main")).to_contain_text("The lottery of Saturday")
    public.get_by_text("The tickets", exact=True).click()
    expect(public.locator("main")).to_contain_text(place.ticket.code)
    home = signed_in(visit, place.person, "/home/", width=390)
    expect(home.locator("main")).to_contain_text(place.ticket.code)
