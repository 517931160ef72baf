"""axe on every page of the map: on a desktop in light from right to left, on a phone in dark in French."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Page

from peerloom.accounts.actions import make_api_token, read_records
from peerloom.accounts.models import Organisation, Person
from peerloom.balance import Signal
from peerloom.care.actions import (
    ask_for_help,
    ask_to_part,
    note_on,
    start_repairing,
    take_in_hand,
)
from peerloom.care.facts import seal_about
from peerloom.care.models import CareSignal, Nudge, OneClick
from peerloom.core.encryption import fingerprint
from peerloom.messaging.actions import add_webhook, set_hook, turn_webhook
from peerloom.messaging.models import OutboxMessage
from peerloom.participants import imports
from peerloom.participants.actions import (
    StatedGoal,
    add_away,
    announce_draw,
    answer_situation,
    apply,
    observe,
    state_goals,
)
from peerloom.partnerships import actions as together
from peerloom.partnerships.models import Meeting, Partnership
from peerloom.partnerships.private import safe
from peerloom.programs import actions
from peerloom.programs.models import Program
from peerloom.pulses.actions import note_answers
from peerloom.pulses.models import MeetingAsk
from peerloom.pulses.queries import meeting_token_of, token_of
from peerloom.results.actions import take_edition
from peerloom.rounds.actions import make_short_lists, publish_round, start_round
from peerloom.web.urls import urlpatterns
from tests.factories import (
    bring_in,
    make_organisation,
    make_participant,
    make_people,
    make_person,
    make_program,
)
from tests.journeys.pseudo import CODE, speak_it
from tests.journeys.visits import signed_in

# Posts, fragments and files; their full pages are walked.
NO_PAGE = {
    "health", "ready", "metrics", "look_around", "join", "sign_out_everywhere", "invite", "import_apply",
    "import_progress", "policy_effect", "round_progress", "round_cancel", "round_again",
    "round_rule", "round_check", "policy_add", "add_person", "round_json", "first_start", "poster",
    "question_do", "remind", "places", "decline", "observe", "unobserve", "away_back",
    "skill_apart",
    "my_data", "records", "ask", "asking", "slot", "video", "met", "accept_agreement", "thank", "add_item",
    "item_do", "note", "add_step", "step_do", "learned", "journey_pdf", "mark_goal", "moment_do",
    "show_thanks", "feed", "require_training", "share_invite", "share_ask_people", "share_terms",
    "share_take_back", "repairing_progress", "care_words", "come_back",
    "count_results", "results_mail", "results_plot", "results_file", "counting",
}  # fmt: skip


# The page as languages have it that are written from right to left: nothing sticks out, and what stood
# at the beginning of a line stands on the right.
FROM_RIGHT_TO_LEFT = """() => {
  const root = document.documentElement;
  const was = root.dir;
  root.dir = "rtl";
  const wider = root.scrollWidth - window.innerWidth;
  const side = (e) => { const r = e.getBoundingClientRect(); return (r.left + r.right) / 2; };
  const mark = document.querySelector("header a");
  const title = document.querySelector("h1");
  const mirrored = side(mark) > window.innerWidth / 2
    && getComputedStyle(title).direction === "rtl" && getComputedStyle(title).textAlign !== "left";
  root.dir = was;
  return {wider, mirrored};
}"""


@pytest.fixture
def pages(
    organisation: Organisation, program: Program, manager: Person
) -> dict[str, tuple[Person | None, list[str]]]:
    """Who reads which pages, with something on each."""
    people = make_people(program, 6)
    first = start_round(program, by=manager)
    first.refresh_from_db()
    publish_round(first, by=manager)
    for k in range(5):
        make_participant(program, f"More{k}", stage=str(2 + 9 * max(0, k - 1)))
    second = start_round(program, by=manager)
    make_participant(program, "Late", state="applying", stage="3")
    content = b"email,stage\na@x.example,many\nnobody,1\n"
    mapping = imports.upload(program, name="x.csv", content=content, by=manager)
    checked = imports.upload(program, name="y.csv", content=content, by=manager)
    imports.set_mapping(checked, checked.mapping, by=manager)
    mover = second.proposals.get().members.first()
    place, me = people[0], people[0].person
    partnership = program.partnerships.filter(members=place).get()

    def to(name: str, *args: object) -> str:
        return reverse(name, args=args)

    of_program = [
        to(n, program.pk)
        for n in ("overview", "people", "partnerships", "import", "policy", "rounds")
    ]
    of_program += [to("setup", program.pk, s) for s in ("purpose", "format", "questions", "open")]
    actions.stop_asking(program.questions.get(key="challenges"), by=manager)
    actions.change_purpose(
        program, name=program.name, purpose="More.", objectives=["connect"], by=manager
    )
    day = date(2026, 2, 1)
    # Somebody who still looks, with a short list.
    mine = make_participant(program, "Looker", stage="3", wants="sql", offers="hiring")
    make_participant(program, "Other", stage="3", wants="hiring", offers="sql")
    make_short_lists(program, named=True, by=manager)
    observe(place, kind="learns", text="By doing.", tag="doing", made_on=day, by=manager)
    add_away(place, first=day, last=day, by=me)
    of_program += [
        to(n, program.pk)
        for n in ("consequences", "kpis", "form", "form_preview", "new_question", "materials", "reach", "skills",
                  "new_material", "save_template")
    ]  # fmt: skip
    question, material = program.questions.first(), program.materials.first()
    assert question
    assert material
    of_program += [to("question", program.pk, question.pk)]
    of_program += [to("material", program.pk, material.pk)]
    of_program += [to("import_file", program.pk, f.pk) for f in (mapping, checked)]
    of_program += [to("round", program.pk, r.pk) for r in (first, second)]
    of_program += [
        to("rounds_compare", program.pk),
        to("round", program.pk, first.pk) + "?by=way_to_meet",
    ]
    of_program += [
        to("round_swap", program.pk, second.pk, mover.pk if mover else 0),
        to("round_publish", program.pk, second.pk),
        to("participant", program.pk, place.pk),
        to("manage"),
        to("new_program"),
        to("blank_program"),
    ]
    bakery = make_organisation("Bakery")
    part = bring_in(program, bakery, by=manager)
    boss = Person.objects.get(email="boss@bakery.example")
    asked = actions.invite_organisation(
        make_program(organisation, manager, name="Another"), email=boss.email, by=manager
    )
    guest = make_participant(program, "Guest", organisation=bakery, stage="3")
    talk = together.note_that_we_met(partnership, timezone.now(), by=me)
    together.add_item(talk, "How do you say no?", hat="mentee", by=me)
    together.add_step(talk, "Try it", by=me, due_on=day)
    together.write_shared_note(talk, "What we said", seen=0, by=me)
    together.note_learning(partnership, "Ask first", by=me, meeting=talk)
    other = partnership.parts.exclude(participant=place).first()
    assert other
    together.give_feedback(partnership, other.pk, {"helped": "Your question"}, by=me)
    together.thank(partnership, other.pk, "Your time", by=me)
    together.write_agreement(partnership, {"rhythm": "Weekly"}, seen=(1, 0), by=me)
    together.look_back(partnership, "Much", in_touch=True, alumni=True, by=me)
    state_goals(place, [StatedGoal("skill", "SQL", "I write one query a day")], by=me)
    card = program.materials.get(key="mentor_hat")
    training = program.materials.get(key="training_mentee")
    answer_situation(place, training, 0, 1, by=me)
    after = [
        to("times", partnership.pk), to("agreement", partnership.pk), to("feedback", partnership.pk),
        to("close", partnership.pk), to("meeting", talk.pk), to("move", talk.pk),
        to("check_in", talk.pk), to("journey"), to("feed_settings"), to("guides", place.pk),
        to("guide", place.pk, card.pk), to("training", place.pk, training.pk),
        to("training", place.pk, training.pk) + "?at=0", to("wall", place.pk),
    ]  # fmt: skip
    help_ = ask_for_help(partnership, told="We talk past each other", named=True, by=me)
    take_in_hand(help_, by=manager)
    note_on(help_, "Called both.", by=manager)
    token = linked(partnership, me)
    repairing = start_repairing(program, others=True, by=manager)
    repairing.refresh_from_db()
    ask_to_part(place, then="new_peer", partnership=partnership, by=me)
    of_program += [
        to("care", program.pk), to("care_case", program.pk, help_.pk),
        to("safeguards", program.pk), to("repairing", program.pk),
    ]  # fmt: skip
    after += [
        to("hats", partnership.pk), to("not_working", partnership.pk), to("stop", place.pk),
        to("my_messages"),
    ]  # fmt: skip
    hook, _ = add_webhook(
        organisation.pk, name="HR", url="https://hr.example/hook", kinds=["person.left"], by=manager
    )
    turn_webhook(hook, False, by=manager)
    add_webhook(organisation.pk, name="All", url="https://a.example/", kinds=[], by=manager)
    make_api_token(me, name="My script", scopes=["self:read"], days=30, by=me)
    actions.open_program(program, by=manager)
    set_hook(organisation.pk, "https://chat.example/in", by=manager)
    OutboxMessage.objects.create(
        organisation_id=organisation.pk, kind="nudge", key="stuck", to="x@x.example",
        subject="S", text="T", state="failed", error="Refused",
    )  # fmt: skip
    token_, results, drawn = answered(program, manager)
    of_program += [
        *results,
        to("pulses", program.pk), to("new_pulse", program.pk),
        to("pulse_design", program.pk, program.pulses.get(moment="baseline").pk),
        to("pulse_design", program.pk, program.pulses.get(moment="meeting").pk),
        to("fairness", program.pk), to("learning", program.pk), to("said", program.pk),
        to("draw_places", program.pk), to("draw_places", drawn.pk),
    ]  # fmt: skip
    shared = [to("sharing", program.pk), to("share_leave", program.pk, part.pk)]
    of_program += shared
    steps = [
        to("step", place.pk, s)
        for s in ("you", "hopes", "give", "time", "goals", "look-over", "other-organisations")
    ]
    return {
        "nobody": (None, ["/", to("privacy"), to("program", program.slug), "/account/login/",
                          "/account/signup/", "/no/such/page/", to("answer", token),
                          to("answer", "made-up"), to("pulse", token_), to("pulse", "made-up"),
                          to("pulse_meeting", asked_after(talk)), to("pulse_meeting", "made-up"),
                          to("draw", drawn.slug), to("program_privacy", program.slug)]),
        "manager": (manager, of_program),
        "participant": (me, [to("home"), to("place", place.pk), to("me"), "/account/2fa/", to("data"),
                             to("sessions"), to("tokens"), "/api/", "/account/2fa/totp/activate/",
                             to("partnership", partnership.pk),
                             to("place_calendar", place.pk), to("find", place.pk), *steps, *after]),
        "guest": (boss, [to("manage"), to("share_answer", asked.pk), to("people", program.pk),
                         to("participant", program.pk, guest.pk), *shared]),
        "looker": (mine.person, [to("voices", mine.pk), to("home")]),
        "admin": (make_person("ada@loomworks.example", organisation, "admin"),
                  [to("roles", organisation.slug), to("delivery", organisation.slug),
                   to("audit_log", organisation.slug), to("directory", organisation.slug),
                   to("webhooks", organisation.slug),
                   to("privacy_settings", organisation.slug),
                   to("one_person", organisation.slug) + f"?email={me.email}"]),
        "sponsor": (make_person("s@loomworks.example", organisation, "sponsor"),
                    [to("results"), *results]),
    }  # fmt: skip


def asked_after(meeting: Meeting) -> str:
    """The secret of a link to say how a meeting was."""
    member = meeting.partnership.parts.select_related("participant__person").last()
    assert member
    return meeting_token_of(MeetingAsk.objects.create(meeting=meeting, member=member))


def answered(program: Program, manager: Person) -> tuple[str, list[str], Program]:
    """The secret of an open pulse, pages with figures on them, and a program with a draw."""
    today = timezone.localdate()
    people = list(program.participants.filter(organisation=program.organisation).order_by("pk"))
    said = [(p, {"match.same_peer": 1 + k % 5, "safety.not_know": 1 + k % 4, "open.open": "Good."})
            for k, p in enumerate(people)]  # fmt: skip
    for moment, days in (("midpoint", 90), ("end", 60)):
        pulse = program.pulses.select_related("program").get(moment=moment)
        opens = today - timedelta(days=days)
        actions.write_pulse(program, pulse=pulse, scales=pulse.scales, opens_on=opens, by=manager)
        note_answers(pulse, [(p, a, timezone.now()) for p, a in said])
    own = actions.write_pulse(
        program,
        name="Now",
        scales=["safety"],
        own=[{"text": "It fits."}],
        opens_on=today,
        by=manager,
    )
    note_answers(own, [(p, {}, timezone.now()) for p in people])
    units = [f"{p.person.email},{'AB'[k % 2]}" for k, p in enumerate(people)]
    read_records(program.organisation, "\n".join(["email,unit", *units]).encode(), by=manager)
    take_edition(program)
    reply = own.replies.select_related("participant__person").first()
    assert reply
    drawn = make_program(program.organisation, manager, name="Drawn")
    announce_draw(drawn, places=2, public_from="the lottery", public_on=today + timedelta(days=9),
                  by=manager)  # fmt: skip
    one = make_participant(drawn, "Drawee", state="applying")
    apply(one, by=one.person)
    page = reverse("program_results", args=[program.pk])
    return token_of(reply), [page], drawn


def linked(partnership: Partnership, person: Person) -> str:
    """The secret of a link that asks for an answer, with a lean to speak of."""
    member = partnership.parts.get(participant__person=person)
    signal = CareSignal.objects.create(partnership=partnership, kind="leaning", level=2, step=3)
    signal.about_sealed = seal_about(safe(partnership), Signal(2, "One asks.", (member.pk,), 1))
    signal.save()
    nudge = Nudge.objects.create(signal=signal, member=member, step=3, words="care_help")
    OneClick.objects.create(
        nudge=nudge,
        fingerprint=fingerprint("a-secret"),
        expires_at=timezone.now() + timedelta(days=3),
    )
    return "a-secret"


@pytest.fixture
def speaks(language: str, tmp_path: Path, settings: Any) -> None:
    """The server speaks the language, made up for it where it is."""
    if language == CODE:
        speak_it(tmp_path, settings)


# Words of other languages are longer: where they fit, English does.
@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("speaks")
@pytest.mark.parametrize(
    ("width", "scheme", "language"), [(1280, "light", CODE), (390, "dark", "fr")]
)
def test_every_page_is_accessible_and_fits_its_window(
    visit: Callable[..., Page],
    accessible: Callable[[Page], None],
    pages: dict[str, tuple[Person | None, list[str]]],
    width: int,
    scheme: str,
    language: str,
) -> None:
    found = []
    for person, addresses in pages.values():
        page = signed_in(visit, person, "/health/", width=width, scheme=scheme, language=language)
        for address in addresses:
            page.goto(address)
            # Nobody was sent away to sign in.
            assert "login" not in page.url or "login" in address, address
            assert page.locator("h1").count() == 1, address
            root = page.locator("html")
            assert root.get_attribute("lang") == language, address
            assert root.get_attribute("dir") == ("rtl" if language == CODE else "ltr"), address
            try:
                accessible(page)
            except AssertionError as problem:
                found.append(str(problem))
            turned = page.evaluate(FROM_RIGHT_TO_LEFT)
            if turned["wider"] > 0 or not turned["mirrored"]:
                found.append(f"{page.url} from right to left: {turned}")
    # All of them at once: one page hides no other.
    assert not found, "\n\n".join(found)


@pytest.mark.django_db(transaction=True)
def test_no_page_is_left_out(pages: dict[str, tuple[Person | None, list[str]]]) -> None:
    from django.urls import resolve

    walked = {
        resolve(a.split("?")[0]).url_name
        for _, addresses in pages.values()
        for a in addresses
        if "no/such" not in a
    }

    assert {str(p.name) for p in urlpatterns} - NO_PAGE <= walked
