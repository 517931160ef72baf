"""Django's record of this room."""

from django.apps import AppConfig


class MessagingConfig(AppConfig):
    name = "peerloom.messaging"
