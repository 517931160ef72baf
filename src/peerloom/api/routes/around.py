"""Around one's places: who could help, whom to meet, what to read, days away, leaving."""

from __future__ import annotations

from datetime import date
from typing import Any, Literal

from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from ninja import Query, Router, Status
from pydantic import Field

from peerloom.api.calls import Token, by
from peerloom.api.finders import own_place
from peerloom.api.problems import Problem
from peerloom.api.routes.places import PlaceShown, place_shown
from peerloom.api.shapes import (
    Done,
    Line,
    Number,
    Sent,
    Shown,
    Whole,
    Words,
    Yes,
    done,
)
from peerloom.care.actions import ask_to_part, take_back_parting
from peerloom.participants.actions import (
    add_away,
    answer_situation,
    be_found,
    come_back,
    remove_away,
    take_out_busy,
)
from peerloom.participants.queries import (
    guides_of,
    who_could_help,
)
from peerloom.partnerships.queries import alumni_of, thanks_on_wall, wall_of
from peerloom.programs.models import Material
from peerloom.rounds.actions import say
from peerloom.rounds.queries import short_list_of

router = Router(auth=Token("self"), tags=["places"])


class FindableSent(Sent):
    """Whether others of the program find one."""

    findable: Yes = Field(examples=[True])


@router.put("{int:place_id}/findable", response=PlaceShown, summary="Be found, or not")
def findable(request: HttpRequest, place_id: int, said: FindableSent) -> Any:
    """By what one offers."""
    return place_shown(be_found(own_place(request, place_id), said.findable, by=by(request)))


class HelperShown(Shown):
    """Somebody who agreed to be found."""

    id: int
    name: str = Field(examples=["Ben Tanaka"])
    offers: str = Field(examples=["public speaking"])


@router.get("{int:place_id}/helpers", response=list[HelperShown], summary="Who could help")
def helpers(request: HttpRequest, place_id: int, q: Query[Line]) -> Any:
    """People of the program who agreed to be found, by what they offer."""
    found = who_could_help(own_place(request, place_id), q)
    return [{"id": p.pk, "name": str(p.person), "offers": offers} for p, offers in found]


class ListedPerson(Shown):
    """Somebody on one's short list."""

    id: int
    gives: list[str]
    gets: list[str]
    shared: list[str]
    rank: int | None
    refused: bool


def _voice(p: Any) -> dict[str, Any]:
    e, r = p.entry, p.reason
    return {"id": e.shown_id, "rank": e.rank, "refused": e.refused} | {
        n: list(getattr(r, n)) for n in ("gives", "gets", "shared")
    }


@router.get("{int:place_id}/short-list", response=list[ListedPerson], summary="Whom one could meet")
def short_list(request: HttpRequest, place_id: int) -> Any:
    """To rank before the matching."""
    return [_voice(p) for p in short_list_of(own_place(request, place_id))]


class VoicesSent(Sent):
    """What one says of people on the short list, by number: a rank from 1, or 0 for no."""

    said: dict[str, Whole] = Field(examples=[{"41": 1, "57": 0}])


@router.put("{int:place_id}/short-list", response=list[ListedPerson], summary="Rank them")
def voices(request: HttpRequest, place_id: int, said: VoicesSent) -> Any:
    """Seen by nobody; it can be changed until the matching."""
    place = own_place(request, place_id)
    known = {str(p.entry.shown_id): p.entry.shown_id for p in short_list_of(place)}
    if strangers := sorted(set(said.said) - set(known)):
        raise Problem(422, "invalid", f"Not on the short list: {', '.join(strangers)}.")
    told = {known[k]: "no" if v == 0 else str(v) for k, v in said.said.items()}
    say(place, told, by=by(request))
    return [_voice(p) for p in short_list_of(place)]


class WallShown(Shown):
    """What people of the program learned, and who may be found later."""

    moments: list[Said]
    thanks: list[Said]
    alumni: list[str]


class Said(Shown):
    """Words, and whose."""

    text: str
    who: str


WallShown.model_rebuild()


@router.get("{int:place_id}/wall", response=WallShown, summary="The wall")
def wall(request: HttpRequest, place_id: int) -> Any:
    """As people chose to show it."""
    place = own_place(request, place_id)
    return {
        "moments": wall_of(place),
        "thanks": thanks_on_wall(place),
        "alumni": [str(p.person) for p in alumni_of(place)],
    }


class GuideShown(Shown):
    """Something to read, or a training."""

    id: int
    kind: str = Field(examples=["resource"])
    title: str
    body: str
    done: bool | None = Field(description="Of a training, whether one went through it.")


@router.get("{int:place_id}/guides", response=list[GuideShown], summary="What there is to read")
def guides(request: HttpRequest, place_id: int, q: Line = "") -> Any:
    """In one's language."""
    language = by(request).language
    found = guides_of(own_place(request, place_id), q)

    def shown(m: Material, finished: bool | None) -> dict[str, Any]:
        said = m.said(language)
        return {"id": m.pk, "kind": m.kind, "title": said.title, "body": said.body,
                "done": finished}  # fmt: skip

    return [
        *(shown(m, bool(p and p.done_at)) for m, p in found.trainings),
        *(shown(m, None) for m in found.reading),
    ]


class ChoiceSent(Sent):
    """An answer in a training."""

    situation: Whole = Field(ge=0, le=1000, examples=[0])
    choice: Whole = Field(ge=0, le=1000, examples=[1])


@router.post(
    "{int:place_id}/trainings/{int:material_id}", response=Done, summary="Go on in a training"
)
def training(request: HttpRequest, place_id: int, material_id: int, said: ChoiceSent) -> Any:
    """A situation at a time; progress is kept."""
    place = own_place(request, place_id)
    found = get_object_or_404(
        place.program.materials.filter(kind=Material.Kind.TRAINING), pk=material_id
    )
    answer_situation(place, found, said.situation, said.choice, by=by(request))
    return done()


class DaysSent(Sent):
    """Days on which one is away."""

    first: date = Field(examples=["2027-07-01"])
    last: date = Field(examples=["2027-07-14"])


class DaysShown(Shown):
    """Days on which one is away."""

    id: int
    first: date
    last: date


@router.get("{int:place_id}/away", response=list[DaysShown], summary="When one is away")
def away(request: HttpRequest, place_id: int) -> Any:
    """No meeting is offered then."""
    return list(own_place(request, place_id).away.all())


@router.post("{int:place_id}/away", response={201: DaysShown}, summary="Be away")
def add_days(request: HttpRequest, place_id: int, said: DaysSent) -> Any:
    """From and to a day, both away."""
    if said.last < said.first:
        raise Problem(422, "invalid", "The last day is before the first; nothing was changed.")
    place = own_place(request, place_id)
    return Status(201, add_away(place, first=said.first, last=said.last, by=by(request)))


@router.delete("{int:place_id}/away/{int:away_id}", response={204: None}, summary="Not away")
def drop_days(request: HttpRequest, place_id: int, away_id: int) -> Any:
    """After all."""
    mine = own_place(request, place_id).away.select_related("participant")
    remove_away(get_object_or_404(mine, pk=away_id), by=by(request))
    return Status(204, None)


class CalendarSent(Sent):
    """The address of one's own calendar (iCalendar)."""

    address: Words = Field(max_length=2000, examples=["https://calendar.example.org/ada.ics"])


class BusyShown(Shown):
    """What was taken out."""

    hours: Number = Field(examples=[6.5])


@router.post("{int:place_id}/calendar/busy", response=BusyShown, summary="Take busy hours out")
def busy(request: HttpRequest, place_id: int, said: CalendarSent) -> Any:
    """Of one's free hours; the address is not kept. An idempotency key changes nothing here."""
    place = own_place(request, place_id)
    hours = place.program.hours
    if hours is None:
        raise Problem(422, "refused", "The program does not ask when people are free.")
    zone = place.time_zone or by(request).time_zone
    taken = take_out_busy(place, key=hours.key, address=said.address, zone=zone, by=by(request))
    return {"hours": taken}


class StopSent(Sent):
    """A pause until a day, or leave the program."""

    then: Literal["pause", "leave"] = Field(examples=["pause"])
    until: date | None = Field(None, examples=["2027-03-01"])


@router.post("{int:place_id}/stop", response=Done, summary="Pause, or leave the program")
def stop(request: HttpRequest, place_id: int, said: StopSent) -> Any:
    """Done with the next morning's batch; until then it can be taken back."""
    if said.then == "pause" and said.until is None:
        raise Problem(422, "invalid", "Say until when; nothing was changed.")
    until = said.until if said.then == "pause" else None
    ask_to_part(
        own_place(request, place_id), then=said.then, until=until, partnership=None, by=by(request)
    )
    return done()


@router.delete("{int:place_id}/stop", response={204: None}, summary="Stay after all")
def stay(request: HttpRequest, place_id: int) -> Any:
    """Nobody was told."""
    take_back_parting(own_place(request, place_id), by=by(request))
    return Status(204, None)


@router.post("{int:place_id}/back", response=PlaceShown, summary="Come back from a pause")
def back(request: HttpRequest, place_id: int) -> Any:
    """At once."""
    return place_shown(come_back(own_place(request, place_id), by=by(request)))
