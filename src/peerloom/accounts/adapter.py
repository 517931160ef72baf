"""How allauth signs people in here: by code and passkey, never by password."""

from __future__ import annotations

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django.conf import settings
from django.http import HttpRequest

from peerloom.accounts.models import Person


class CodeOnlyAdapter(DefaultAccountAdapter):
    """Mail from the server's own name; nobody can sign up before the first start is done."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return True

    def save_user(self, request: HttpRequest, user: Person, form: Any, commit: bool = True) -> Any:
        user.email = user.email.lower() if user.email else user.email
        return super().save_user(request, user, form, commit)

    def format_email_subject(self, subject: str) -> str:
        return str(subject)

    def get_from_email(self) -> str:
        return str(settings.DEFAULT_FROM_EMAIL)
