"""Every address of the server."""

from django.urls import include, path

urlpatterns = [
    path("account/", include("allauth.urls")),
    path("", include("peerloom.web.urls")),
]
handler403 = "peerloom.web.errors.forbidden"
handler404 = "peerloom.web.errors.not_found"
handler500 = "peerloom.web.errors.server_error"
