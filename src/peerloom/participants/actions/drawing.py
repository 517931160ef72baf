"""Places drawn by lot where more apply than there are, so that nobody is preferred and all can check."""

from __future__ import annotations

from datetime import date
from typing import cast

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from peerloom.accounts.models import Person
from peerloom.accounts.rules import allow
from peerloom.core.audit import record
from peerloom.core.encryption import read_by_server, resealed_by_server, sealed_by_server
from peerloom.core.holding import held
from peerloom.evidence import drawn, fingerprint, new_secret, new_ticket
from peerloom.participants.actions.letters import write_letters
from peerloom.participants.actions.place import now_looking
from peerloom.participants.errors import CannotDraw
from peerloom.participants.models import TAKING_PART, Draw, Participant, Ticket
from peerloom.participants.queries.places import IN_LINE
from peerloom.programs.actions import hold_program
from peerloom.programs.models import Program

State = Participant.State


def waits_for_draw(program: Program) -> bool:
    """True between the announcement of a draw and the draw."""
    return Draw.objects.filter(program=program, drawn_at=None).exists()


@transaction.atomic
def announce_draw(
    program: Program, *, places: int, public_from: str, public_on: date, by: Person
) -> Draw:
    """Say that places are drawn, how, and on which day; whoever applied gets a ticket.

    Parameters
    ----------
    public_from
        Where the public number will come from, in words: numbers of a lottery, say, of that day.

    Raises
    ------
    CannotDraw
        Somebody has a place already, a draw was announced, the day is not to come.
    """
    allow(by, "participants.set_places", program)
    locked = hold_program(program.pk)
    if Draw.objects.filter(program=locked).exists():
        raise CannotDraw(_("A draw is announced already; what was promised stays."))
    if locked.participants.filter(state__in=TAKING_PART).exists():
        raise CannotDraw(
            _(
                "Somebody has a place already. Places are drawn where everybody still waits: "
                "announce the draw before people apply."
            )
        )
    if public_on <= timezone.localdate():
        raise CannotDraw(_("The public number has to be of a day to come."))
    if places < 1 or not public_from.strip():
        raise CannotDraw(
            _("Say how many places there are, and where the public number comes from.")
        )
    secret = new_secret()
    draw = Draw.objects.create(
        program=locked,
        places=places,
        public_from=public_from.strip(),
        public_on=public_on,
        secret_sealed=sealed_by_server(secret),
        fingerprint=fingerprint(secret),
    )
    Program.objects.filter(pk=program.pk).update(places=places)
    program.places = places
    give_tickets(locked)
    record(by, "announced draw", draw, organisation_id=program.organisation_id, places=places)
    return draw


def give_tickets(program: Program) -> int:
    """A ticket for everybody who waits and has none, until the day before the draw; how many."""
    draw = Draw.objects.get(program=program)
    if timezone.localdate() >= draw.public_on:
        return 0
    waiting = program.participants.filter(state=State.WAITING, ticket=None).order_by("pk")
    taken = set(draw.tickets.values_list("code", flat=True))
    tickets = []
    for participant in waiting:
        code = new_ticket()
        while code in taken:
            code = new_ticket()
        taken.add(code)
        tickets.append(Ticket(draw=draw, participant=participant, code=code))
    return len(Ticket.objects.bulk_create(tickets, batch_size=500))


@transaction.atomic
def draw_places(draw: Draw, public_number: str, *, by: Person) -> int:
    """Draw with the public number, once: the first get places, the others stand in line by lot.

    Returns
    -------
    int
        How many got a place.

    Raises
    ------
    CannotDraw
        It was drawn, it is too early, there is no number or no ticket.
    """
    allow(by, "participants.set_places", draw.program)
    hold_program(draw.program_id)
    fresh = held(Draw.objects).get(pk=draw.pk)
    if fresh.drawn_at is not None:
        raise CannotDraw(_("It was drawn already; the result stands."))
    if timezone.localdate() < fresh.public_on:
        raise CannotDraw(_("The public number is not known before its day. Nothing was drawn."))
    number = " ".join(public_number.split())
    tickets = {t.code: t for t in fresh.tickets.select_related("participant")}
    if not number or not tickets:
        raise CannotDraw(_("It takes the public number, and one ticket at least."))
    secret = read_by_server(cast(bytes, fresh.secret_sealed))
    people = []
    for rank, code in enumerate(drawn(list(tickets), secret, number), 1):
        ticket = tickets[code]
        ticket.rank = rank
        if ticket.participant:
            ticket.participant.lot = rank
            people.append(ticket.participant)
    Ticket.objects.bulk_update(tickets.values(), ["rank"], batch_size=500)
    Participant.objects.bulk_update(people, ["lot"], batch_size=500)
    fresh.public_number, fresh.drawn_at = number, timezone.now()
    fresh.save(update_fields=["public_number", "drawn_at"])
    record(by, "drew places", fresh, organisation_id=draw.program.organisation_id, number=number)
    line = list(
        draw.program.participants.filter(state=State.WAITING, lot__isnull=False)
        .order_by(*IN_LINE)
        .select_related("person", "program__organisation")
    )
    placed, others = line[: fresh.places], line[fresh.places :]
    now_looking(placed)
    write_letters(placed, "message_accepted", "accepted")
    write_letters(others, "message_not_drawn", "not_drawn", page="/p/{slug}/draw/")
    return len(placed)


@transaction.atomic
def reseal_draws() -> int:
    """Seal the secrets of draws with the server's newest key; how many. Raises `Unreadable`."""
    draws = list(held(Draw.objects))
    for draw in draws:
        draw.secret_sealed = resealed_by_server(cast(bytes, draw.secret_sealed))
    Draw.objects.bulk_update(draws, ["secret_sealed"], batch_size=200)
    return len(draws)
