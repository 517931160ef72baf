"""The main job in a real browser: first start, program, people, matching, publication, the match."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.core import mail
from playwright.sync_api import Page, expect

from peerloom.demo.made_up import make_up
from peerloom.matching import result_from_dict, verify
from peerloom.partnerships.models import Partnership
from peerloom.rounds.models import MatchingRound
from tests.factories import SKILLS

Visit = Callable[..., Page]
Check = Callable[[Page], None]


def people_csv(count: int) -> str:
    lines = ["email,name,stage,wants,offers"]
    for k, made in enumerate(make_up(count)):
        wants, offers = SKILLS[k % 5], f"{SKILLS[(k + 1) % 5]}; {SKILLS[(k + 3) % 5]}"
        lines.append(f"{made.email},{made.name},{k % 6},{wants},{offers}")
    return "\n".join(lines) + "\n"


class Clicks:
    """Clicks as a person would, and counts."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.count = 0

    def __call__(self, name: str, role: Any = "button") -> None:
        self.page.get_by_role(role, name=name).first.click()
        self.count += 1


def sign_in(visit: Visit, email: str) -> Page:
    page = visit("/account/login/")
    page.get_by_label("Your e-mail address").fill(email)
    page.get_by_role("button", name="Send me a code").click()
    expect(page).to_have_url(re.compile("confirm"))
    code = re.search(r"[A-Z0-9]{4}-[A-Z0-9]{4}", str(mail.outbox[-1].body))
    assert code
    page.locator("input[name=code]").fill(code[0])
    page.get_by_role("button", name="Confirm").click()
    return page


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
def test_from_the_first_start_to_reading_ones_match(
    visit: Visit, accessible: Check, tmp_path: Path
) -> None:
    page = visit("/")
    accessible(page)
    page.get_by_label("Your organisation").fill("Loomworks")
    page.get_by_label("Your name").fill("Mika Korhonen")
    page.get_by_label("Your e-mail address").fill("mika@loomworks.example")
    page.get_by_role("button", name="Start").click()

    # From a complete template to an open program in ten decisions at most: here in two.
    accessible(page)
    opening = Clicks(page)
    opening("Start from Students side by side")
    expect(page.get_by_text("Here it is, complete")).to_be_visible()
    accessible(page)
    opening("Open the program")
    assert opening.count <= 10
    expect(page.get_by_text("Your program is open")).to_be_visible()
    accessible(page)

    # From a file of 200 people to a published round in at most ten clicks.
    (tmp_path / "people.csv").write_text(people_csv(200))
    click = Clicks(page)
    click("Import people", "link")
    accessible(page)
    page.locator("input[type=file]").set_input_files(tmp_path / "people.csv")
    click("Read the file")
    accessible(page)
    click("Look every row over")
    expect(page.get_by_text("200 new").first).to_be_visible()
    accessible(page)
    click("Import them")
    expect(page.get_by_text("200 new, 0 changed")).to_be_visible(timeout=30_000)
    accessible(page)
    click("Go to matching", "link")
    accessible(page)
    click("Match them")
    expect(page.get_by_text("Proven best.")).to_be_visible(timeout=60_000)
    accessible(page)
    click("Publish…", "link")
    expect(page.get_by_role("heading", name=re.compile("Meet .*, your peer")).first).to_be_visible()
    accessible(page)
    click("Publish and send")
    expect(page.get_by_text("Published. The introductions")).to_be_visible()
    accessible(page)
    assert click.count <= 10

    result = result_from_dict(MatchingRound.objects.get().result)
    assert verify(result) == []
    assert len(mail.outbox) == 200

    partnership = Partnership.objects.order_by("pk").first()
    assert partnership is not None
    me, peer = (part.participant.person for part in partnership.parts.all()[:2])
    phone = sign_in(visit, me.email)
    accessible(phone)
    phone.get_by_role("link", name="Find a time").click()
    expect(phone.get_by_role("heading", name=f"You and {peer.first_name}")).to_be_visible()
    expect(phone.get_by_text("Your first conversation")).to_be_visible()
    accessible(phone)


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
def test_a_passkey_is_added_and_signs_in(visit: Visit, manager: Any, accessible: Check) -> None:
    page = sign_in(visit, manager.email)
    session = page.context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": True,
        "automaticPresenceSimulation": True,
    }
    session.send("WebAuthn.addVirtualAuthenticator", {"options": options})
    page.goto("/account/2fa/webauthn/add/")
    accessible(page)
    page.get_by_label("Name").fill("My laptop")
    box = page.get_by_label("Passwordless")
    if box.count():
        box.check()
    page.get_by_role("button", name=re.compile("Add")).click()
    expect(page.get_by_text(re.compile("added", re.I)).first).to_be_visible()
    page.get_by_role("button", name="Sign out").click()

    page.goto("/account/login/")
    page.get_by_role("button", name="Use a passkey").click()

    expect(page.get_by_role("heading", name="Programs", exact=True)).to_be_visible()


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
def test_a_file_that_cannot_be_read_says_so_on_the_page(
    visit: Visit, manager: Any, program: Any, accessible: Check, tmp_path: Path
) -> None:
    page = sign_in(visit, manager.email)
    page.goto(f"/manage/{program.pk}/import/")
    (tmp_path / "bad.csv").write_bytes("email,name\na@x.example,Zoë\n".encode("latin-1"))
    page.locator("input[type=file]").set_input_files(tmp_path / "bad.csv")
    page.get_by_role("button", name="Read the file").click()

    expect(page.get_by_role("alert")).to_contain_text("line 2")
    expect(page.get_by_role("alert")).to_contain_text("nothing was written")
    accessible(page)


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
def test_a_newcomer_joins_from_the_public_page_on_a_phone(
    visit: Visit, program: Any, accessible: Check
) -> None:
    page = visit(f"/p/{program.slug}/", width=390)
    page.get_by_role("link", name="Join").click()
    accessible(page)
    page.get_by_label("Email").fill("new@elsewhere.example")
    page.get_by_role("button", name="Send me a code").click()
    expect(page).to_have_url(re.compile("confirm"))
    code = re.search(r"[A-Z0-9]{4}-[A-Z0-9]{4}", str(mail.outbox[-1].body))
    assert code
    accessible(page)
    page.locator("input[name=code]").fill(code[0])
    page.get_by_role("button", name="Confirm").click()

    page.get_by_role("button", name="Join").click()
    page.get_by_label("How many years").fill("3")
    page.get_by_role("button", name="Save and go on").click()
    # Left and come back to another day: what was saved is there.
    page.goto("/home/")
    page.get_by_role("button", name="Go on").click()
    expect(page.get_by_role("heading", name="My answers, and who sees each")).to_be_visible()
    page.get_by_role("link", name="What you can give").click()
    page.get_by_label("What could you share").fill("running retrospectives\nSQL")
    page.get_by_role("button", name="Save and go on").click()
    # The grid by keyboard: one stop, arrows within, Shift takes along.
    nine = page.get_by_role("checkbox", name="Monday 09:00")
    nine.focus()
    page.keyboard.press("Space")
    page.keyboard.press("Shift+ArrowDown")
    page.get_by_label("Other times").fill("Monday mornings")
    page.get_by_role("button", name="Save and go on").click()
    expect(page.get_by_text("The rest is saved; one answer needs another look.")).to_be_visible()
    accessible(page)
    expect(nine).to_be_checked()
    page.get_by_label("Other times").fill("")
    page.get_by_role("button", name="Save and go on").click()
    page.get_by_label("A goal of yours").fill("Delegate more")
    page.get_by_role("button", name="Save and go on").click()
    page.get_by_label("I commit to this.").check()
    page.get_by_role("button", name="Join the program").click()

    expect(page.get_by_text("You are in. We look for your peer").first).to_be_visible()
    place = program.participants.get(person__email="new@elsewhere.example")
    assert place.state == "looking"
    assert place.answers["offers"] == "running retrospectives; SQL"
    assert place.answers["hours"] == "Mon 09:00-11:00"
