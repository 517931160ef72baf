"""Django's record of this room."""

from importlib import import_module

from django.apps import AppConfig


class ProgramsConfig(AppConfig):
    name = "peerloom.programs"

    def ready(self) -> None:
        # Adds this room's rows to the table of rules.
        import_module("peerloom.programs.rules")
        # And the events that it has.
        import_module("peerloom.programs.events")
