"""Django's record of this room."""

from importlib import import_module

from django.apps import AppConfig


class ParticipantsConfig(AppConfig):
    name = "peerloom.participants"

    def ready(self) -> None:
        # Adds this room's rows to the table of rules.
        import_module("peerloom.participants.rules")
        # And what it holds of a person.
        import_module("peerloom.participants.holdings")
        # And the events that it has.
        import_module("peerloom.participants.events")
