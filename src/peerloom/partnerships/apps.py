"""Django's record of this room."""

from importlib import import_module

from django.apps import AppConfig


class PartnershipsConfig(AppConfig):
    name = "peerloom.partnerships"

    def ready(self) -> None:
        # Adds this room's rows to the table of rules.
        import_module("peerloom.partnerships.rules")
        # And what it holds of a person.
        import_module("peerloom.partnerships.holdings")
        # And the events that it has.
        import_module("peerloom.partnerships.events")
