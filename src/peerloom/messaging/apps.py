"""Django's record of this room."""

from importlib import import_module

from django.apps import AppConfig

from peerloom.core.events import listen


class MessagingConfig(AppConfig):
    name = "peerloom.messaging"

    def ready(self) -> None:
        # What this room holds of a person.
        import_module("peerloom.messaging.holdings")
        # What happens is passed on to other systems.
        listen(import_module("peerloom.messaging.actions").pass_on)
