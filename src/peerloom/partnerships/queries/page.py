"""What a member finds on their partnership's page and on their home."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import cast

from django.utils import timezone

from peerloom.accounts.models import Person
from peerloom.participants.queries import training_left
from peerloom.partnerships.models import TOPICS, Agreement, Meeting, Partnership
from peerloom.partnerships.private import safe
from peerloom.partnerships.queries.closing import closing_is_near
from peerloom.partnerships.queries.growth import (
    MomentView,
    agreement_is_due,
    feedback_is_due,
    moments_in,
)
from peerloom.partnerships.queries.partnership import PartnershipView, seen_by
from peerloom.partnerships.queries.talks import ItemView, StepView, items_of, steps_of
from peerloom.partnerships.queries.times import Clock, clocks_of
from peerloom.programs.models import Material

State = Meeting.State


@dataclass(frozen=True)
class PartnershipPage:
    """One partnership at a glance, from one member's chair."""

    view: PartnershipView
    upcoming: Meeting | None
    clocks: list[Clock]
    items: list[ItemView]
    # The newest planned meeting that is over: did they meet?
    to_note: Meeting | None
    # The newest held meeting on which this member said nothing yet.
    to_check_in: Meeting | None
    held: int
    last: Meeting | None
    steps: list[StepView]
    moments: list[MomentView]
    agreement: Agreement | None
    agreement_due: str
    feedback_due: str
    training: list[Material]
    closing: bool


def partnership_page(partnership: Partnership, person: Person) -> PartnershipPage:
    """All that the page shows, in a number of queries that does not grow with the meetings."""
    view, now, box = seen_by(partnership, person), timezone.now(), safe(partnership)
    planned = list(partnership.meetings.filter(state=State.PLANNED).order_by("starts_at"))
    # One that has just begun is still the next one.
    upcoming = next((m for m in planned if m.ends_at > now), None)
    over = [m for m in planned if m.ends_at <= now]
    held = partnership.meetings.filter(state=State.HELD)
    last, often = held.order_by("-starts_at").first(), held.count()
    said = last and last.check_ins.filter(owner=view.mine).exists()
    agreement = partnership.agreements.exclude(accepted_at=None).first()
    return PartnershipPage(
        view=view,
        upcoming=upcoming,
        clocks=clocks_of(partnership, upcoming.starts_at, person) if upcoming else [],
        items=items_of(upcoming, box, view.mine) if upcoming else [],
        to_note=over[-1] if over else None,
        to_check_in=last if last and not said else None,
        held=often,
        last=last,
        steps=steps_of(partnership.next_steps.filter(done_at=None), box, view.mine),
        moments=moments_in(partnership, view.mine, most=3),
        agreement=agreement,
        agreement_due=agreement_is_due(partnership, view.mine, agreement, held=often),
        feedback_due=feedback_is_due(partnership, view.mine, held=often),
        closing=closing_is_near(partnership),
        training=[] if last else training_left(view.mine.participant),
    )


@dataclass(frozen=True)
class AgreementView:
    """The agreement being written, and the one that holds."""

    draft: Agreement | None
    said: dict[str, str]
    holds: Agreement | None
    holding: dict[str, str]
    accepted: list[str]
    mine: bool
    changed_by: str

    @property
    def seen(self) -> tuple[int, int]:
        """Number and version of what is shown."""
        return (self.draft.number, self.draft.version) if self.draft else (1, 0)


def agreement_of(partnership: Partnership, person: Person) -> AgreementView:
    """The agreement as a member sees it; before the first draft, the program's own words."""
    box, mine = safe(partnership), seen_by(partnership, person).mine
    newest = partnership.agreements.select_related("changed_by__participant__person").first()
    holds = partnership.agreements.exclude(accepted_at=None).first()
    draft = newest if newest and newest.accepted_at is None else None

    def read(one: Agreement | None) -> dict[str, str]:
        text = box.read(cast(bytes, one.text_sealed)) if one else ""
        return {**dict.fromkeys(TOPICS, ""), **(json.loads(text) if text else {})}

    accepted = (
        list(draft.acceptances.select_related("member__participant__person")) if draft else []
    )
    changed_by = draft.changed_by if draft else None
    seen = draft or holds
    return AgreementView(
        draft=draft or (Agreement(number=holds.number + 1, version=0) if holds else None),
        said=read(seen),
        holds=holds,
        holding=read(holds) if holds else {},
        accepted=[a.member.participant.person.first_name for a in accepted],
        mine=any(a.member_id == mine.pk for a in accepted),
        changed_by=changed_by.participant.person.first_name if changed_by else "",
    )
