"""What cannot be done, in words for people."""

from __future__ import annotations

from django.utils.translation import gettext as _


class CareError(Exception):
    """Something about care that was not done; its text is for people."""


class NotOpen(CareError):
    def __init__(self) -> None:
        super().__init__(_("This partnership has ended already. Nothing was changed."))


class BadDay(CareError):
    def __init__(self, longest: str) -> None:
        super().__init__(
            _("Choose a day from tomorrow on, at most {longest} away. Nothing was changed.").format(
                longest=longest
            )
        )


class LinkUsed(CareError):
    def __init__(self) -> None:
        super().__init__(
            _(
                "This link was used already, or is too old. What you said before counts; to say "
                "something else, sign in and open your partnership."
            )
        )


class RequestClosed(CareError):
    def __init__(self) -> None:
        super().__init__(_("This request is closed already. Nothing was changed."))


class NothingWritten(CareError):
    def __init__(self) -> None:
        super().__init__(_("Write something first; nothing was changed."))


class RepairRefused(CareError):
    """A re-pairing that cannot begin, or no longer be taken."""
