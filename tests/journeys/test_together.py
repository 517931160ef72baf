"""Two partners with their phones: few taps, the same note, a network that comes and goes."""

from __future__ import annotations

from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from peerloom.accounts.models import Person
from peerloom.partnerships import actions, queries
from peerloom.partnerships.models import CheckIn, Meeting, Partnership
from peerloom.programs.models import Program
from tests.factories import make_participant
from tests.journeys.visits import Visit, signed_in


@pytest.fixture
def together(program: Program) -> tuple[Partnership, Person, Person]:
    ana, ben = (make_participant(program, n, state="matched") for n in ("Ana", "Ben"))
    partnership = actions.open_partnership([ana, ben])
    return partnership, ana.person, ben.person


def held(partnership: Partnership, by: Person) -> Meeting:
    return actions.note_that_we_met(partnership, timezone.now(), by=by)


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
def test_a_meeting_is_noted_in_six_taps(visit: Visit, together: Any) -> None:
    partnership, ana, _ = together
    page = signed_in(visit, ana, f"/partnerships/{partnership.pk}/")
    taps = 0

    def tap(name: str, role: Any = "button", nth: int = 0) -> None:
        nonlocal taps
        page.get_by_role(role, name=name).nth(nth).click()
        taps += 1

    tap("We met already")
    tap("both", "radio", 0)
    tap("both", "radio", 1)
    tap("very much", "radio")
    tap("Done")

    expect(page.get_by_text("Your partner never reads single answers.")).to_be_visible()
    assert taps <= 6
    assert queries.meeting_view(CheckIn.objects.get().meeting, ana).answers == {
        "hats": 2, "talk": 2, "worth": 4,
    }  # fmt: skip


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
def test_both_write_the_same_note_and_keep_both(visit: Visit, together: Any) -> None:
    partnership, ana, ben = together
    meeting = held(partnership, ana)
    hers = signed_in(visit, ana, f"/meetings/{meeting.pk}/")
    his = signed_in(visit, ben, f"/meetings/{meeting.pk}/")
    note = "Notes of all of you"

    hers.get_by_label(note).fill("Hers")
    expect(hers.get_by_text("Saved.")).to_be_visible()
    # He has not touched it: what she wrote comes by itself.
    expect(his.get_by_label(note)).to_have_value("Hers", timeout=15_000)

    his.context.set_offline(True)
    his.get_by_label(note).fill("Hers and his")
    expect(his.get_by_text("Not sent yet; kept on this device.")).to_be_visible()
    with hers.expect_response(lambda r: r.request.method == "POST" and r.ok):
        hers.get_by_label(note).fill("Hers, and more")
    his.context.set_offline(False)
    his.get_by_role("button", name="Keep both").click(timeout=20_000)

    expect(his.get_by_text("Saved.")).to_be_visible()
    meeting.refresh_from_db()
    assert queries.meeting_view(meeting, ana).note == "Hers, and more\n\nHers and his"


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
def test_what_is_typed_offline_waits_on_the_device_until_it_is_sent(
    visit: Visit, together: Any
) -> None:
    partnership, ana, _ = together
    meeting = held(partnership, ana)
    page = signed_in(visit, ana, f"/meetings/{meeting.pk}/")
    page.context.set_offline(True)
    page.get_by_label("Notes for yourself").fill("typed in a tunnel")
    expect(page.get_by_text("Not sent yet; kept on this device.")).to_be_visible()
    # The page is lost; an hour later it is opened again.
    page.close()
    later = page.context.new_page()
    later.context.set_offline(False)
    later.goto(page.url)

    expect(later.get_by_label("Notes for yourself")).to_have_value("typed in a tunnel")
    expect(later.get_by_text("Saved.")).to_be_visible()
    assert queries.meeting_view(meeting, ana).own_note == "typed in a tunnel"
    # Whoever signs out leaves nothing on the device.
    later.context.set_offline(True)
    later.get_by_label("Notes for yourself").fill("typed in another tunnel")
    later.context.set_offline(False)
    later.get_by_role("button", name="Sign out").click()
    expect(later.get_by_role("button", name="Sign out")).to_have_count(0)
    left = later.evaluate("Object.keys(localStorage).filter(k => k.startsWith('peerloom')).length")
    assert left == 0
