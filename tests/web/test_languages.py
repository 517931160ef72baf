"""Pages, letters, figures and jobs in the language of whoever reads them."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone, translation

from peerloom.accounts.models import Organisation, Person
from peerloom.core import jobs
from peerloom.core.audit import saw
from peerloom.core.models import Job
from peerloom.core.words import counted, heard, in_all, later, listed, spoken
from peerloom.messaging.models import OutboxMessage
from peerloom.messaging.reasons import WHY
from peerloom.participants.models import Participant
from peerloom.partnerships.actions import book, open_feed
from peerloom.programs.models import Program
from peerloom.results.actions import take_edition
from peerloom.results.queries import results_of
from peerloom.rounds.actions import publish_round, solve, start_round
from peerloom.web.templatetags.peerloom import day, fit, in_days
from tests.factories import make_participant, make_people, make_person

pytestmark = pytest.mark.django_db


class TestWhichLanguage:
    @pytest.mark.usefixtures("organisation")
    def test_a_stranger_reads_what_their_browser_asks_for(self, client: Client) -> None:
        shown = client.get("/", headers={"accept-language": "es-MX,es;q=0.9"})

        assert 'lang="es"' in shown.content.decode()
        assert shown["Content-Language"] == "es"
        assert "Accept-Language" in shown["Vary"]
        assert "Dos iguales, y ambos aprenden" in shown.content.decode()

    @pytest.mark.usefixtures("organisation")
    def test_a_language_we_do_not_have_is_english(self, client: Client) -> None:
        shown = client.get("/", headers={"accept-language": "fi"}).content.decode()

        assert 'lang="en"' in shown
        assert "Two equals, both learning" in shown

    def test_what_a_person_chose_goes_before_their_browser(
        self, client: Client, manager: Person
    ) -> None:
        Person.objects.filter(pk=manager.pk).update(language="fr")
        client.force_login(manager)

        shown = client.get(reverse("manage"), headers={"accept-language": "es"}).content.decode()

        assert 'lang="fr"' in shown
        assert "Se déconnecter" in shown

    @pytest.mark.usefixtures("organisation")
    def test_one_request_leaves_nothing_behind_for_the_next(self, client: Client) -> None:
        client.get("/", headers={"accept-language": "fr"})

        assert "Two equals" in client.get("/").content.decode()

    def test_what_went_wrong_is_said_in_it_too(self, client: Client, manager: Person) -> None:
        Person.objects.filter(pk=manager.pk).update(language="es")
        client.force_login(manager)

        assert "Aquí no hay nada para ti" in client.get("/no/such/page/").content.decode()


class TestHowItIsSaid:
    @pytest.mark.parametrize(
        ("language", "number", "share", "names", "date"),
        [
            ("en", "10,327", "0.42", "Ana, Ben and Chloé", "8 Dec 2026"),
            ("fr", "10\xa0327", "0,42", "Ana, Ben et Chloé", "8 déc. 2026"),
            ("es", "10\xa0327", "0,42", "Ana, Ben y Chloé", "8 dic 2026"),
        ],
    )
    def test_numbers_dates_and_names_are_as_the_language_has_them(
        self, language: str, number: str, share: str, names: str, date: str
    ) -> None:
        from datetime import date as day_of

        with translation.override(language):
            assert counted(10_327) == number
            assert fit(0.42) == share
            assert listed(["Ana", "Ben", "Chloé"]) == names
            assert day(day_of(2026, 12, 8)) == date

    def test_none_is_one_in_french_and_many_in_spanish(
        self, client: Client, program: Program, manager: Person
    ) -> None:
        client.force_login(manager)
        page = reverse("overview", args=[program.pk])

        def shown(language: str) -> str:
            Person.objects.filter(pk=manager.pk).update(language=language)
            return client.get(page).content.decode()

        assert "0 partenariat ·" in shown("fr") or "0 partenariat<" in shown("fr")
        assert "0 alianzas" in shown("es")
        make_participant(program, "Ana", stage="3")
        assert "1 personne ·" in shown("fr")
        assert "1 persona ·" in shown("es")
        make_participant(program, "Ben", stage="3")
        assert "2 personnes ·" in shown("fr")

    def test_weekly_hours_are_kept_in_one_and_read_in_any(self) -> None:
        with translation.override("es"):
            assert in_days("Tue 12:00-15:00, Fri 13:00-15:00") == "mar 12:00-15:00, vie 13:00-15:00"


@pytest.mark.django_db(transaction=True)
class TestLetters:
    def test_each_is_introduced_in_their_own_language_agenda_and_all(
        self, program: Program, manager: Person
    ) -> None:
        ana = make_participant(program, "Ana", stage="3", wants="sql", offers="hiring")
        ben = make_participant(program, "Ben", stage="3", wants="hiring", offers="sql")
        Person.objects.filter(pk=ana.person_id).update(language="fr")
        Person.objects.filter(pk=ben.person_id).update(language="es")
        round_ = start_round(program, by=manager)
        round_.refresh_from_db()
        # Whoever publishes reads another language than either.
        with translation.override("en"):
            publish_round(round_, by=manager)

        def letter(who: Participant) -> str:
            return OutboxMessage.objects.get(to=who.person.email, kind="introduction").text

        assert "Vous demandez\u00a0: sql. Ben raconte ce que c'était (15 minutes)" in letter(ana)
        assert "Tú preguntas: hiring. Ana cuenta cómo fue (15 minutos)" in letter(ben)

    def test_what_lands_in_a_calendar_is_the_receivers_too(
        self, client: Client, program: Program, manager: Person
    ) -> None:
        ana, ben = make_people(program, 2)
        round_ = start_round(program, by=manager)
        round_.refresh_from_db()
        publish_round(round_, by=manager)
        partnership = program.partnerships.get()
        Person.objects.filter(pk=ana.person_id).update(language="es")
        Person.objects.filter(pk=ben.person_id).update(language="fr")
        with translation.override("fr"):
            book(partnership, timezone.now() + timedelta(days=3), by=ben.person)

        letters = OutboxMessage.objects.filter(kind="meeting invitation")
        assert "y tú" in letters.get(to=ana.person.email).calendar
        assert "et vous" in letters.get(to=ben.person.email).calendar
        # What it is for is kept as a key, in whatever language it was caused.
        assert {m.why for m in letters} == {WHY["meeting invitation"]}
        secret = open_feed(ana.person)
        assert "y tú" in client.get(reverse("feed", args=[secret])).content.decode()

    def test_why_a_letter_came_is_read_in_the_readers_language(
        self, client: Client, program: Program, manager: Person
    ) -> None:
        ana, _ben = make_people(program, 2)
        round_ = start_round(program, by=manager)
        round_.refresh_from_db()
        publish_round(round_, by=manager)
        Person.objects.filter(pk=ana.person_id).update(language="fr")
        client.force_login(ana.person)

        shown = client.get(reverse("my_messages")).content.decode()

        assert "Pourquoi\u00a0: Un pair a été trouvé pour vous." in shown


class TestWhatIsKept:
    def test_words_kept_in_all_are_heard_in_each(self) -> None:
        kept = json.loads(json.dumps(in_all(spoken(lambda: f"{counted(1000)} {later('people')}"))))

        assert kept == {"en": "1,000 people", "fr": "1\xa0000 personnes", "es": "1\xa0000 personas"}
        assert str(heard(kept)) == "1,000 people"
        with translation.override("es"):
            assert str(heard(kept)) == "1\xa0000 personas"
            # And kept once more, nothing is lost.
            assert in_all(heard(kept)) == kept
            assert heard("As it was kept before.") == "As it was kept before."

    def test_figures_speak_to_each_sponsor_in_their_own(
        self, program: Program, manager: Person
    ) -> None:
        make_people(program, 6)
        with translation.override("es"):
            take_edition(program)

        def engagement() -> str:
            figure = results_of(program, manager).figure("engagement")
            assert figure
            return str(figure.missing)

        assert engagement() == "Not enough evidence: no partnership is three months old yet."
        with translation.override("fr"):
            assert engagement() == (
                "Pas assez de preuves\u00a0: aucun partenariat n'a encore trois mois."
            )

    def test_a_job_answers_in_the_language_of_whoever_asked(
        self, program: Program, manager: Person
    ) -> None:
        make_people(program, 2)
        with translation.override("fr"):
            job = jobs.offer("round", solve, round_id=0)

        # The worker itself speaks none.
        jobs.run(job, lambda _report: str(later("Nobody could be placed.")))

        assert Job.objects.get(pk=job.pk).words == "Personne n'a pu être placé."


class TestTheApi:
    def test_its_description_is_the_same_whoever_asks_first(self, client: Client) -> None:
        from peerloom.api.rest import schema

        schema.cache_clear()
        asked: Any = client.get("/api/v1/openapi.json", headers={"accept-language": "fr"}).json()

        assert "Your own places" in json.dumps(asked) or "Name, language, zone" in json.dumps(asked)
        schema.cache_clear()
        assert client.get("/api/v1/openapi.json").json() == asked


def test_a_file_that_cannot_be_read_is_refused_in_the_managers_words(
    client: Client, program: Program, organisation: Organisation, manager: Person
) -> None:
    from django.core.files.uploadedfile import SimpleUploadedFile

    Person.objects.filter(pk=manager.pk).update(language="fr")
    client.force_login(manager)

    shown = client.post(
        reverse("import", args=[program.pk]), {"file": SimpleUploadedFile("x.csv", b"\xff\xfe")}
    )

    assert "enregistrez-le en «\u00a0CSV UTF-8\u00a0» et réessayez" in shown.content.decode()


def test_the_log_says_in_the_readers_words_what_was_seen(
    client: Client, organisation: Organisation, manager: Person
) -> None:
    admin = make_person("ada@loomworks.example", organisation, "admin")
    Person.objects.filter(pk=admin.pk).update(language="fr")
    saw(manager, manager, organisation_id=organisation.pk)
    client.force_login(admin)

    shown = client.get(reverse("audit_log", args=[organisation.slug])).content.decode()

    assert "<strong>a vu</strong>" in shown
    assert "personne" in shown


def test_who_left_is_called_so_in_the_readers_language(program: Program, manager: Person) -> None:
    from peerloom.core.holdings import erase_all_of

    ana, _ben = make_people(program, 2)
    with translation.override("es"):
        erase_all_of(ana.person)

    left = Person.objects.get(pk=ana.person_id)
    assert left.name == "Somebody who left"
    assert str(left) == "Somebody who left"
    with translation.override("fr"):
        assert str(left) == "Quelqu'un qui est parti"


def test_what_a_page_does_hangs_on_no_word(
    client: Client, program: Program, manager: Person
) -> None:
    client.force_login(manager)
    page = reverse("materials", args=[program.pk])

    for language, button in (
        ("en", "Require before the first meeting"),
        ("fr", "Exiger avant la première rencontre"),
        ("es", "Exigir antes de la primera reunión"),
    ):
        Person.objects.filter(pk=manager.pk).update(language=language)
        assert button in client.get(page).content.decode()
