"""Whom recruitment reaches and whom it misses, against the organisation's own people."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from django.utils.translation import gettext as _

from peerloom.accounts.models import Organisation, PersonRecord
from peerloom.core.words import later
from peerloom.evidence import SMALLEST, hidden
from peerloom.participants.models import Participant
from peerloom.programs.models import Program

BY = {"unit": later("Unit"), "site": later("Site"), "stage": later("Stage")}
NOT_SAID = later("not said")
_AWAY = (Participant.State.LEFT, Participant.State.DECLINED)


@dataclass(frozen=True)
class ReachedGroup:
    """One group of the organisation.

    Attributes
    ----------
    people
        How many there are.
    asked, joined
        How many of them were invited or came by themselves, and how many handed in; None where
        that many could be told from others.
    """

    name: str
    people: int
    asked: int | None
    joined: int | None

    @property
    def share(self) -> int | None:
        """Joined, in percent of the group."""
        return None if self.joined is None else round(100 * self.joined / self.people)


@dataclass(frozen=True)
class Reach:
    """Groups by one attribute, the least reached first, and what the whole comes to."""

    by: str
    groups: list[ReachedGroup]
    people: int
    joined: int

    @property
    def share(self) -> int:
        """Joined, in percent of all."""
        return round(100 * self.joined / self.people) if self.people else 0


def reach(program: Program, organisation: Organisation | None = None) -> list[Reach]:
    """An organisation's own people (without: those of the one that runs the program) by unit, site, stage and what they agreed to be counted
    by; nothing where the organisation's people are not known.

    Groups of fewer than five people are put together; counts under five are hidden, and others
    with them where they could be found by subtraction.
    """
    organisation = organisation or program.organisation
    records = PersonRecord.objects.filter(organisation=organisation, left_on=None)
    places = program.participants.filter(organisation=organisation)
    people = [
        (r.email, {**{label: getattr(r, name) for name, label in BY.items()}, **_opted(r)})
        for r in records.only("email", "said", *BY)
    ]
    states = {
        email.lower(): state
        for email, state in places.values_list("person__email", "state")
        if state not in _AWAY
    }
    begun = {Participant.State.INVITED, Participant.State.APPLYING}
    found = []
    told = {label for _, said in people for label in said}
    for label in [*BY.values(), *sorted(told - set(BY.values()))]:
        sizes = Counter(said.get(label) or NOT_SAID for _, said in people)
        few = {name for name, size in sizes.items() if size < SMALLEST}
        if len(sizes) < 2:
            continue
        total: Counter[str] = Counter()
        asked: Counter[str] = Counter()
        joined: Counter[str] = Counter()
        for email, said in people:
            name = said.get(label) or NOT_SAID
            name = _("small groups together") if name in few else name
            state = states.get(email)
            total[name] += 1
            asked[name] += state is not None
            joined[name] += state is not None and state not in begun
        found.append(Reach(label, _groups(total, asked, joined), len(people), sum(joined.values())))
    return found


def _opted(record: PersonRecord) -> dict[str, str]:
    return {
        _("{what}, as said").format(what=name.capitalize()): value
        for name, value in record.said.items()
    }


def _groups(total: Counter[str], asked: Counter[str], joined: Counter[str]) -> list[ReachedGroup]:
    names = sorted(total)
    hide_asked = hidden([asked[n] for n in names])
    hide_joined = hidden([joined[n] for n in names])
    # The two must not tell each other's difference either.
    between = hidden([asked[n] - joined[n] for n in names])
    groups = [
        ReachedGroup(
            name,
            total[name],
            None if k in hide_asked | between else asked[name],
            None if k in hide_joined else joined[name],
        )
        for k, name in enumerate(names)
    ]
    return sorted(groups, key=lambda g: (g.share is None, g.share or 0, g.name))
