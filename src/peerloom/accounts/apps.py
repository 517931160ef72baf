"""Django's record of this room."""

from importlib import import_module

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "peerloom.accounts"

    def ready(self) -> None:
        # What this room holds of a person.
        import_module("peerloom.accounts.holdings")
        # And the events that it has.
        import_module("peerloom.accounts.events")
