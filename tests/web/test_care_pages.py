"""Pages about care: what each reader finds, what nobody may, and what bad input comes to."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from peerloom.accounts.models import Organisation, Person
from peerloom.care import actions as care
from peerloom.care.models import OneClick, Parting, SupportRequest
from peerloom.care.queries import hats_of
from peerloom.messaging.models import Mailbox, OutboxMessage
from peerloom.partnerships.models import Break
from peerloom.programs.models import PartnerOrganisation, Program
from peerloom.programs.queries import consequences, safeguards_of
from tests.factories import bring_in, make_organisation, make_participant, make_person
from tests.rooms.caring import ASKS, day, leaning, look, meet, run
from tests.rooms.partners import NOW, Pair, make_pair

pytestmark = pytest.mark.django_db


@pytest.fixture
def pair(program: Program) -> Any:
    with time_machine.travel(NOW, tick=False):
        found = make_pair(program)
    return found


def client_of(person: Person) -> Client:
    client = Client()
    client.force_login(person)
    return client


def text_of(answer: Any) -> str:
    return re.sub(r"\s+", " ", answer.content.decode())


def test_each_reads_the_hat_to_practise_and_both_the_same_words(pair: Pair) -> None:
    partnership, ana, ben = pair
    leaning(pair)
    look(43, 44)
    with day(44):
        pages = [
            text_of(client_of(p).get(reverse("hats", args=[partnership.pk]))) for p in (ana, ben)
        ]
    for page in pages:
        assert "Over the last four meetings Ana asked and Ben shared." in page
    assert "Put one thing on the agenda" in pages[0]
    assert "Bring one question" in pages[1]


def test_no_single_answer_can_be_read_from_the_picture(program: Program, pair: Pair) -> None:
    """Points stand for two meetings each, and all answers of one person look alike but for a tenth or two."""
    partnership, ana, _ = pair
    run(program)
    seen = []
    even = {"hats": 2, "talk": 2}
    for theirs in range(5):
        for k in range(5):
            meet(pair, 14 * k, even, even)
        meet(pair, 70, even, {"hats": theirs, "talk": theirs})
        with day(71):
            found = hats_of(partnership, ana)
        assert len(found.days) == 3
        seen.append((found.asked, found.listened))
        partnership.meetings.update(state="cancelled")
    for shares in zip(*seen, strict=True):
        assert len({s[-1] for s in shares}) <= 3
        assert max(s[-1] for s in shares) - min(s[-1] for s in shares) <= 2
        assert all(s[:2] == [5, 5] for s in shares)


def test_this_works_for_us_is_said_by_both_on_the_page(pair: Pair) -> None:
    partnership, ana, ben = pair
    leaning(pair)
    look(43, 44)
    url = reverse("hats", args=[partnership.pk])
    with day(45):
        for person in (ana, ben):
            client_of(person).post(url, {"say": "works", "weeks": "8"})
        page = text_of(client_of(ana).get(url))
        assert "You agreed that it works for you" in page
        answer = client_of(ana).post(url, {"say": "works", "weeks": "9999"}, follow=True)
        assert "Choose for how long; nothing was changed." in text_of(answer)


@pytest.mark.parametrize(
    ("posted", "status"),
    [
        ({"verb": "help"}, 302),
        ({"verb": "help", "told": "x" * 2001}, 422),
        ({"verb": "break", "break-until": "2026-02-20"}, 302),
        ({"verb": "break", "break-until": "yesterday"}, 422),
        ({"verb": "break", "break-until": "2026-01-01"}, 302),
        ({"verb": "new_peer"}, 302),
        ({"verb": "pause", "pause-until": "2026-03-01"}, 302),
        ({"verb": "pause"}, 422),
        ({"verb": "leave"}, 302),
        ({"verb": "nonsense"}, 302),
        ({}, 302),
    ],
)
def test_something_is_not_working(pair: Pair, posted: dict[str, str], status: int) -> None:
    partnership, ana, _ = pair
    url = reverse("not_working", args=[partnership.pk])
    with day(1):
        answer = client_of(ana).post(url, posted)
        page = client_of(ana).get(url)
    assert answer.status_code == status
    assert page.status_code == 200
    done = posted.get("verb") if status == 302 else None
    assert SupportRequest.objects.exists() == (done == "help")
    assert Break.objects.exists() == (posted.get("break-until") == "2026-02-20")
    assert Parting.objects.exists() == (done in ("new_peer", "pause", "leave"))
    if Parting.objects.exists():
        assert "Tomorrow morning" in text_of(page)
        with day(1):
            client_of(ana).post(url, {"verb": "stay"})
        assert not Parting.objects.exists()


def test_the_partner_sees_nothing_of_a_wish(pair: Pair) -> None:
    partnership, ana, ben = pair
    pages = [reverse(n, args=[partnership.pk]) for n in ("partnership", "hats", "not_working")]
    with day(1):
        # The first reading notes that they looked.
        client_of(ben).get(pages[0])
        before = [_plain(client_of(ben).get(p)) for p in [*pages, reverse("home")]]
        client_of(ana).post(pages[2], {"verb": "new_peer"})
        client_of(ana).post(pages[2], {"verb": "help"})
        after = [_plain(client_of(ben).get(p)) for p in [*pages, reverse("home")]]
    assert before == after


def _plain(answer: Any) -> str:
    return re.sub(r'(csrfmiddlewaretoken" value|X-CSRFToken": )[^>]*', "", text_of(answer))


def test_a_link_is_shown_first_and_used_once(pair: Pair) -> None:
    partnership, ana, _ = pair
    leaning(pair)
    look(43, 44)
    with day(44):
        care.send_nudges()
        text = OutboxMessage.objects.get(to=ana.email, kind="nudge").text
        address = re.search(r"/answer/[\w-]+/\?say=works", text)
        assert address
        url = address.group()
        # A mail program that looks ahead, as often as it likes.
        for _ in range(3):
            assert "This works for us" in text_of(Client().get(url))
        assert not OneClick.objects.exclude(used_at=None).exists()
        strict = Client(enforce_csrf_checks=True)
        assert strict.post(url, {"say": "works"}).status_code == 403
        done = Client().post(url.split("?")[0], {"say": "works"})
        assert "Noted." in text_of(done)
        assert Client().post(url.split("?")[0], {"say": "works"}).status_code == 409
        assert Client().get(url).status_code == 410
        assert Client().get(reverse("answer", args=["made-up"])).status_code == 410
    assert partnership.signals.filter(works__isnull=False).exists()


def test_how_one_wants_to_hear_from_us(pair: Pair) -> None:
    ana = pair[1]
    url, client = reverse("my_messages"), client_of(ana)
    likes = {"channel": "mail", "quiet_from": "18", "quiet_until": "9", "language": "fr"}
    assert client.post(url, likes).status_code == 302
    box = Mailbox.objects.get(address=ana.email)
    assert (box.quiet_from, box.quiet_until, box.time_zone) == (18, 9, "Europe/Paris")
    ana.refresh_from_db()
    assert ana.language == "fr"
    for bad in (
        {"channel": "slack", "hook": "https://evil.example/"},
        {"channel": "pigeon"},
        {"quiet_from": "99"},
        {"channel": "hook"},
    ):
        answer = client.post(url, {**likes, **bad})
        assert answer.status_code == 422, bad
    assert Mailbox.objects.get().channel == "mail"


def test_a_nudge_comes_in_the_persons_language_and_in_the_managers_words(
    pair: Pair, as_manager: Client
) -> None:
    partnership, ana, ben = pair
    leaning(pair)
    Person.objects.filter(pk=ana.pk).update(language="es")
    program = partnership.program
    own = as_manager.post(reverse("care_words", args=[program.pk, "care_leaning_ask"]))
    material = program.materials.get(key="care_leaning_ask")
    assert own["Location"] == reverse("material", args=[program.pk, material.pk])
    material.body = "Ask {names} something, <script>alert(1)</script>."
    material.save()
    look(43, 44)
    with day(44):
        care.send_nudges()
    read = {m.to: m for m in OutboxMessage.objects.filter(kind="nudge")}
    assert read[ana.email].subject == "Te toca compartir"
    assert "Ask Ana something" in read[ben.email].text
    assert "<script>" not in read[ben.email].html
    assert as_manager.post(reverse("care_words", args=[program.pk, "made_up"])).status_code == 404


def test_the_desk_says_who_and_what_was_tried_and_not_who_asked(
    pair: Pair, as_manager: Client, manager: Person
) -> None:
    partnership, ana, _ = pair
    leaning(pair)
    look(43, 44)
    with day(45):
        request = care.ask_for_help(partnership, by=ana, kinds=["leaning"])
        page = text_of(as_manager.get(reverse("care", args=[partnership.program_id])))
        one = text_of(
            as_manager.get(reverse("care_case", args=[partnership.program_id, request.pk]))
        )
    for shown in (page, one):
        assert "Ana" in shown
        assert "Ben" in shown
        assert "each was nudged alone" in shown
        assert "Asked by" not in shown
    url = reverse("care_case", args=[partnership.program_id, request.pk])
    assert as_manager.post(url, {"verb": "note", "text": " "}).status_code == 422
    as_manager.post(url, {"verb": "close", "outcome": "made up"})
    assert SupportRequest.objects.get().state == "new"
    for posted in (
        {"verb": "take"},
        {"verb": "note", "text": "Called both."},
        {"verb": "close", "outcome": "go_on"},
    ):
        assert as_manager.post(url, posted).status_code == 302
    assert SupportRequest.objects.get().state == "closed"
    as_manager.post(url, {"verb": "reopen"})
    assert SupportRequest.objects.get().state == "in_hand"


def test_the_desk_asks_the_database_as_often_for_one_as_for_three(
    program: Program, as_manager: Client
) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    from peerloom.care.models import CareSignal, CareStep
    from peerloom.partnerships.actions import open_partnership

    url, asked = reverse("care", args=[program.pk]), []
    for k in range(3):
        people = [make_participant(program, f"{n}{k}", state="matched") for n in "AB"]
        make_participant(program, f"W{k}")
        partnership = open_partnership(people)
        signal = CareSignal.objects.create(partnership=partnership, kind="leaning", step=3)
        CareStep.objects.create(signal=signal, step=1, on=NOW.date())
        care.ask_for_help(partnership, by=people[0].person, named=True, kinds=["leaning"])
        as_manager.get(url)
        with CaptureQueriesContext(
            connection,
        ) as queries:
            page = as_manager.get(url)
        assert page.content.count(b"each was nudged alone") == k + 1
        asked.append(len(queries))
    assert asked[0] == asked[2]


def test_a_manager_of_another_organisation_finds_own_people_alone(
    program: Program, manager: Person
) -> None:
    run(program)
    bakery = make_organisation("Bakery")
    part: PartnerOrganisation = bring_in(program, bakery, by=manager)
    boss = Person.objects.get(email="boss@bakery.example")
    assert part
    with time_machine.travel(NOW, tick=False):
        own = make_pair(program)
        request = care.ask_for_help(own[0], by=own[1], told="PLANTED")
    make_participant(program, "Carla", organisation=bakery)
    page = text_of(client_of(boss).get(reverse("care", args=[program.pk])))
    assert "Carla" in page
    for hidden in ("Ana", "Ben", "PLANTED"):
        assert hidden not in page
    url = reverse("care_case", args=[program.pk, request.pk])
    assert client_of(boss).get(url).status_code == 404
    assert client_of(boss).post(url, {"verb": "take"}).status_code == 404


def test_safeguards_are_tried_before_they_are_kept_and_follow_the_purpose(
    program: Program, as_manager: Client, manager: Person
) -> None:
    from peerloom.programs.actions import change_purpose, follow_purpose

    url = reverse("safeguards", args=[program.pk])
    said = {"early": "early", "sure": "late", "rhythm": "usual", "looked_for": ["leaning"]}
    tried = text_of(as_manager.post(url, {**said, "try": "1"}))
    assert "What this would do" in tried
    program.refresh_from_db()
    assert safeguards_of(program).early == "usual"
    as_manager.post(url, {**said, "unasked": "on"})
    program.refresh_from_db()
    kept = safeguards_of(program)
    assert (kept.early, kept.sure, len(kept.off)) == ("early", "late", 8)
    assert kept.unasked_since is not None
    assert as_manager.post(url, {**said, "early": "now"}).status_code == 200
    # A purpose that is made of being met asks for silence to be noticed early.
    change_purpose(program, name="X", purpose="P", objectives=["belonging"], by=manager)
    missing = [p for p in consequences(program).missing if p.kind == "safeguard"]
    assert [(p.key, bool(p.serves)) for p in missing] == [("rhythm-early", True)]
    follow_purpose(program, {p.name for p in missing}, by=manager)
    program.refresh_from_db()
    assert safeguards_of(program).rhythm == "early"


def test_an_admin_sends_again_what_did_not_arrive_and_reads_none_of_it(
    organisation: Organisation,
) -> None:
    admin = make_person("ada@loomworks.example", organisation, "admin")
    message = OutboxMessage.objects.create(
        organisation_id=organisation.pk, kind="nudge", key="k", to="ana@x.example",
        subject="PLANTED", text="PLANTED", state="failed", error="Refused",
    )  # fmt: skip
    other = OutboxMessage.objects.create(
        organisation_id=organisation.pk + 99, kind="nudge", key="other", to="eve@x.example",
        subject="S", text="T", state="failed",
    )  # fmt: skip
    url, client = reverse("delivery", args=[organisation.slug]), client_of(admin)
    page = text_of(client.get(url))
    assert "ana@x.example" in page
    assert "PLANTED" not in page
    assert "eve@x.example" not in page
    assert client.post(url, {"verb": "again", "message": other.pk}).status_code == 404
    client.post(url, {"verb": "again", "message": message.pk})
    message.refresh_from_db()
    assert message.state == "waiting"
    for bad in ("http://10.0.0.1/", "ftp://x.example", "no address"):
        assert client.post(url, {"verb": "hook", "url": bad}).status_code == 422, bad
    shown = text_of(client.post(url, {"verb": "hook", "url": "https://chat.example/in"}))
    assert "whsec_" in shown
    assert "whsec_" not in text_of(client.get(url))


def test_who_pauses_finds_the_way_back(pair: Pair) -> None:
    ana = pair[1]
    place = ana.places.get()
    url = reverse("stop", args=[place.pk])
    with day(1):
        until = (timezone.localdate() + timedelta(days=20)).isoformat()
        assert client_of(ana).post(url, {"verb": "pause"}).status_code == 422
        client_of(ana).post(url, {"verb": "pause", "pause-until": until})
    with day(2):
        care.part_those_who_asked()
        assert "You pause until" in text_of(client_of(ana).get(reverse("home")))
        assert "You pause until" in text_of(client_of(ana).get(url))
        client_of(ana).post(reverse("come_back", args=[place.pk]))
        place.refresh_from_db()
        assert place.state == "looking"


def test_meetings_that_were_hardly_spoken_of_draw_nothing(pair: Pair) -> None:
    partnership, ana, _ = pair
    run(partnership.program)
    meet(pair, 0, ASKS, None)
    with day(1):
        page = text_of(client_of(ana).get(reverse("hats", args=[partnership.pk])))
    assert "After two meetings" in page
    assert "<svg" not in page.split("<main")[1]
