"""Django's record of this room."""

from django.apps import AppConfig


class WebConfig(AppConfig):
    name = "peerloom.web"
