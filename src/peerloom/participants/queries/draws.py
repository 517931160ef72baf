"""A draw as everybody may see it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import cast

from peerloom.core.encryption import read_by_server
from peerloom.evidence import fingerprint, list_of
from peerloom.participants.models import Draw, Participant
from peerloom.programs.models import Program


@dataclass(frozen=True)
class DrawView:
    """How places are drawn, and how it came out.

    Attributes
    ----------
    tickets
        Codes: in the order of the draw once it is drawn, before by the alphabet.
    placed
        How many of the first got a place then.
    secret
        The server's part; empty before the draw.
    list_fingerprint
        Of the tickets as they are now.
    """

    draw: Draw
    tickets: list[str]
    placed: int
    secret: str
    list_fingerprint: str


def draw_of(program: Program) -> DrawView | None:
    """The draw of a program, if one was announced."""
    draw = Draw.objects.filter(program=program).first()
    if draw is None:
        return None
    codes = list(draw.tickets.values_list("code", flat=True))
    done = draw.drawn_at is not None
    return DrawView(
        draw=draw,
        tickets=codes if done else sorted(codes),
        placed=min(draw.places, len(codes)) if done else 0,
        secret=read_by_server(cast(bytes, draw.secret_sealed)) if done else "",
        list_fingerprint=fingerprint(list_of(codes)),
    )


def lots_of(program: Program) -> dict[int, bool]:
    """By participant whether the lot gave them a place; empty without a draw."""
    draw = Draw.objects.filter(program=program, drawn_at__isnull=False).first()
    if draw is None:
        return {}
    rows = Participant.objects.filter(program=program, lot__isnull=False)
    return {pk: lot <= draw.places for pk, lot in rows.values_list("pk", "lot") if lot}
