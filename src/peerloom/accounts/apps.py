"""Django's record of this room."""

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "peerloom.accounts"
