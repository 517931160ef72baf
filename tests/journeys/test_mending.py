"""A lean, a link without signing in, help, and a way out: on a phone, with the manager at a desk."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from peerloom.accounts.models import Person
from peerloom.care import actions as care
from peerloom.care.models import CareSignal, CareWatch, Parting, SupportRequest
from peerloom.messaging.models import OutboxMessage
from peerloom.partnerships import actions
from peerloom.partnerships.models import Partnership
from peerloom.programs.models import Program
from tests.factories import make_participant
from tests.journeys.visits import Visit, signed_in


@pytest.fixture
def leaning(program: Program) -> tuple[Partnership, Person, Person]:
    """Ana asked and Ben shared, four times; care has looked, and offers help."""
    ana, ben = (make_participant(program, n, state="matched") for n in ("Ana", "Ben"))
    partnership = actions.open_partnership([ana, ben])
    Program.objects.update(state="running")
    began = timezone.now() - timedelta(days=60)
    Partnership.objects.update(opened_at=began)
    partnership.refresh_from_db()
    for k in range(4):
        meeting = actions.note_that_we_met(
            partnership, began + timedelta(days=14 * k), by=ana.person
        )
        actions.check_in(meeting, {"hats": 0, "talk": 2}, by=ana.person)
        actions.check_in(meeting, {"hats": 4, "talk": 2}, by=ben.person)
    yesterday = timezone.localdate() - timedelta(days=1)
    CareWatch.objects.create(partnership=partnership, looked_on=yesterday)
    CareSignal.objects.create(
        partnership=partnership, kind="leaning", step=2, since=began.date(), met_then=1, met_seen=1,
        talked_on=yesterday,
    )  # fmt: skip
    care.watch()
    care.send_nudges()
    return partnership, ana.person, ben.person


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
def test_from_a_link_to_the_care_desk_and_back(
    visit: Visit, leaning: Any, manager: Person, program: Program
) -> None:
    _, ana, _ = leaning
    text = OutboxMessage.objects.get(to=ana.email, kind="nudge").text
    link = re.search(r"/answer/[\w-]+/\?say=help", text)
    assert link

    phone = visit(link.group(), width=390)
    phone.get_by_role("button", name="Yes, please").click()
    expect(phone.get_by_text("not who asked")).to_be_visible()
    phone.goto(link.group())
    expect(phone.get_by_role("heading", name="This link is over")).to_be_visible()

    desk = signed_in(visit, manager, f"/manage/{program.pk}/", width=1280)
    desk.get_by_role("link", name="Look after it").click()
    desk.get_by_role("link", name="Ana · Ben").click()
    expect(desk.get_by_text("One always asks, the other always shares.")).to_be_visible()
    desk.get_by_role("button", name="I look after it").click()
    desk.get_by_label("A note").fill("Talked to both.")
    desk.get_by_role("button", name="Keep the note").click()
    desk.get_by_label("We talked, and they go on").check()
    desk.get_by_role("button", name="Close it").click()
    expect(desk.get_by_text("We talked, and they go on.")).to_be_visible()
    assert SupportRequest.objects.get().state == "closed"


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
def test_partners_see_their_hats_and_either_finds_the_way_out(visit: Visit, leaning: Any) -> None:
    partnership, ana, _ = leaning
    page = signed_in(visit, ana, f"/partnerships/{partnership.pk}/")
    page.get_by_role("link", name="How are our hats?").first.click()
    expect(
        page.get_by_text("Over the last four meetings Ana asked and Ben shared.")
    ).to_be_visible()
    expect(page.get_by_text("Put one thing on the agenda")).to_be_visible()
    assert page.locator("figure svg").count() == 2
    page.get_by_role("button", name="We talked about it").click()
    page.get_by_role("button", name="This works for us").click()
    expect(page.get_by_text("You said so. It holds once all of you do.")).to_be_visible()

    page.get_by_role("link", name="Something is not working").click()
    # By keyboard alone.
    page.get_by_text("Meet someone new", exact=True).first.focus()
    page.keyboard.press("Enter")
    page.get_by_role("button", name="Meet someone new").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Tomorrow morning")).to_be_visible()
    assert Parting.objects.count() == 1
    page.get_by_role("button", name="Take it back").click()
    expect(page.get_by_text("nobody was told")).to_be_visible()
    assert not Parting.objects.exists()


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
def test_the_manager_finds_peers_for_those_who_wait(
    visit: Visit, program: Program, manager: Person
) -> None:
    for name in ("Cleo", "Dan"):
        make_participant(program, name, stage="3", wants="sql", offers="sql")
    Program.objects.update(state="running")
    page = signed_in(visit, manager, f"/manage/{program.pk}/care/", width=1280)
    page.get_by_role("link", name="Find peers for them").click()
    page.get_by_role("button", name="Look for peers").click()
    expect(page.get_by_role("heading", name="2 placed, nobody else touched")).to_be_visible()
    page.get_by_role("button", name="Bring them together").click()
    expect(page.get_by_text("Done: 2 people have a peer")).to_be_visible()
    assert Partnership.objects.get().members.count() == 2
