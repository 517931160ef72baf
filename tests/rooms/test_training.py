"""Both hats, practised: trainings in every language, progress kept, required before the first meeting."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from peerloom.participants.actions import answer_situation
from peerloom.participants.queries import count_trained, guides_of, training_left
from peerloom.partnerships import actions, queries
from peerloom.partnerships.errors import TrainingFirst
from peerloom.programs.actions import require_training, write_material
from peerloom.programs.errors import TrainingRefused
from peerloom.programs.models import Program
from peerloom.programs.queries import TrainingError, read_training
from peerloom.programs.template_library import LANGUAGES, words
from tests.rooms.partners import Pair

GOOD = "## It rains\n\n- [x] Take a coat\n  > You stay dry.\n- [ ] Wait\n  > Perhaps\n    long.\n"


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("key", ["training_mentor", "training_mentee"])
def test_each_hat_has_five_situations_in_every_language(language: str, key: str) -> None:
    situations = read_training(words(language)["materials"][key]["body"])

    assert len(situations) == 5
    for situation in situations:
        assert len(situation.choices) == 3
        assert sum(c.helps for c in situation.choices) == 1


def test_a_training_is_read_and_refused_with_its_place() -> None:
    (one,) = read_training(GOOD)
    assert one.text == "It rains"
    assert [(c.text, c.helps, c.feedback) for c in one.choices] == [
        ("Take a coat", True, "You stay dry."), ("Wait", False, "Perhaps long."),
    ]  # fmt: skip
    for bad, why in (
        ("", "no situation yet"),
        ("## A\n- [x] one\n > said", "Situation 1 has fewer than two"),
        (GOOD + "## B\n- [ ] one\n > x\n- [ ] two\n > y", "Situation 2 has no choice that helps"),
        ("## A\n- [x] one\n > x\n- [ ] two", "without words said to it"),
    ):
        with pytest.raises(TrainingError, match=why):
            read_training(bad)


def test_a_manager_cannot_save_one_that_cannot_be_read(
    program: Program, manager: Any, as_manager: Client
) -> None:
    mine = program.materials.get(key="training_mentor")
    page = as_manager.post(
        reverse("material", args=[program.pk, mine.pk]),
        {"title": "T", "kind": "training", "body": "## Only a title"},
    )
    assert "fewer than two choices" in page.content.decode()
    with pytest.raises(TrainingRefused):
        write_material(program, kind="training", title="x", body="", by=manager)
    mine.refresh_from_db()
    assert mine.title != "T"


def test_progress_is_kept_and_done_once_every_situation_was_answered(
    pair: Pair, client: Client
) -> None:
    _partnership, ana, _ = pair
    place = ana.places.get()
    training = place.program.materials.get(key="training_mentee")
    client.force_login(ana)
    page = reverse("training", args=[place.pk, training.pk])
    for at in range(4):
        answer = client.post(page, {"situation": at, "choice": "0"}, follow=True)
        assert "There is a way that helps more" in answer.content.decode() or (
            "This helps" in answer.content.decode()
        )
    # Come back later: it goes on where it was.
    assert "Situation 5 of 5" in client.get(page).content.decode()
    client.post(page, {"situation": "7", "choice": "0"})
    client.post(page, {"situation": "x"})
    assert not place.trainings.get().done_at
    client.post(page, {"situation": "4", "choice": "1"})
    done = place.trainings.get().done_at
    assert done
    # Changing one's mind later does not change that it was done.
    client.post(page, {"situation": "0", "choice": "1"})
    assert place.trainings.get().done_at == done
    assert training.title in client.get(reverse("journey")).content.decode()
    assert count_trained(place.program) == {"training_mentee": 1}


def test_where_it_is_required_it_comes_before_the_first_meeting(
    pair: Pair, manager: Any, client: Client
) -> None:
    partnership, ana, _ = pair
    place = ana.places.get()
    require_training(place.program, True, by=manager)
    place.refresh_from_db()
    client.force_login(ana)
    page = reverse("partnership", args=[partnership.pk])
    assert "Before you meet" in client.get(page).content.decode()
    soon = timezone.now() + timedelta(days=2)
    with pytest.raises(TrainingFirst):
        actions.book(partnership, soon, by=ana)
    for training in training_left(place):
        for at in range(5):
            answer_situation(place, training, at, 0, by=ana)
    assert training_left(place) == []
    assert actions.book(partnership, soon, by=ana).starts_at == soon
    assert queries.partnership_page(partnership, ana).training == []


def test_the_library_is_searched_by_all_words(pair: Pair, client: Client) -> None:
    _, ana, _ben = pair
    place = ana.places.get()
    found = guides_of(place, "orders experience").reading
    assert [m.key for m in found] == ["mentor_hat"]
    assert guides_of(place, "no-such-word").reading == []
    client.force_login(ana)
    page = client.get(reverse("guides", args=[place.pk]), {"q": "orders"}).content.decode()
    assert "The mentor hat" in page
    card = place.program.materials.get(key="mentor_hat")
    assert (
        "hat-card mentor" in client.get(reverse("guide", args=[place.pk, card.pk])).content.decode()
    )
    letter = place.program.materials.get(key="message_accepted")
    assert client.get(reverse("guide", args=[place.pk, letter.pk])).status_code == 404


def test_what_a_program_gives_is_read_in_ones_own_language(
    pair: Pair, manager: Any, as_manager: Client
) -> None:
    _, ana, _ = pair
    program = ana.places.get().program
    card = program.materials.get(key="mentor_hat")
    # As the library has it: in the reader's language.
    assert card.said("fr").body == words("fr")["materials"]["mentor_hat"]["body"].strip()
    assert card.said("de").language == "en"
    form = {"title": "Ours", "kind": "guide", "body": "Our own words", "title_fr": "Le nôtre",
            "body_fr": "Nos mots", "title_es": "", "body_es": ""}  # fmt: skip
    as_manager.post(reverse("material", args=[program.pk, card.pk]), form)
    card.refresh_from_db()
    assert (card.said("fr").title, card.said("fr").body) == ("Le nôtre", "Nos mots")
    assert (card.said("es").body, card.said("es").language) == ("Our own words", "en")
    training = program.materials.get(key="training_mentor")
    with pytest.raises(TrainingRefused, match="not as many situations"):
        write_material(
            program, kind="training", title="T", body=training.body, material=training,
            texts={"fr": {"title": "T", "body": GOOD}}, by=manager,
        )  # fmt: skip
    client = Client()
    client.force_login(ana)
    place = ana.places.get()
    page = client.get(
        reverse("training", args=[place.pk, training.pk]), headers={"accept-language": "es"}
    ).content.decode()
    assert "Su par dice" in page
