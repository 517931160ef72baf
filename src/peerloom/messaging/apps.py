"""Django's record of this room."""

from importlib import import_module

from django.apps import AppConfig


class MessagingConfig(AppConfig):
    name = "peerloom.messaging"

    def ready(self) -> None:
        # What this room holds of a person.
        import_module("peerloom.messaging.holdings")
