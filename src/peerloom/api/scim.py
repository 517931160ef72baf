"""SCIM 2.0 (RFC 7643, RFC 7644): the organisation's directory brings people in and takes them out."""

from __future__ import annotations

import json
import logging
import re
from collections.abc import Callable, Iterator
from functools import wraps
from typing import Any
from uuid import UUID

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt
from pydantic import ValidationError
from scim2_models import (
    Context,
    Error,
    ListResponse,
    NotFoundException,
    PatchOp,
    PayloadTooLargeException,
    Resource,
    ResourceType,
    ResponseParameters,
    Schema,
    SCIMException,
    SearchRequest,
    UnauthorizedException,
    UniquenessException,
)
from scim2_models import InvalidSyntaxException as Malformed
from scim2_models import InvalidValueException as BadValue

from peerloom.accounts.actions import bring_back, enter, organisation_of_token, put_out
from peerloom.accounts.errors import AccountsError, DirectoryConflict
from peerloom.accounts.models import DirectoryPerson, Organisation
from peerloom.api.resources import (
    MOST,
    User,
    as_resource,
    as_said,
    provider,
    resource_type,
    schemas,
)
from peerloom.care.actions import let_go

logger = logging.getLogger(__name__)
TYPE = "application/scim+json"
View = Callable[..., HttpResponse]
# What directories ask all the time is answered by the database.
_BY_ONE = re.compile(r'^\s*(userName|externalId|id)\s+eq\s+"([^"\\]*)"\s*$', re.IGNORECASE)


def base_address() -> str:
    """Where a directory is told to look."""
    return f"{settings.SITE_URL}/scim/v2"


def for_directory(view: View) -> View:
    """Gives the view the `organisation` of the token; every error in SCIM's own form."""

    @csrf_exempt
    @wraps(view)
    def found(request: HttpRequest, **rest: Any) -> HttpResponse:
        try:
            return view(request, _organisation(request), **rest)
        except SCIMException as error:
            return _error(error.to_error())
        except ValidationError as error:
            return _error(Error.from_validation_errors(error)[0])
        except DirectoryConflict as error:
            return _error(UniquenessException(detail=str(error)).to_error())
        except AccountsError as error:
            return _error(BadValue(detail=str(error)).to_error())

    return found


def _organisation(request: HttpRequest) -> Organisation:
    kind, _, secret = request.headers.get("Authorization", "").partition(" ")
    found = organisation_of_token(secret.strip()) if kind.casefold() == "bearer" else None
    if found is None:
        raise UnauthorizedException(detail="This token is not known here (any more).")
    return found


def _error(error: Error) -> HttpResponse:
    answer = HttpResponse(error.model_dump_json(), status=error.status or 400, content_type=TYPE)
    if error.status == 401:
        answer["WWW-Authenticate"] = 'Bearer realm="scim"'
    return answer


def _body(request: HttpRequest) -> Any:
    try:
        found = json.loads(request.body)
    except RequestDataTooBig:
        raise PayloadTooLargeException(detail="This is more than is read at once.") from None
    except (ValueError, RecursionError):
        raise Malformed(detail="The body is not JSON.") from None
    if not isinstance(found, dict):
        raise Malformed(detail="The body is not an object.")
    return found


@for_directory
def users(request: HttpRequest, organisation: Organisation) -> HttpResponse:
    """Find people; take somebody in."""
    if request.method == "GET":
        return _search(request, organisation)
    if request.method != "POST":
        return _not_allowed("GET, POST")
    user = User.model_validate(_lenient(_body(request)), scim_ctx=Context.RESOURCE_CREATION_REQUEST)
    entry = _enter(organisation, None, user)
    answer = _one(entry, request, Context.RESOURCE_CREATION_RESPONSE, 201)
    answer["Location"] = f"{base_address()}/Users/{entry.key}"
    return answer


@for_directory
def user(request: HttpRequest, organisation: Organisation, key: str) -> HttpResponse:
    """One person: read, replace, change, take out."""
    entry = _entry(organisation, key)
    if request.method == "GET":
        return _one(entry, request, Context.RESOURCE_QUERY_RESPONSE)
    if request.method == "PUT":
        said = User.model_validate(
            _lenient(_body(request)), scim_ctx=Context.RESOURCE_REPLACEMENT_REQUEST
        )
        return _one(
            _enter(organisation, entry, said), request, Context.RESOURCE_REPLACEMENT_RESPONSE
        )
    if request.method == "PATCH":
        change = PatchOp[User].model_validate(
            _body(request), scim_ctx=Context.RESOURCE_PATCH_REQUEST
        )
        said = as_resource(entry, base_address())
        change.patch(said)
        return _one(_enter(organisation, entry, said), request, Context.RESOURCE_PATCH_RESPONSE)
    if request.method == "DELETE":
        with transaction.atomic():
            let_go(organisation, entry.person, by=None)
            entry.delete()
        return HttpResponse(status=204)
    return _not_allowed("GET, PUT, PATCH, DELETE")


def _lenient(body: dict[str, Any]) -> dict[str, Any]:
    """Without what Peerloom has no use for, and with what goes without saying.

    Many directories know no address but the user name, and mean somebody active.
    """
    known = {"schemas", "id", "externalid", "username", "name", "displayname", "emails", "active"}
    extension = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"
    kept = {k: v for k, v in body.items() if k.casefold() in known}
    if isinstance(kept.get("name"), dict):
        parts = {"formatted", "givenname", "familyname"}
        kept["name"] = {k: v for k, v in kept["name"].items() if k.casefold() in parts}
    for key, value in body.items():
        if key.casefold() == "emails" and isinstance(value, list):
            kept[key] = [
                {k: v for k, v in e.items() if k.casefold() in ("value", "primary")}
                if isinstance(e, dict)
                else e
                for e in value
            ]
    if isinstance(body.get(extension), dict):
        unit = {k: v for k, v in body[extension].items() if k.casefold() == "department"}
        kept[extension] = unit
    names = {k.casefold(): k for k in body}
    if "active" not in names:
        kept["active"] = True
    if "emails" not in names and "username" in names:
        kept["emails"] = [{"value": body[names["username"]], "primary": True}]
    return kept


@transaction.atomic
def _enter(
    organisation: Organisation, entry: DirectoryPerson | None, said: User
) -> DirectoryPerson:
    """What was said, kept; then in or out."""
    was_in = entry is not None and entry.active
    kept = enter(organisation, entry, as_said(said))
    if said.active is False:
        if was_in or entry is None:
            let_go(organisation, kept.person, by=None)
        put_out(kept)
    else:
        bring_back(organisation, kept)
    return kept


def _entry(organisation: Organisation, key: str) -> DirectoryPerson:
    try:
        number = UUID(key)
    except ValueError:
        raise NotFoundException(detail="There is nobody with this id.") from None
    found = organisation.directory.select_related("person").filter(key=number).first()
    if found is None:
        raise NotFoundException(detail="There is nobody with this id.")
    return found


def _search(request: HttpRequest, organisation: Organisation) -> HttpResponse:
    return _found(organisation, SearchRequest[User].model_validate(request.GET.dict()))


@for_directory
def search(request: HttpRequest, organisation: Organisation) -> HttpResponse:
    """Find people, asked in the body (RFC 7644, 3.4.3)."""
    if request.method != "POST":
        return _not_allowed("POST")
    asked = SearchRequest[User].model_validate(_body(request), scim_ctx=Context.SEARCH_REQUEST)
    return _found(organisation, asked)


def _found(organisation: Organisation, asked: SearchRequest[User]) -> HttpResponse:
    entries = organisation.directory.order_by("pk")
    one = _BY_ONE.match(str(asked.filter or ""))
    start, count = (
        max(1, asked.start_index or 1),
        min(MOST, MOST if asked.count is None else asked.count),
    )
    if one:
        field, value = one[1].casefold(), one[2]
        if field == "username":
            entries = entries.filter(user_name__iexact=value)
        elif field == "externalid":
            entries = entries.filter(external_id=value)
        else:
            entries = entries.filter(key=value if _is_key(value) else UUID(int=0))
    if asked.filter and not one:
        all_of = [u for u in _resources(entries.iterator(chunk_size=500)) if asked.filter.match(u)]
        total, shown = len(all_of), all_of[start - 1 : start - 1 + count]
    else:
        total = entries.count()
        shown = list(_resources(entries[start - 1 : start - 1 + count]))
    found = ListResponse[User](
        total_results=total, start_index=start, items_per_page=len(shown), resources=shown
    )
    return _answer(found, Context.RESOURCE_QUERY_RESPONSE, asked)


def _resources(entries: Any) -> Iterator[User]:
    return (as_resource(e, base_address()) for e in entries)


def _is_key(value: str) -> bool:
    try:
        UUID(value)
    except ValueError:
        return False
    return True


def _one(
    entry: DirectoryPerson, request: HttpRequest, context: Context, status: int = 200
) -> HttpResponse:
    asked = ResponseParameters[User].model_validate(request.GET.dict())
    return _answer(as_resource(entry, base_address()), context, asked, status)


def _answer(
    thing: Any, context: Context, asked: ResponseParameters[User] | None = None, status: int = 200
) -> HttpResponse:
    text = thing.model_dump_json(
        scim_ctx=context,
        response_parameters=asked,
    )
    return HttpResponse(text, status=status, content_type=TYPE)


def _not_allowed(methods: str) -> HttpResponse:
    answer = _error(Error(status=405, detail=f"Only {methods}."))
    answer["Allow"] = methods
    return answer


@for_directory
def config(request: HttpRequest, organisation: Organisation) -> HttpResponse:
    """What this server can do."""
    if request.method != "GET":
        return _not_allowed("GET")
    return _answer(provider(base_address()), Context.RESOURCE_QUERY_RESPONSE)


@for_directory
def resource_types(
    request: HttpRequest, organisation: Organisation, name: str = ""
) -> HttpResponse:
    """Which kinds of things there are."""
    if request.method != "GET":
        return _not_allowed("GET")
    return _listed([resource_type(base_address())], ResourceType, name)


@for_directory
def all_schemas(request: HttpRequest, organisation: Organisation, name: str = "") -> HttpResponse:
    """What may be said of them."""
    if request.method != "GET":
        return _not_allowed("GET")
    return _listed(schemas(base_address()), Schema, name)


def _listed(things: list[Any], kind: type[Resource[Any]], name: str) -> HttpResponse:
    if name:
        one = next((t for t in things if t.id == name), None)
        if one is None:
            raise NotFoundException(detail="There is no such thing.")
        return _answer(one, Context.RESOURCE_QUERY_RESPONSE)
    found = ListResponse[kind](  # type: ignore[valid-type]
        total_results=len(things), start_index=1, items_per_page=len(things), resources=things
    )
    return _answer(found, Context.RESOURCE_QUERY_RESPONSE)


@for_directory
def nothing(request: HttpRequest, organisation: Organisation, rest: str = "") -> HttpResponse:
    """404 in SCIM's own form."""
    raise NotFoundException(detail="There is no such address.")
