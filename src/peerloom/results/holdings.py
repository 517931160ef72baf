"""What this room holds of a person."""

from __future__ import annotations

from typing import Any

from peerloom.accounts.models import Person
from peerloom.core.holdings import declare
from peerloom.results.models import Subscription


def read(person: Person) -> dict[str, Any]:
    """Reports they get; figures hold nobody's name, and answers in them are known by number."""
    mine = Subscription.objects.filter(person=person)
    return {"reports": list(mine.values("program__name", "every", "sent_on"))}


def erase(person: Person) -> None:
    """They get no more reports."""
    Subscription.objects.filter(person=person).delete()


declare("results", ("results.Subscription",), read, erase)
