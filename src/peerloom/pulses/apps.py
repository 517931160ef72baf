"""Django's record of this room."""

from importlib import import_module

from django.apps import AppConfig


class PulsesConfig(AppConfig):
    name = "peerloom.pulses"

    def ready(self) -> None:
        import_module("peerloom.pulses.rules")
        import_module("peerloom.pulses.holdings")
