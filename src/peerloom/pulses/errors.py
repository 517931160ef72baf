"""What can go wrong with an answer, in words for people."""

from django.utils.translation import gettext as _


class PulsesError(Exception):
    """Base; its text is for people."""


class PulseOver(PulsesError):
    """It does not take answers (any more)."""

    def __init__(self) -> None:
        super().__init__(
            _("These questions do not take answers now. What you answered before counts.")
        )


class NothingSaid(PulsesError):
    """Every question was left out."""

    def __init__(self) -> None:
        super().__init__(_("Nothing was chosen yet. Answer one question at least."))
