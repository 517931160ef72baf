"""Every address of the server."""

from django.urls import include, path, re_path
from django.urls.resolvers import RoutePattern, URLResolver

from peerloom.web.errors import not_found

urlpatterns = [
    # Nobody has a password here, and an address is changed by an admin: those pages do not exist.
    re_path(r"^account/(?:password|email)/", not_found),
    path("account/", include("allauth.urls")),
    path("", include("peerloom.web.urls")),
    # Loaded when it is first looked into, right after the start (see `wsgi`): its models take a second.
    URLResolver(RoutePattern(""), "peerloom.api.urls"),
]
handler403 = "peerloom.web.errors.forbidden"
handler404 = "peerloom.web.errors.not_found"
handler500 = "peerloom.web.errors.server_error"
