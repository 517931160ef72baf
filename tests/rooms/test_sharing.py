"""Shared programs: own people only, consent before anything crosses, leaving with all data."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse

from peerloom.accounts.errors import NotAllowed
from peerloom.accounts.models import Organisation, Person
from peerloom.accounts.queries import organisations_of
from peerloom.participants import imports
from peerloom.participants.actions import (
    add_person,
    ask_to_cross,
    be_found,
    join,
    let_cross,
    observe,
    save_answers,
)
from peerloom.participants.errors import MappingRefused
from peerloom.participants.models import Participant
from peerloom.participants.queries import (
    borders,
    figures_of,
    newly_asked,
    people_in,
    to_ask_to_cross,
    who_could_help,
)
from peerloom.partnerships.models import Partnership
from peerloom.partnerships.queries import seen_by
from peerloom.programs import actions
from peerloom.programs.errors import SharingRefused
from peerloom.programs.library import CRITERIA
from peerloom.programs.models import PartnerOrganisation, Program
from peerloom.programs.queries import crossing
from peerloom.rounds.actions import publish_round
from peerloom.rounds.queries import check_round
from peerloom.rounds.snapshot import looking, pool_of
from tests.factories import bring_in, make_organisation, make_participant, make_person, solved_round


def person(program: Program, name: str, where: Organisation | None = None, **said: str) -> Any:
    return make_participant(program, name, organisation=where, **said)


def agree(*people: Participant) -> None:
    for participant in people:
        let_cross(participant, True, by=participant.person)


# ---- invitations


def test_the_one_who_is_asked_starts_an_organisation_and_nobody_else_can(
    program: Program, manager: Person, client: Client, django_capture_on_commit_callbacks: Any
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        part = actions.invite_organisation(program, email="Eve@North.example", by=manager)
        actions.invite_organisation(program, email="eve@north.example", by=manager)
    assert [m.to for m in mail.outbox] == [["eve@north.example"]]
    eve = make_person("eve@north.example", make_organisation("Elsewhere"))
    page = reverse("share_answer", args=[part.pk])
    client.force_login(manager)
    assert client.get(page).status_code == 404
    client.force_login(eve)
    refused = client.post(page, {"organisation": "new", "name": " "})
    assert refused.status_code == 422
    assert "Say what the new organisation is called." in refused.content.decode()

    answer = client.post(
        page, {"organisation": "new", "name": "North", "fields_that_cross": ["wants", "offers"]}
    )

    assert answer.url == reverse("sharing", args=[program.pk])
    assert [o.name for o in organisations_of(eve, "admin")] == ["North"]
    assert crossing(program) == {"wants", "offers"}
    # Answered once.
    assert client.get(page).status_code == 404


def test_an_organisation_takes_part_once_and_may_say_no(
    program: Program, part: PartnerOrganisation, manager: Person, baker: Person
) -> None:
    again = actions.invite_organisation(program, email=baker.email, by=manager)
    with pytest.raises(SharingRefused, match="takes part in this program already"):
        actions.bring_organisation(again, part.organisation, by=baker, fields=[], figures=[])
    with pytest.raises(NotAllowed):
        actions.decline_invitation(again, by=manager)
    actions.decline_invitation(again, by=baker)
    with pytest.raises(SharingRefused, match="answered or taken back"):
        actions.take_back_invitation(again, by=manager)
    with pytest.raises(NotAllowed):
        actions.set_terms(part, by=manager, fields=[], figures=[], rivals=[])


# ---- who sees whom


def test_the_hosts_manager_reaches_no_guest(
    program: Program, bakery: Organisation, part: PartnerOrganisation, baker: Person, client: Client
) -> None:
    guest = person(program, "Planted", bakery, hopes="planted hope")
    seen = observe(guest, kind="learns", text="planted", made_on=date(2026, 2, 1), by=baker)
    file = imports.upload(program, name="p.csv", content=b"email\nx@bakery.example\n", by=baker)
    host = make_person("h@loomworks.example", program.organisation, "manager", "admin", "sponsor")
    client.force_login(host)
    program_id = program.pk
    for name, args in {
        "participant": [guest.pk], "decline": [guest.pk], "observe": [guest.pk],
        "unobserve": [guest.pk, seen.pk], "import_file": [file.pk], "import_apply": [file.pk],
        "share_terms": [part.pk],
    }.items():  # fmt: skip
        url = reverse(name, args=[program_id, *args])
        assert client.get(url).status_code in (404, 405), name
        assert client.post(url).status_code in (404, 405), name


def test_people_of_others_have_no_name_and_no_word_on_any_page(
    program: Program,
    bakery: Organisation,
    part: PartnerOrganisation,
    manager: Person,
    baker: Person,
    django_capture_on_commit_callbacks: Any,
) -> None:
    said = {"stage": "3", "function": "sales"}
    ours = [person(program, f"Ourname{k}", wants="sql", offers="ourword", **said) for k in range(3)]
    theirs = [
        person(program, f"Theirname{k}", bakery, wants="ourword", offers="theirword", **said)
        for k in range(3)
    ]
    far = person(program, "Theirname9", bakery, stage="40")
    agree(*ours, *theirs, far)
    program.policy["criterion"].append(CRITERIA["another_organisation"] | {"name": "elsewhere"})
    # The word does not cross.
    actions.set_terms(part, by=baker, fields=["stage", "function", "wants"], figures=[], rivals=[])
    program.save()
    matching_round = solved_round(program, manager, django_capture_on_commit_callbacks)
    assert matching_round.proposals.count() == 3
    assert matching_round.unplaced.get().participant == far
    seen = {}
    for who in (manager, baker):
        client = Client()
        client.force_login(who)
        bodies = ""
        for _ in range(2):
            for name, args in (
                ("people", []), ("overview", []), ("sharing", []), ("reach", []), ("skills", []),
                ("rounds", []), ("round", [matching_round.pk]), ("partnerships", []),
                ("round_publish", [matching_round.pk]), ("policy", []),
                ("round_swap", [matching_round.pk, ours[0].pk]),
            ):  # fmt: skip
                answer = client.get(reverse(name, args=[program.pk, *args]), follow=True)
                bodies += answer.content.decode() if answer.status_code == 200 else ""
            if who == manager and matching_round.state == "ready":
                assert client.get(
                    reverse("round_json", args=[program.pk, matching_round.pk])
                ).status_code == 404  # fmt: skip
                publish_round(matching_round, by=manager)
        seen[who.pk] = bodies

    assert "Ourname0" in seen[manager.pk]
    assert "somebody of Bakery" in seen[manager.pk]
    assert "Theirname" not in seen[manager.pk]
    assert "theirword" not in seen[manager.pk]
    assert "Theirname0" in seen[baker.pk]
    assert "somebody of Loomworks" in seen[baker.pk]
    assert "Ourname" not in seen[baker.pk]
    assert not {p.person.name for p in people_in(program, baker)} & {p.person.name for p in ours}


def test_figures_are_shown_as_agreed_and_never_under_five(
    program: Program, bakery: Organisation, part: PartnerOrganisation, baker: Person
) -> None:
    for k in range(6):
        person(program, f"Own{k}")
    for k in range(5):
        person(program, f"Guest{k}", bakery, state="matched" if k else "looking")

    assert [(f.people, f.matched) for f in figures_of(program)] == [(6, None), (5, None)]
    actions.set_terms(part, by=baker, fields=[], figures=["matched"], rivals=[])
    person(program, "Guest9", bakery, state="matched")
    assert [(f.people, f.matched) for f in figures_of(program)] == [(6, None), (None, 5)]


# ---- consent


def pairs_of(matching_round: Any) -> set[frozenset[str]]:
    return {
        frozenset(m.person.name for m in p.members.all()) for p in matching_round.proposals.all()
    }


def test_who_does_not_agree_meets_their_own_organisation_alone(
    program: Program,
    bakery: Organisation,
    part: PartnerOrganisation,
    manager: Person,
    django_capture_on_commit_callbacks: Any,
) -> None:
    ana = person(program, "Ana", wants="sql", offers="hiring")
    eva = person(program, "Eva", bakery, wants="hiring", offers="sql")
    ben = person(program, "Ben")
    person(program, "Fay", bakery)
    agree(ana, ben)

    first = solved_round(program, manager, django_capture_on_commit_callbacks)
    assert pairs_of(first) == {frozenset({"Ana", "Ben"}), frozenset({"Eva", "Fay"})}
    assert check_round(first) == []

    agree(eva)
    second = solved_round(program, manager, django_capture_on_commit_callbacks)
    # Fay agreed to nothing, so she meets Eva or nobody: everyone is placed first.
    assert frozenset({"Eva", "Fay"}) in pairs_of(second)
    Participant.objects.filter(person__name__in=["Fay", "Ben"]).update(state="left")
    third = solved_round(program, manager, django_capture_on_commit_callbacks)
    assert pairs_of(third) == {frozenset({"Ana", "Eva"})}


def test_another_organisation_and_no_competitor(
    program: Program,
    bakery: Organisation,
    part: PartnerOrganisation,
    manager: Person,
    baker: Person,
    django_capture_on_commit_callbacks: Any,
) -> None:
    mill = make_organisation("Mill")
    mill_part = bring_in(program, mill, by=manager)
    miller = Person.objects.get(email="boss@mill.example")
    agree(
        person(program, "Ana"), person(program, "Ben"),
        person(program, "Eva", bakery), person(program, "Moe", mill),
    )  # fmt: skip
    program.policy["criterion"].append(CRITERIA["another_organisation"] | {"name": "elsewhere"})
    program.policy["objective"]["trios"] = False
    program.save()
    actions.set_terms(mill_part, by=miller, fields=[], figures=[], rivals=[bakery.pk, 999])
    assert PartnerOrganisation.objects.get(pk=mill_part.pk).rivals == [bakery.pk]

    found = pairs_of(solved_round(program, manager, django_capture_on_commit_callbacks))

    assert found in (
        {frozenset({"Ana", "Eva"}), frozenset({"Ben", "Moe"})},
        {frozenset({"Ana", "Moe"}), frozenset({"Ben", "Eva"})},
    )
    Participant.objects.filter(person__name__in=["Ana", "Ben"]).update(state="left")
    # The competitors are left, and stay apart.
    assert pairs_of(solved_round(program, manager, django_capture_on_commit_callbacks)) == set()


def test_only_what_all_agreed_to_reaches_the_matching_and_the_partner(
    program: Program,
    bakery: Organisation,
    part: PartnerOrganisation,
    manager: Person,
    baker: Person,
    django_capture_on_commit_callbacks: Any,
) -> None:
    actions.set_terms(part, by=baker, fields=["wants", "offers", "hours"], figures=[], rivals=[])
    said = {"wants": "sql", "offers": "sql", "function": "planted", "hopes": "planted"}
    ana, eva = person(program, "Ana", **said), person(program, "Eva", bakery, **said)
    assert newly_asked(ana)
    agree(ana, eva)
    assert not newly_asked(ana)

    pool = pool_of(program, looking(program))
    assert "planted" not in pool.column("function") + pool.column("hopes")
    assert list(pool.column("wants")) == ["sql", "sql"]
    publish_round(solved_round(program, manager, django_capture_on_commit_callbacks), by=manager)
    client = Client()
    client.force_login(ana.person)
    partnership = Partnership.objects.get()
    page = client.get(reverse("partnership", args=[partnership.pk])).content.decode()
    assert "Eva" in page
    assert "Bakery" in page
    assert "planted" not in page
    assert seen_by(partnership, ana.person).mine.gives == ["sql"]

    # What is no longer agreed stops at once; what is newly agreed waits for the person.
    everything = ["wants", "offers", "hours", "function"]
    actions.set_terms(part, by=baker, fields=everything, figures=[], rivals=[])
    assert newly_asked(ana)
    assert [p.pk for p in to_ask_to_cross(program, baker)] == [eva.pk]
    assert (
        "planted" not in client.get(reverse("partnership", args=[partnership.pk])).content.decode()
    )
    actions.set_terms(part, by=baker, fields=["hours"], figures=[], rivals=[])
    assert "sql" not in " ".join(
        a.cell for peer in seen_by(partnership, ana.person).peers for a in peer.answers
    )


def test_the_policy_says_what_does_not_cross(
    program: Program, part: PartnerOrganisation, baker: Person, as_manager: Client
) -> None:
    actions.set_terms(part, by=baker, fields=["wants"], figures=[], rivals=[])

    page = as_manager.get(reverse("policy", args=[program.pk])).content.decode()

    offers = program.questions.get(key="offers").label
    assert f"{offers}: counts for nobody who meets other organisations" in page
    wants = program.questions.get(key="wants").label
    assert f"{wants}: counts" not in page


def test_a_yes_is_to_the_organisations_of_its_day(
    program: Program,
    bakery: Organisation,
    part: PartnerOrganisation,
    manager: Person,
    django_capture_on_commit_callbacks: Any,
) -> None:
    ana, eva = person(program, "Ana", hopes="planted"), person(program, "Eva", bakery)
    agree(ana, eva)
    mill = make_organisation("Mill")
    bring_in(program, mill, by=manager)
    moe = person(program, "Moe", mill)
    agree(moe)
    # Ana and Eva never heard of the mill: nothing of theirs reaches it, and nobody meets.
    assert newly_asked(ana)
    assert borders(program).reaches(ana, mill.pk) == frozenset()
    assert "hopes" in (borders(program).reaches(ana, bakery.pk) or ())
    program.policy["objective"]["trios"] = True
    program.save()
    found = pairs_of(solved_round(program, manager, django_capture_on_commit_callbacks))
    assert found == {frozenset({"Ana", "Eva"})}
    agree(ana)
    eva.state = "left"
    eva.save()
    found = pairs_of(solved_round(program, manager, django_capture_on_commit_callbacks))
    assert found == {frozenset({"Ana", "Moe"})}


def test_the_directory_names_people_of_ones_own_organisation_alone(
    program: Program, bakery: Organisation, part: PartnerOrganisation
) -> None:
    ana = person(program, "Ana")
    people = [person(program, "Ben", offers="sql"), person(program, "Eva", bakery, offers="sql")]
    agree(ana, *people)
    for one in people:
        be_found(one, True, by=one.person)

    assert [p.person.name for p, _ in who_could_help(ana, "sql")] == ["Ben"]


def test_people_are_asked_by_letter_once_for_each_change_of_terms(
    program: Program,
    bakery: Organisation,
    part: PartnerOrganisation,
    manager: Person,
    baker: Person,
) -> None:
    person(program, "Ana")
    eva = person(program, "Eva", bakery)

    assert ask_to_cross(program, by=baker) == 1
    assert ask_to_cross(program, by=baker) == 0
    # Who said no is not asked again, unless more is to cross than they were asked about.
    actions.set_terms(part, by=baker, fields=["stage"], figures=[], rivals=[])
    assert to_ask_to_cross(program, baker) == [eva]
    let_cross(eva, False, by=eva.person)
    assert to_ask_to_cross(program, baker) == []
    actions.set_terms(part, by=baker, fields=["stage", "wants"], figures=[], rivals=[])
    assert ask_to_cross(program, by=baker) == 1


def test_consent_is_a_step_with_nothing_chosen_beforehand(
    program: Program, bakery: Organisation, part: PartnerOrganisation, client: Client
) -> None:
    eva = person(program, "Eva", bakery, state="applying", stage="3")
    client.force_login(eva.person)
    page = reverse("step", args=[eva.pk, "other-organisations"])

    shown = client.get(page).content.decode()
    assert "This program is shared by: Loomworks, Bakery." in shown
    assert "checked" not in shown
    assert "Choose one; either is fine." in client.post(page, {}).content.decode()
    client.post(page, {"cross": "yes"})
    eva.refresh_from_db()
    assert set(eva.crosses) == {*(crossing(program) or ()), f"with:{program.organisation_id}"}
    client.post(page, {"cross": "no"})
    eva.refresh_from_db()
    assert (eva.crosses, eva.crosses_at) == ([], None)


# ---- bringing people in


def test_people_join_for_their_organisation(
    program: Program, bakery: Organisation, part: PartnerOrganisation, client: Client
) -> None:
    visitor = make_person("eva@somewhere.example", make_organisation("Somewhere"))
    client.force_login(visitor)
    page = client.get(reverse("program", args=[program.slug]), {"with": "bakery"})
    assert '<input type="hidden" name="with" value="bakery">' in page.content.decode()

    client.post(reverse("join", args=[program.slug]), {"with": "bakery"})

    assert visitor.places.get().organisation == bakery
    assert organisations_of(visitor, "participant").get() == bakery
    other = make_person("x@somewhere.example", bakery)
    assert join(program, by=other, organisation=make_organisation("Far")).organisation == (
        program.organisation
    )


def test_a_guests_file_touches_own_people_alone(
    program: Program,
    bakery: Organisation,
    part: PartnerOrganisation,
    manager: Person,
    baker: Person,
    django_capture_on_commit_callbacks: Any,
) -> None:
    ana = person(program, "Ana", stage="3")
    content = f"email,stage,Shoe size\n{ana.person.email},9,44\neva@bakery.example,5,38\n"
    file = imports.upload(program, name="x.csv", content=content.encode(), by=baker)
    with pytest.raises(MappingRefused, match="Only the organisation that runs the program"):
        imports.set_mapping(file, {"email": "email", "stage": "stage", "Shoe size": "+"}, by=baker)
    imports.set_mapping(file, {"email": "email", "stage": "stage"}, by=baker)
    assert file.counts == {"new": 1, "changed": 0, "unchanged": 0, "refused": 1}
    with django_capture_on_commit_callbacks(execute=True):
        imports.start_import(file, looking=True, by=baker)

    ana.refresh_from_db()
    assert ana.answers["stage"] == "3"
    eva = Participant.objects.get(person__email="eva@bakery.example")
    assert (eva.organisation, eva.answers) == (bakery, {"stage": "5"})
    assert add_person(program, email=ana.person.email, name="", by=baker) == ana
    assert add_person(program, email="new@bakery.example", name="", by=baker).organisation == bakery
    with pytest.raises(NotAllowed):
        imports.set_mapping(file, {"email": "email"}, by=manager)


def test_nobody_answers_for_another(
    program: Program, bakery: Organisation, part: PartnerOrganisation
) -> None:
    eva, ana = person(program, "Eva", bakery), person(program, "Ana")
    with pytest.raises(NotAllowed):
        let_cross(eva, True, by=ana.person)
    with pytest.raises(NotAllowed):
        save_answers(eva, {"stage": "1"}, by=ana.person)
