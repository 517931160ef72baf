"""What partners say to each other and of it: hats, feedback, thanks, help, parting, the end."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any, Literal

from django.http import HttpRequest
from ninja import Router, Status
from pydantic import Field

from peerloom.api.calls import Token, by
from peerloom.api.finders import own_partnership
from peerloom.api.problems import Problem
from peerloom.api.shapes import (
    Done,
    OneOf,
    Sent,
    Shown,
    Text,
    Whole,
    Words,
    Yes,
    done,
)
from peerloom.care.actions import (
    ask_for_help,
    ask_to_part,
    say_it_works,
    take_back_parting,
    we_talked,
)
from peerloom.care.queries import hats_of
from peerloom.partnerships import actions, queries
from peerloom.partnerships.models import PROMPTS, Feedback, Partnership

router = Router(auth=Token("self"), tags=["partnerships"])


class HatsShown(Shown):
    """How our hats are, in words; counts of a few meetings together alone."""

    words: str
    practise: str
    talk: str
    works: list[str] = Field(description="Who said that it works as it is.")
    rests_until: date | None


@router.get("{int:partnership_id}/hats", response=HatsShown, summary="How our hats are")
def hats(request: HttpRequest, partnership_id: int) -> Any:
    """The same for all of the partnership."""
    return hats_of(own_partnership(request, partnership_id), by(request), drawn=False)


class WorksSent(Sent):
    """Until when nothing is to be said of it."""

    until: date = Field(examples=["2027-01-15"])


@router.post("{int:partnership_id}/hats/works", response=Done, summary="This works for us")
def works(request: HttpRequest, partnership_id: int, said: WorksSent) -> Any:
    """Nothing is said of it until then, once all of you say so."""
    all_said = say_it_works(own_partnership(request, partnership_id), said.until, by=by(request))
    return done(int(all_said))


@router.post("{int:partnership_id}/hats/talked", response=Done, summary="We talked about it")
def talked(request: HttpRequest, partnership_id: int) -> Any:
    """Noted."""
    we_talked(own_partnership(request, partnership_id), by=by(request))
    return done()


class FeedbackSent(Sent):
    """Feedback to a partner, by prompt."""

    to: Whole = Field(ge=1, le=2**62, examples=[12], description="Their `part`.")
    said: dict[Annotated[str, OneOf(PROMPTS)], Text] = Field(
        examples=[{"helped": "You asked what I had tried."}]
    )


class FeedbackShown(Shown):
    """Feedback."""

    who: str
    moment: str = Field(examples=["regular"])
    said: dict[str, str]
    made_at: datetime


class AllFeedback(Shown):
    """Feedback that one got and gave."""

    got: list[FeedbackShown]
    gave: list[FeedbackShown]


@router.get("{int:partnership_id}/feedback", response=AllFeedback, summary="Feedback")
def feedback(request: HttpRequest, partnership_id: int) -> Any:
    """Between the two of you; at the midpoint each reads the other's once both have spoken."""
    found = own_partnership(request, partnership_id)
    mine = queries.seen_by(found, by(request)).mine

    def shown(f: Any) -> dict[str, Any]:
        return {"who": f.who, "said": f.said, "moment": f.feedback.moment,
                "made_at": f.feedback.made_at}  # fmt: skip

    got, gave = queries.feedback_for(found, mine)
    return {"got": [shown(f) for f in got], "gave": [shown(f) for f in gave]}


def _peer(request: HttpRequest, found: Partnership, part: int) -> int:
    others = [p for p in found.parts.all() if p.participant.person_id != by(request).pk]
    if part not in [p.pk for p in others if not p.participant.person.erased_at]:
        raise Problem(422, "invalid", "`to` is not a partner of this partnership.")
    return part


@router.post("{int:partnership_id}/feedback", response={201: Done}, summary="Give feedback")
def give_feedback(request: HttpRequest, partnership_id: int, said: FeedbackSent) -> Any:
    """Read by that partner alone."""
    found = own_partnership(request, partnership_id)
    mine = queries.seen_by(found, by(request)).mine
    moment = queries.feedback_is_due(found, mine) or Feedback.Moment.REGULAR
    words = {p: said.said.get(p, "") for p in PROMPTS}
    actions.give_feedback(
        found, _peer(request, found, said.to), words, by=by(request), moment=moment
    )
    return Status(201, done())


class ThanksSent(Sent):
    """A thank-you."""

    to: Whole = Field(ge=1, le=2**62, examples=[12], description="Their `part`.")
    text: Words = Field(max_length=2000, examples=["Thank you for the push."])


@router.post("{int:partnership_id}/thanks", response={201: Done}, summary="Thank a partner")
def thank(request: HttpRequest, partnership_id: int, said: ThanksSent) -> Any:
    """They choose where it is shown."""
    found = own_partnership(request, partnership_id)
    actions.thank(found, _peer(request, found, said.to), said.text, by=by(request))
    return Status(201, done())


class HelpSent(Sent):
    """What the program manager is told."""

    told: Text = Field("", max_length=1000, examples=["We cannot find a time."])
    named: Yes = Field(False, description="They may know who asked.")


@router.post("{int:partnership_id}/help", response={201: Done}, summary="Ask the manager for help")
def help_(request: HttpRequest, partnership_id: int, said: HelpSent) -> Any:
    """They hear of it today."""
    ask_for_help(
        own_partnership(request, partnership_id), by=by(request), told=said.told, named=said.named
    )
    return Status(201, done())


class BreakSent(Sent):
    """Until when."""

    until: date = Field(examples=["2027-01-15"])


@router.post("{int:partnership_id}/break", response={201: Done}, summary="Take a break")
def take_break(request: HttpRequest, partnership_id: int, said: BreakSent) -> Any:
    """All are told, in the same words."""
    actions.take_break(own_partnership(request, partnership_id), said.until, by=by(request))
    return Status(201, done())


@router.delete("{int:partnership_id}/break", response={204: None}, summary="End the break")
def end_break(request: HttpRequest, partnership_id: int) -> Any:
    """At once."""
    actions.end_break(own_partnership(request, partnership_id), by=by(request))
    return Status(204, None)


class PartSent(Sent):
    """Somebody new, a pause until a day, or leave the program."""

    then: Literal["new_peer", "pause", "leave"] = Field(examples=["new_peer"])
    until: date | None = Field(None, examples=["2027-03-01"])


@router.post("{int:partnership_id}/part", response={201: Done}, summary="Wish to part")
def part(request: HttpRequest, partnership_id: int, said: PartSent) -> Any:
    """Done with the next morning's batch, kindly and without a reason; until then taken back."""
    if said.then == "pause" and said.until is None:
        raise Problem(422, "invalid", "Say until when; nothing was changed.")
    found = own_partnership(request, partnership_id)
    mine = queries.seen_by(found, by(request)).mine.participant
    until = said.until if said.then == "pause" else None
    ask_to_part(mine, then=said.then, until=until, partnership=found, by=by(request))
    return Status(201, done())


@router.delete("{int:partnership_id}/part", response={204: None}, summary="Stay after all")
def stay(request: HttpRequest, partnership_id: int) -> Any:
    """Nobody was told."""
    found = own_partnership(request, partnership_id)
    take_back_parting(queries.seen_by(found, by(request)).mine.participant, by=by(request))
    return Status(204, None)


class LookBackSent(Sent):
    """A look back, for oneself."""

    text: Text = Field("", max_length=4000, examples=["I dare to ask now."])
    in_touch: Yes = Field(False, description="Told to nobody, unless all would.")
    alumni: Yes = Field(False, description="Others of the program may find one later.")


@router.put("{int:partnership_id}/look-back", response=Done, summary="Look back at the end")
def look_back(request: HttpRequest, partnership_id: int, said: LookBackSent) -> Any:
    """With everybody's word the partnership ends."""
    actions.look_back(own_partnership(request, partnership_id), by=by(request), **said.model_dump())
    return done()
