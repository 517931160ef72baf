"""What tests of rooms share: a program of two organisations; two partners."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import time_machine

from peerloom.accounts.models import Organisation, Person
from peerloom.programs.models import PartnerOrganisation, Program
from tests.factories import bring_in, make_organisation, make_participant
from tests.rooms.asking import dated
from tests.rooms.partners import NOW, Pair, make_pair


@pytest.fixture
def bakery(db: None) -> Organisation:
    return make_organisation("Bakery")


@pytest.fixture
def part(program: Program, bakery: Organisation, manager: Person) -> PartnerOrganisation:
    return bring_in(program, bakery, by=manager)


@pytest.fixture
def baker(part: PartnerOrganisation) -> Person:
    """The manager of the other organisation."""
    return Person.objects.get(email="boss@bakery.example")


@pytest.fixture
def pair(program: Program) -> Iterator[Pair]:
    """Two partners, on a day of the program."""
    with time_machine.travel(NOW, tick=False):
        yield make_pair(program)


@pytest.fixture
def running(program: Program) -> Program:
    """Twelve people, matched, from February to August."""
    for k in range(12):
        make_participant(program, f"Peer{k:02}", state="matched", wants="sql")
    return dated(program)
