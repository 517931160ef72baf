"""A program shared by two organisations."""

from __future__ import annotations

import pytest

from peerloom.accounts.models import Organisation, Person
from peerloom.programs.models import PartnerOrganisation, Program
from tests.factories import bring_in, make_organisation


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
