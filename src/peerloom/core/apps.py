"""Django's record of this room."""

from django.apps import AppConfig


class CoreConfig(AppConfig):
    name = "peerloom.core"
