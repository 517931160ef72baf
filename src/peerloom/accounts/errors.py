"""What can go wrong with accounts, in words for people."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.translation import gettext as _


class AccountsError(Exception):
    """Base; its text is for people."""


class AlreadyStarted(AccountsError):
    """Somebody else finished the first start."""

    def __init__(self) -> None:
        super().__init__(_("This Peerloom has an organisation already. Sign in to go on."))


class LastAdmin(AccountsError):
    """An organisation needs an admin."""

    def __init__(self) -> None:
        super().__init__(
            _(
                "An organisation needs at least one admin, so this one stays. Make somebody else an "
                "admin first."
            )
        )


class OnlyAdmin(AccountsError):
    """Somebody without whom an organisation has no admin cannot be erased."""

    def __init__(self, organisation: str) -> None:
        super().__init__(
            _(
                "{organisation} would have no admin any more, so nothing was erased. Make somebody "
                "else an admin first."
            ).format(organisation=organisation)
        )


class NotAllowed(AccountsError):
    """The rules do not let this person do this."""

    def __init__(self, action: str) -> None:
        self.action = action
        super().__init__(_("You may not do this here."))


class RecordsRefused(AccountsError):
    """A file of the organisation's people that cannot be read; nothing was written."""

    def __init__(self, problems: Sequence[object]) -> None:
        self.problems = [str(p) for p in problems]
        super().__init__(_("The file was not read; nothing was written."))


class DirectoryRefused(AccountsError):
    """Somebody without an address to write to."""

    def __init__(self, address: str) -> None:
        super().__init__(
            _("'{address}' is no e-mail address. Send one in 'emails', or as 'userName'.").format(
                address=address[:80]
            )
        )


class TokenRefused(AccountsError):
    """A token, or a call with one, that cannot be."""


class DirectoryConflict(AccountsError):
    """Somebody else has this name or address."""

    def __init__(self, name: str) -> None:
        super().__init__(
            _(
                "'{name}' is somebody else's here, or belongs to another organisation too. Nothing "
                "was changed."
            ).format(name=name[:80])
        )
