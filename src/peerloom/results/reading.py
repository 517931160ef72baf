"""Everything the figures of a program are counted from, read once."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from django.db.models import QuerySet
from django.utils import timezone

from peerloom.accounts.models import Organisation, PersonRecord
from peerloom.core.models import AuditEntry
from peerloom.participants.models import Participant
from peerloom.participants.queries import lots_of
from peerloom.programs.models import Program, Pulse
from peerloom.pulses.models import PulseReply
from peerloom.pulses.queries import Answers, said_in
from peerloom.results.figures import BREAKDOWNS

Said = dict[int, tuple[int, Answers]]


@dataclass(frozen=True)
class Who:
    """One participant: their address, and what the organisation's file says of them."""

    pk: int
    person: int
    email: str
    record: PersonRecord | None


class Reading:
    """A program read for its figures, or one organisation's part of it.

    Parameters
    ----------
    organisation
        Of a shared program, the organisation whose people alone are counted.
    """

    def __init__(self, program: Program, organisation: Organisation | None = None) -> None:
        self.program = program
        self.organisation = organisation
        self.today = timezone.localdate()

    @cached_property
    def records(self) -> dict[str, PersonRecord]:
        """The organisation's own file of its people, by address."""
        own = self.organisation or self.program.organisation
        return {r.email.lower(): r for r in PersonRecord.objects.filter(organisation=own)}

    @cached_property
    def records_read_on(self) -> date | None:
        """When that file was last read."""
        own = self.organisation or self.program.organisation
        read = AuditEntry.objects.filter(organisation_id=own.pk, verb="read records").first()
        return timezone.localtime(read.at).date() if read else None

    @property
    def places(self) -> QuerySet[Participant]:
        """Everybody who has, or had, a place here, for other queries to look in."""
        places = self.program.participants.exclude(state=Participant.State.DECLINED)
        if self.organisation is not None:
            places = places.filter(organisation=self.organisation)
        return places

    @cached_property
    def people(self) -> dict[int, Who]:
        """The same, each once."""
        rows = self.places.values_list("pk", "person_id", "person__email")
        return {
            pk: Who(pk, person, email, self.records.get(email.lower()))
            for pk, person, email in rows
        }

    @cached_property
    def groups(self) -> dict[str, dict[int, str]]:
        """By breakdown the group of each participant of whom it is known."""
        found: dict[str, dict[int, str]] = {}
        for name in BREAKDOWNS:
            known = {
                who.pk: str(getattr(who.record, name))
                for who in self.people.values()
                if who.record and getattr(who.record, name)
            }
            if len(set(known.values())) > 1:
                found[name] = known
        return found

    @cached_property
    def lots(self) -> dict[int, bool]:
        """Whether the lot gave each a place; empty where places were not drawn."""
        return {pk: won for pk, won in lots_of(self.program).items() if pk in self.people}

    @cached_property
    def took_part(self) -> set[int]:
        """Those who had a peer."""
        return set(self.places.filter(parts__isnull=False).values_list("pk", flat=True))

    @cached_property
    def first(self) -> Said:
        """Answers to the first pulse."""
        return self._said(Pulse.When.BASELINE)

    @cached_property
    def middle(self) -> Said:
        """Answers to the pulse half-way."""
        return self._said(Pulse.When.MIDPOINT)

    @cached_property
    def last(self) -> Said:
        """Answers to the last pulse."""
        return self._said(Pulse.When.END)

    def _said(self, moment: str) -> Said:
        return {pk: s for pk, s in said_in(self.program, moment).items() if pk in self.people}

    def asked(self, moment: str, *, among: Collection[int] | None = None) -> int:
        """How many were asked at a moment, of these participants where given."""
        replies = PulseReply.objects.filter(
            pulse__program=self.program, pulse__moment=moment, asked_at__isnull=False
        )
        asked = replies.filter(participant__in=self.places).values_list("participant", flat=True)
        return len(asked) if among is None else sum(p in among for p in asked)
