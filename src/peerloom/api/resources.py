"""What a directory may say of somebody: no more of SCIM's User than Peerloom has a use for."""

from __future__ import annotations

from typing import Annotated, Any

from scim2_models import (
    URN,
    AuthenticationScheme,
    Bulk,
    ChangePassword,
    ComplexAttribute,
    ETag,
    Extension,
    Filter,
    Meta,
    Patch,
    Required,
    Resource,
    ResourceType,
    ServiceProviderConfig,
    Sort,
    Uniqueness,
)

from peerloom.accounts.models import DirectoryPerson

MOST = 200


class Name(ComplexAttribute):
    """The parts of a name."""

    formatted: str | None = None
    given_name: str | None = None
    family_name: str | None = None


class Email(ComplexAttribute):
    """An address; the primary one is written to."""

    value: Annotated[str | None, Required.true] = None
    primary: bool | None = None


class Employment(Extension):
    """Where somebody works: for shares and comparisons, as the organisation's own file."""

    __schema__ = URN("urn:ietf:params:scim:schemas:extension:enterprise:2.0:User")

    department: str | None = None


class User(Resource[Employment]):
    """Somebody who belongs to the organisation."""

    __schema__ = URN("urn:ietf:params:scim:schemas:core:2.0:User")

    user_name: Annotated[str | None, Uniqueness.server, Required.true] = None
    name: Name | None = None
    display_name: str | None = None
    emails: Annotated[list[Email] | None, Required.true] = None
    active: Annotated[bool | None, Required.true] = None


def as_resource(entry: DirectoryPerson, base: str) -> User:
    """Somebody as the directory last said, with what Peerloom knows for certain."""
    user = User.model_validate(entry.resource)
    user.id = str(entry.key)
    user.user_name, user.active = entry.user_name, entry.active
    user.external_id = entry.external_id or None
    user.meta = Meta(
        resource_type="User",
        created=entry.made_at,
        last_modified=entry.changed_at,
        location=f"{base}/Users/{entry.key}",
    )
    return user


def as_said(user: User) -> dict[str, Any]:
    """What `accounts.actions.enter` takes; the address is the primary one, or the user name."""
    emails = user.emails or []
    address = next((e.value for e in emails if e.primary), None) or next(
        (e.value for e in emails if e.value), None
    )
    name = user.name or Name()
    parts = " ".join(p for p in (name.given_name, name.family_name) if p)
    employment = user[Employment]
    kept = user.model_dump(exclude_none=True)
    for key in ("id", "meta", "active", "externalId"):
        kept.pop(key, None)
    return {
        "user_name": (user.user_name or "").strip()[:255],
        "external_id": (user.external_id or "")[:255],
        "address": address or user.user_name or "",
        "name": (user.display_name or name.formatted or parts)[:120],
        "unit": (employment.department if employment else None) or "",
        "resource": kept,
    }


def provider(base: str) -> ServiceProviderConfig:
    """What this server can do."""
    return ServiceProviderConfig(
        patch=Patch(supported=True),
        bulk=Bulk(supported=False, max_operations=0, max_payload_size=0),
        filter=Filter(supported=True, max_results=MOST),
        change_password=ChangePassword(supported=False),
        sort=Sort(supported=False),
        etag=ETag(supported=False),
        authentication_schemes=[
            AuthenticationScheme(
                type=AuthenticationScheme.Type.oauthbearertoken,
                name="Bearer token",
                description="Made by an organisation's admin, under People and roles, Directory.",
                primary=True,
            )
        ],
        meta=Meta(resource_type="ServiceProviderConfig", location=f"{base}/ServiceProviderConfig"),
    )


def resource_type(base: str) -> ResourceType:
    """The one kind of thing there is."""
    found = ResourceType.from_resource(User)
    found.meta = Meta(resource_type="ResourceType", location=f"{base}/ResourceTypes/User")
    return found


def schemas(base: str) -> list[Any]:
    """The schemas of what may be said."""
    found = [User.to_schema(), Employment.to_schema()]
    for schema in found:
        schema.meta = Meta(resource_type="Schema", location=f"{base}/Schemas/{schema.id}")
    return found
