"""What holds for each call: whose it is, how many more, all or nothing, and the same only once."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable, Collection, Mapping
from functools import wraps
from typing import Any, cast

from django.db import DatabaseError, transaction
from django.http import HttpRequest, HttpResponse
from django.utils.cache import add_never_cache_headers
from django.utils.translation import gettext as _
from ninja.security import HttpBearer

from peerloom.accounts.actions import Call, answer_kept, begin_once, call_with, keep_answer
from peerloom.accounts.errors import TokenRefused
from peerloom.accounts.models import Person
from peerloom.accounts.scopes import READ, WRITE, covers
from peerloom.api.problems import UNREADABLE, Problem, broken, not_found, problem, unreadable
from peerloom.core.words import later

SAFE = ("GET", "HEAD", "OPTIONS")
MOST_KEY = 255
# Reach out to other hosts: no transaction waits for those. To call them twice does no harm.
OUTSIDE = ("/calendar/busy",)
_KEY = re.compile(f"[!-~]{{1,{MOST_KEY}}}")
_NUL = re.compile(rb"\x00|(?<!\\)(?:\\\\)*\\u0000")
Answer = Callable[..., HttpResponse]
Asks = Callable[[], Mapping[str, Collection[str]]]


class Token(HttpBearer):
    """Lets those in whose token covers an area: its `read` for what is safe, else its `write`."""

    openapi_description = later("A token of yours, made under 'Me', 'Tokens'.")

    def __init__(self, area: str) -> None:
        super().__init__()
        self.area = area

    def scope(self, method: str) -> str:
        """The scope that a call by this method needs."""
        return f"{self.area}:{READ if method in SAFE else WRITE}"

    def authenticate(self, request: HttpRequest, token: str) -> Person | None:
        """The person whose token it is; counted and found by `guarded`."""
        call = _call_of(request)
        if call is None:
            return None
        scope = self.scope(request.method or "")
        if not covers(call.token.scopes, scope):
            raise Problem(
                403,
                "scope",
                _("This token does not cover '{scope}'.").format(scope=scope),
                scope=scope,
            )
        return call.token.person


def by(request: HttpRequest) -> Person:
    """Who calls."""
    call = _call_of(request)
    assert call is not None
    return call.token.person


def _call_of(request: HttpRequest) -> Call | None:
    return cast(Call | None, getattr(request, "api_call", None))


def guarded(view: Answer, asks: Asks = dict) -> Answer:
    """Around every address: who calls, limits, one transaction, idempotency keys, errors as problems.

    Parameters
    ----------
    asks
        By method, what can be asked for behind the address (its query). Something else is refused:
        a filter with a slip would show everything.
    """

    @wraps(view)
    def answered(request: HttpRequest, **rest: Any) -> HttpResponse:
        call = _identify(request)
        if call is None:
            # Nothing of what strangers send is read.
            answer = _told(view(request, **rest))
        elif call.left < 0:
            answer = problem(
                429,
                "too-many",
                _("Too many calls. Go on in {again} seconds.").format(again=call.again),
                again=call.again,
            )
            answer["Retry-After"] = str(call.again)
        else:
            answer = _strange(request, asks) or _checked(view, request, call, rest)
        if call:
            answer["RateLimit"] = f'"token";r={max(0, call.left)};t={call.again}'
        add_never_cache_headers(answer)
        return answer

    answered.csrf_exempt = True  # type: ignore[attr-defined]
    return answered


def _identify(request: HttpRequest) -> Call | None:
    kind, _, secret = request.headers.get("Authorization", "").partition(" ")
    found = call_with(secret.strip()) if kind.casefold() == "bearer" and secret.strip() else None
    request.api_call = found  # type: ignore[attr-defined]
    return found


def _strange(request: HttpRequest, asks: Asks) -> HttpResponse | None:
    """A problem where something is asked for that cannot be, or a key cannot be one."""
    known = asks().get(request.method or "")
    if known is not None and (strange := sorted(set(request.GET) - set(known))):
        return problem(
            422,
            "invalid",
            _("'{strange}' cannot be asked for here. Known: {known}.").format(
                strange=strange[0][:60], known=", ".join(known) or "nothing"
            ),
            errors=[{"where": f"query/{name[:60]}", "what": _("not known")} for name in strange],
        )
    key = request.headers.get("Idempotency-Key")
    if key is not None and not _KEY.fullmatch(key):
        return problem(
            400,
            "key",
            _("An idempotency key has 1 to {most_key} letters, digits and signs.").format(
                most_key=MOST_KEY
            ),
        )
    return None


def _checked(view: Answer, request: HttpRequest, call: Call, rest: dict[str, Any]) -> HttpResponse:
    try:
        # Files are not held in memory; what else is sent is short.
        body = b"" if _is_upload(request) else request.body
        nul = b"%00" in request.META.get("QUERY_STRING", "").encode() or _NUL.search(body)
        if nul:
            return problem(
                400, "unreadable", _("A character 0 cannot be kept. Nothing was changed.")
            )
        return _told(_carried_out(view, request, call, rest))
    except UNREADABLE as error:
        return unreadable(request, error)
    except DatabaseError as error:
        # Also what a commit says: all of it is taken back then.
        return broken(request, error)


def _told(answer: HttpResponse) -> HttpResponse:
    """A method that is not one of the address's, as a problem."""
    if answer.status_code != 405:
        return answer
    refused = problem(
        405, "method", _("Here you can: {what}.").format(what=answer.headers.get("Allow", ""))
    )
    refused["Allow"] = answer.headers.get("Allow", "")
    return refused


def _is_upload(request: HttpRequest) -> bool:
    return (request.content_type or "").startswith("multipart/")


def _carried_out(
    view: Answer, request: HttpRequest, call: Call, rest: dict[str, Any]
) -> HttpResponse:
    key = request.headers.get("Idempotency-Key", "")
    if request.method in SAFE or request.path.endswith(OUTSIDE):
        return view(request, **rest)
    with transaction.atomic():
        kept = None
        if key:
            try:
                kept = begin_once(call.token, key, _fingerprint(request))
            except TokenRefused as error:
                return problem(422, "key", str(error))
            if kept.status:
                return _again(kept.status, answer_kept(kept))
        answer = view(request, **rest)
        if answer.status_code >= 400:
            transaction.set_rollback(True)
        elif kept:
            keep_answer(kept, answer.status_code, answer.content.decode())
    return answer


def _again(status: int, body: str | None) -> HttpResponse:
    if body is None:
        return problem(
            409,
            "done",
            _("This was done already (status {status}); its answer is no longer kept.").format(
                status=status
            ),
        )
    answer = HttpResponse(body, status=status, content_type="application/json; charset=utf-8")
    answer["Idempotency-Replayed"] = "true"
    return answer


def _fingerprint(request: HttpRequest) -> str:
    made = hashlib.sha256(json.dumps([request.method, request.get_full_path()]).encode())
    if _is_upload(request):
        for name in sorted(request.FILES):
            for file in request.FILES.getlist(name):
                made.update(json.dumps([name, file.name]).encode())
                for chunk in file.chunks():
                    made.update(chunk)
                file.seek(0)
    else:
        made.update(request.body)
    return made.hexdigest()


nothing_here = guarded(not_found)
