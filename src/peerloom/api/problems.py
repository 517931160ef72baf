"""Errors as other systems read them: problem details (RFC 9457), in the rooms' own words."""

from __future__ import annotations

import json
import logging
from http import HTTPStatus
from typing import Any

from django.core.exceptions import RequestDataTooBig, SuspiciousOperation
from django.http import Http404, HttpRequest, HttpResponse
from django.http.multipartparser import MultiPartParserError
from django.http.request import UnreadablePostError
from django.utils.translation import gettext as _
from ninja import NinjaAPI
from ninja.errors import HttpError, ValidationError

from peerloom.accounts.errors import AccountsError, NotAllowed
from peerloom.calendars.busy import CalendarError
from peerloom.care.errors import CareError, LinkUsed, RequestClosed
from peerloom.core.fetch import FetchError
from peerloom.core.room import WORDS, disk_is_full
from peerloom.messaging.actions import HookRefused
from peerloom.participants.errors import ParticipantsError, ProgramClosed
from peerloom.partnerships.errors import (
    MeetingChanged,
    PartnershipEnded,
    PartnershipsError,
    TextConflict,
)
from peerloom.programs.errors import ProgramsError
from peerloom.pulses.errors import PulseOver, PulsesError
from peerloom.results.errors import ResultsError, TooSoon
from peerloom.rounds.errors import (
    PeopleLeft,
    RoundErased,
    RoundNotReady,
    RoundParted,
    RoundsError,
)

logger = logging.getLogger(__name__)
TYPE = "application/problem+json"
KINDS = "urn:peerloom:problem:"
# What would have been done a moment ago, or in another state.
CONFLICTS = (
    LinkUsed,
    MeetingChanged,
    PartnershipEnded,
    PeopleLeft,
    ProgramClosed,
    PulseOver,
    RequestClosed,
    RoundErased,
    RoundNotReady,
    RoundParted,
    TextConflict,
    TooSoon,
)
REFUSED = (
    AccountsError,
    CalendarError,
    CareError,
    FetchError,
    HookRefused,
    ParticipantsError,
    PartnershipsError,
    ProgramsError,
    PulsesError,
    ResultsError,
    RoundsError,
)


class Problem(HttpError):
    """Something that the API itself refuses."""

    def __init__(self, status: int, kind: str, detail: str, **more: Any) -> None:
        super().__init__(status, detail)
        self.kind, self.more = kind, more


def problem(status: int, kind: str, detail: str, **more: Any) -> HttpResponse:
    """The answer: its type, a title, what happened in words, and more members."""
    said = {
        "type": KINDS + kind,
        "title": HTTPStatus(status).phrase,
        "status": status,
        "detail": detail,
        **more,
    }
    answer = HttpResponse(json.dumps(said, default=str), status=status, content_type=TYPE)
    if status == HTTPStatus.UNAUTHORIZED:
        answer["WWW-Authenticate"] = 'Bearer realm="peerloom"'
    return answer


def not_found(request: HttpRequest, **rest: Any) -> HttpResponse:
    """404: also for what exists and is not the caller's."""
    return problem(404, "not-found", _("There is nothing here, or nothing that you may see."))


def _said(request: HttpRequest, error: Any) -> HttpResponse:
    if isinstance(error, Problem):
        return problem(error.status_code, error.kind, str(error), **error.more)
    if error.status_code == HTTPStatus.UNAUTHORIZED:
        return problem(
            401, "token", _("Send a token that is known here as 'Authorization: Bearer …'.")
        )
    return problem(error.status_code, "unreadable", f"{error}.".replace("..", "."))


def _invalid(request: HttpRequest, error: Any) -> HttpResponse:
    problems = [
        {"where": "/".join(map(str, e["loc"])), "what": str(e["msg"])} for e in error.errors
    ]
    first = f"{problems[0]['where']}: {problems[0]['what']}" if problems else ""
    return problem(
        422,
        "invalid",
        _("Nothing was changed. What was sent does not fit: {first}").format(first=first),
        errors=problems,
    )


def _refused(request: HttpRequest, error: Any) -> HttpResponse:
    if isinstance(error, NotAllowed):
        return problem(403, "not-allowed", str(error))
    more: dict[str, Any] = {}
    if told := getattr(error, "problems", None):
        more["errors"] = [{"where": "", "what": str(p)} for p in told]
    if isinstance(error, TextConflict):
        more |= {"theirs": error.theirs, "version": error.version}
    if isinstance(error, CONFLICTS):
        return problem(409, "conflict", str(error), **more)
    return problem(422, "refused", str(error), **more)


def unreadable(request: HttpRequest, error: Any) -> HttpResponse:
    """What was sent is too large, ended in the middle, or is not in the form that it says."""
    if isinstance(error, RequestDataTooBig):
        return problem(413, "too-large", _("This is more than is read at once. Send it in parts."))
    return problem(400, "unreadable", _("What was sent cannot be read. Nothing was changed."))


UNREADABLE = (MultiPartParserError, SuspiciousOperation, UnreadablePostError)


def broken(request: HttpRequest, error: Any) -> HttpResponse:
    """An error of ours: the log has what it was, the answer only that."""
    if disk_is_full(error):
        logger.error("the disk is full (%s)", type(error).__name__)
        return problem(507, "full", WORDS)
    logger.error("%s %s went wrong", request.method, request.path, exc_info=error)
    return problem(
        500,
        "error",
        _("Something went wrong here. Nothing was changed; the server's log says what."),
    )


def tell_problems(api: NinjaAPI) -> None:
    """Let the API answer errors so."""
    api.add_exception_handler(Exception, broken)
    api.add_exception_handler(Http404, lambda request, error: not_found(request))
    api.add_exception_handler(HttpError, _said)
    api.add_exception_handler(ValidationError, _invalid)
    for kind in REFUSED:
        api.add_exception_handler(kind, _refused)
    for sent in UNREADABLE:
        api.add_exception_handler(sent, unreadable)
