"""What every page's frame shows: where the person can go."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from peerloom.accounts.models import Role
from peerloom.accounts.queries import organisations_of, roles_of
from peerloom.web.access import person_of
from peerloom.web.public.start import DEMO_ROLES

Link = tuple[str, str]


def _single_sign_on() -> list[Link]:
    """By which of the organisation's own providers one signs in: name, address."""
    found: list[Link] = []
    if settings.OIDC_ISSUER:
        found.append((settings.OIDC_NAME, reverse("openid_connect_login", args=["organisation"])))
    if settings.SAML_METADATA:
        found.append((settings.SAML_NAME, reverse("saml_login", args=["organisation"])))
    return found


def shell(request: HttpRequest) -> dict[str, Any]:
    """Links of the frame for whoever is signed in."""
    single = {"single_sign_on": _single_sign_on()}
    if not getattr(request, "user", None) or not request.user.is_authenticated:
        return {
            **single,
            "demo": settings.DEMO,
            "demo_roles": DEMO_ROLES.items() if settings.DEMO else (),
            "places_to_go": [],
        }
    person = person_of(request)
    roles = roles_of(person)
    links: list[Link] = []
    if Role.PARTICIPANT in roles:
        links.append((reverse("home"), _("Home")))
    if roles & {Role.MANAGER, Role.ADMIN}:
        links.append((reverse("manage"), _("Programs")))
    if Role.ADMIN in roles:
        organisation = organisations_of(person, Role.ADMIN).first()
        if organisation:
            links.append((reverse("roles", args=[organisation.slug]), _("People and roles")))
    if roles & {Role.SPONSOR, Role.MANAGER, Role.ADMIN}:
        links.append((reverse("results"), _("Results")))
    return {"demo": settings.DEMO, "places_to_go": links}
