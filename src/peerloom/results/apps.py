"""Django's record of this room."""

from importlib import import_module

from django.apps import AppConfig


class ResultsConfig(AppConfig):
    name = "peerloom.results"

    def ready(self) -> None:
        import_module("peerloom.results.rules")
        import_module("peerloom.results.holdings")
        # And the events that it has.
        import_module("peerloom.results.events")
