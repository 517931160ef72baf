"""Whole days by the API: partners', a manager's with a round, the care desk's, a shared program's."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.db import transaction
from django.utils import timezone

from peerloom.accounts.actions import give_role
from peerloom.accounts.models import Organisation, Person, Role
from peerloom.messaging.models import OutboxMessage
from peerloom.participants.models import Participant
from peerloom.partnerships.models import Meeting, Partnership
from peerloom.programs.models import Program
from tests.api.calling import Caller, operations
from tests.factories import make_organisation, make_participant, make_people, make_person
from tests.rooms.partners import NOW, Pair, make_pair

pytestmark = pytest.mark.django_db


@pytest.fixture
def pair(program: Program) -> Iterator[Pair]:
    """Two partners, on a day of the program."""
    with time_machine.travel(NOW, tick=False):
        yield make_pair(program)


# Examples that this program's state refuses, with what it says.
REFUSED = {
    "POST places": 404,  # its name is another's
    "PUT places/{place_id}/short-list": 422,
    "POST places/{place_id}/trainings/{material_id}": 404,
    "POST places/{place_id}/calendar/busy": 422,
    "POST partnerships/{partnership_id}/met": 422,
    "PUT partnerships/{partnership_id}/slot": 409,
    "POST partnerships/{partnership_id}/video": 409,
    "POST partnerships/{partnership_id}/agreement/accept": 422,
    "POST partnerships/{partnership_id}/feedback": 422,
    "POST partnerships/{partnership_id}/thanks": 422,
    "POST meetings/{meeting_id}/move": 409,
    "POST meetings/{meeting_id}/cancel": 409,
    "PATCH thanks/{thanks_id}": 404,
    "POST programs/{program_id}/organisations/take-back": 404,
    "PUT programs/{program_id}/organisations/{part_id}/terms": 404,
    "POST programs/invitations/{part_id}/accept": 404,
    "POST programs/invitations/{part_id}/decline": 404,
    "PUT programs/{program_id}/questions/{question_id}": 422,
    "DELETE programs/{program_id}/pulses/{pulse_id}": 422,
    "POST programs/{program_id}/people/{participant_id}/decline": 422,
    "POST programs/{program_id}/skills/{skill_id}/merge": 404,
    "POST programs/{program_id}/draw": 422,
    "POST programs/{program_id}/draw/number": 404,
    "PUT programs/{program_id}/imports/{file_id}/mapping": 422,
    "POST programs/{program_id}/imports/{file_id}/apply": 409,
    "POST programs/{program_id}/rounds": 422,
    "POST programs/{program_id}/rounds/short-lists": 422,
    "POST programs/{program_id}/rounds/{round_id}/again": 409,
    "PUT programs/{program_id}/rounds/{round_id}/rules": 409,
    "POST programs/{program_id}/rounds/{round_id}/swaps/{participant_id}": 409,
    "POST programs/{program_id}/care/repairing": 422,
    "DELETE programs/{program_id}/care/repairing": 404,
    "POST programs/{program_id}/care/repairing/take": 404,
    "POST results/{program_id}/lesson": 409,
    "POST organisations/{slug}/leavers": 404,
    "POST organisations/{slug}/erase": 404,
}
NONE = {"session_id", "token_id", "reply_id", "message_id", "hook_id", "delivery_id"}


def test_each_example_does_what_it_says_or_is_refused_in_words(
    places: dict[str, Any], program: Program, settings: Any
) -> None:
    pair = program.partnerships.get(pk=places["partnership_id"])
    first = pair.parts.order_by("pk")[0]
    for role in (Role.ADMIN, Role.MANAGER, Role.SPONSOR):
        give_role(program.organisation, first.participant.person, role)
    caller = Caller(first.participant.person)
    real = places | {"place_id": first.participant_id}
    done, refused = 0, {}
    for operation in operations():
        if operation.method == "GET" or operation.is_upload or operation.has_part_of(NONE):
            continue
        with transaction.atomic():
            answer = caller(operation.method, operation.path(real), operation.body())
            transaction.set_rollback(True)
        if answer.status_code < 300:
            done += 1
        else:
            refused[operation.name] = answer.status_code
            assert len(answer.json()["detail"]) > 20

    assert refused == REFUSED
    assert done > 70


def after(**more: int) -> str:
    return (timezone.now() + timedelta(**more)).isoformat()


def test_partners_meet_write_and_say_how_it_was(pair: Pair) -> None:
    partnership, ana, ben = pair
    me, peer = Caller(ana), Caller(ben)
    here = f"partnerships/{partnership.pk}"
    found = me.get(here)
    (other,) = found["peers"]
    assert other["name"] == ben.name

    meeting = me("POST", f"{here}/meetings", {"starts_at": after(days=2), "minutes": 45}).json()
    at = f"meetings/{meeting['id']}"
    moved = peer("POST", f"{at}/move", {"starts_at": after(days=3), "seen": meeting["sequence"]})
    assert moved.status_code == 200
    late = me("POST", f"{at}/cancel", {"seen": meeting["sequence"]})
    assert (late.status_code, late.json()["type"]) == (409, "urn:peerloom:problem:conflict")
    me("POST", f"{at}/items", {"text": "How do I say no?", "hat": "mentee"})
    first = me("PUT", f"{at}/notes/shared", {"text": "Ours", "seen": 0}).json()
    clash = peer("PUT", f"{at}/notes/shared", {"text": "Mine", "seen": 0})
    assert (clash.status_code, clash.json()["theirs"]) == (409, "Ours")
    assert (
        peer("PUT", f"{at}/notes/shared", {"text": "Both", "seen": first["version"]}).status_code
        == 200
    )
    me("PUT", f"{at}/notes/own", {"text": "planted", "seen": 0})
    me("POST", f"{at}/steps", {"text": "Say it", "owner": other["part"], "due_on": "2030-01-01"})
    seen = peer.get(at)
    assert [(i["text"], i["mine"]) for i in seen["items"]] == [("How do I say no?", False)]
    assert (seen["note"], seen["own_note"]) == ("Both", "")
    assert [(s["text"], s["mine"]) for s in seen["steps"]] == [("Say it", True)]

    held = me("POST", f"{here}/met", {"at": after(minutes=-5)}).json()
    me("PUT", f"meetings/{held['id']}/check-in", {"answers": {"hats": 1, "talk": 3, "worth": 4}})
    assert me.get(f"meetings/{held['id']}")["answers"] == {"hats": 1, "talk": 3, "worth": 4}
    assert peer.get(f"meetings/{held['id']}")["answers"] == {}
    written = me(
        "PUT", f"{here}/agreement", {"said": {"rhythm": "Tuesdays"}, "number": 1, "version": 0}
    )
    assert written.status_code == 200, written.content
    agreed = written.json()
    for who in (me, peer):
        who(
            "POST",
            f"{here}/agreement/accept",
            {"number": agreed["number"], "version": agreed["version"]},
        )
    assert me.get(f"{here}/agreement")["holds"] is True
    assert (
        me(
            "POST", f"{here}/feedback", {"to": other["part"], "said": {"helped": "You asked."}}
        ).status_code
        == 201
    )
    assert [f["said"]["helped"] for f in peer.get(f"{here}/feedback")["got"]] == ["You asked."]
    assert (
        me("POST", f"{here}/thanks", {"to": other["part"], "text": "Thank you."}).status_code == 201
    )
    (thanks,) = peer.get("journey")["thanks"]
    assert peer("PATCH", f"thanks/{thanks['id']}", {"shown": "program"}).status_code in (200, 422)
    assert (
        me(
            "POST", f"{here}/break", {"until": (NOW + timedelta(days=14)).date().isoformat()}
        ).status_code
        == 201
    )
    assert me("DELETE", f"{here}/break").status_code == 204
    assert me("POST", f"{here}/part", {"then": "new_peer"}).status_code == 201
    assert me("DELETE", f"{here}/part").status_code == 204
    assert Meeting.objects.filter(partnership=partnership, state="held").count() == 1


def test_a_manager_reviews_a_round_and_publishes_it_once(
    program: Program, manager: Person, django_capture_on_commit_callbacks: Any
) -> None:
    make_people(program, 10)
    call = Caller(manager)
    at = f"programs/{program.pk}/rounds"
    with django_capture_on_commit_callbacks(execute=True):
        started = call("POST", at).json()
    one = f"{at}/{started['id']}"
    assert call.get(one)["state"] == "ready"
    proposals = call.get(f"{one}/proposals?limit=3")
    assert [len(proposals["items"]), proposals["next"]] == [3, str(proposals["items"][-1]["id"])]
    first, second = (m["id"] for m in proposals["items"][0]["members"])
    assert (
        call(
            "PUT", f"{one}/rules", {"first": first, "second": second, "kind": "forbid"}
        ).status_code
        == 200
    )
    assert [r["kind"] for r in call.get(f"{one}/rules")] == ["forbid"]
    with django_capture_on_commit_callbacks(execute=True):
        assert call("POST", f"{one}/again").status_code == 202
    pairs = [{m["id"] for m in p["members"]} for p in call.get(f"{one}/proposals")["items"]]
    assert {first, second} not in pairs
    swaps = call.get(f"{one}/swaps/{first}")
    with django_capture_on_commit_callbacks(execute=True):
        assert call("POST", f"{one}/swaps/{first}", {"key": swaps[0]["key"]}).status_code == 202
    assert call.get(f"{one}/check") == {"holds": True, "problems": []}
    assert call.get(f"{one}/letters")[0]["subject"]

    published = call("POST", f"{one}/publish", Idempotency_Key="once")
    again = call("POST", f"{one}/publish", Idempotency_Key="once")

    assert published.json()["state"] == "published"
    assert again.content == published.content
    assert program.partnerships.count() == 5
    assert OutboxMessage.objects.filter(kind="introduction").count() == 10
    assert call("POST", f"{one}/publish").status_code in (200, 409)
    assert program.partnerships.count() == 5


def test_who_asks_for_help_is_helped(pair: Pair, manager: Person) -> None:
    partnership, ana, _ = pair
    Caller(ana)("POST", f"partnerships/{partnership.pk}/help", {"told": "No time.", "named": False})
    desk = Caller(manager)
    at = f"programs/{partnership.program_id}/care/requests"
    (one,) = desk.get(f"{at}?state=new")["items"]
    assert one["told"] == "No time."
    assert ana.name not in str(one["named"])

    here = f"{at}/{one['id']}"
    assert desk("POST", f"{here}/take").json()["state"] == "in_hand"
    assert desk("POST", f"{here}/notes", {"text": "Called."}).status_code == 201
    assert desk("POST", f"{here}/close", {"outcome": "go_on"}).json()["outcome"] == "go_on"
    assert desk("POST", f"{here}/reopen").json()["state"] != "closed"


def test_two_organisations_share_a_program(program: Program, manager: Person) -> None:
    bakery = make_organisation("Bakery")
    baker = Caller(make_person("pia@bakery.example", bakery, "manager"))
    host = Caller(manager)
    at = f"programs/{program.pk}/organisations"
    assert host("POST", at, {"email": "pia@bakery.example"}).json()["asked"] == [
        "pia@bakery.example"
    ]
    (asked,) = baker.get("programs/invitations")
    said = {
        "organisation": bakery.slug,
        "fields": [asked["fields"][0]["key"]],
        "figures": ["people"],
    }

    taken = baker("POST", f"programs/invitations/{asked['id']}/accept", said)

    assert taken.json()["count"] == program.pk
    parts = {p["organisation"]: p["id"] for p in baker.get(at)["parts"]}
    assert set(parts) == {"loomworks", "bakery"}
    terms = baker("PUT", f"{at}/{parts['bakery']}/terms", {"fields": [], "figures": []})
    assert [f for f in terms.json()["fields"] if f["crosses"]] == []
    strange = baker("PUT", f"{at}/{parts['bakery']}/terms", {"fields": ["planted"]})
    assert strange.status_code == 422
    # Each sees their own people alone.
    make_participant(program, "Ana")
    assert baker.get(f"programs/{program.pk}/people")["items"] == []
    assert len(host.get(f"programs/{program.pk}/people")["items"]) == 1
    assert baker("PUT", f"programs/{program.pk}/places", {"places": 10}).status_code == 404
    left = baker("POST", f"{at}/{parts['bakery']}/leave")
    assert left.json()["people"] == 0


def test_somebody_joins_answers_and_leaves(program: Program, organisation: Organisation) -> None:
    person = make_person("new@loomworks.example", organisation, "participant")
    call = Caller(person)
    place = call("POST", "places", {"program": program.slug}).json()
    here = f"places/{place['id']}"
    answers = {"offers": "sql; python", "wants": "hiring"}
    told = call(
        "PATCH", f"{here}/answers", {"answers": answers, "time_zone": "Europe/Paris"}
    ).json()
    assert {a["key"]: a["answer"] for a in told["answers"] if a["answer"]} == answers
    assert call("PATCH", f"{here}/answers", {"answers": {"shoes": "40"}}).status_code == 422
    program.questions.filter(key="wants").update(required=True)
    blank = call("PATCH", f"{here}/answers", {"answers": {"wants": "", "offers": "other"}})
    assert (blank.status_code, "has to be answered" in blank.json()["detail"]) == (422, True)
    assert Participant.objects.get().answers == answers
    assert (
        call("PUT", f"{here}/goals", {"goals": [{"text": "Speak"}]}).json()["goals"][0]["text"]
        == "Speak"
    )
    assert call("POST", f"{here}/apply", {"commit": True}).json()["state"] == "looking"
    days = call("POST", f"{here}/away", {"first": "2030-01-01", "last": "2030-01-05"}).json()
    assert (
        call("POST", f"{here}/away", {"first": "2030-01-05", "last": "2030-01-01"}).status_code
        == 422
    )
    assert call("DELETE", f"{here}/away/{days['id']}").status_code == 204
    assert call("PUT", f"{here}/findable", {"findable": True}).json()["findable"] is True
    assert "findable" in [c["about"] for c in call.get("me/consents")["items"]]
    until = (timezone.localdate() + timedelta(days=30)).isoformat()
    assert call("POST", f"{here}/stop", {"then": "pause", "until": until}).status_code == 200
    assert call("POST", f"{here}/stop", {"then": "pause"}).status_code == 422
    assert call("DELETE", f"{here}/stop").status_code == 204
    assert Participant.objects.get().state == "looking"
    assert not Partnership.objects.exists()
