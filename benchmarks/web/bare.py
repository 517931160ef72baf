"""A Django page that does nothing: the limit of the server and the machine."""

from __future__ import annotations

from django.conf import settings
from django.core.wsgi import get_wsgi_application
from django.http import HttpRequest, HttpResponse
from django.urls import path

settings.configure(ROOT_URLCONF=__name__, ALLOWED_HOSTS=["*"], SECRET_KEY="x")


def page(request: HttpRequest) -> HttpResponse:
    """A word."""
    return HttpResponse("<!doctype html><title>Well</title><p>Well.")


urlpatterns = [path("health/", page)]
application = get_wsgi_application()
