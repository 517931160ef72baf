"""Django's record of this room."""

from django.apps import AppConfig


class DemoConfig(AppConfig):
    name = "peerloom.demo"
