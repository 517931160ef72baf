"""Django's record of this room."""

from importlib import import_module

from django.apps import AppConfig


class CareConfig(AppConfig):
    name = "peerloom.care"

    def ready(self) -> None:
        # Who may do what, and what this room holds of a person.
        import_module("peerloom.care.rules")
        import_module("peerloom.care.holdings")
        # And the events that it has.
        import_module("peerloom.care.events")
