"""What can go wrong with a program's design, in words for people."""

from django.utils.translation import gettext as _


class ProgramsError(Exception):
    """Base; its text is for people."""


class NotReadyToOpen(ProgramsError):
    """Something is missing before people can join."""

    def __init__(self, missing: list[str]) -> None:
        self.missing = missing
        super().__init__(
            _("Before this program can open it needs: {missing}.").format(
                missing=", ".join(missing)
            )
        )


class TrainingRefused(ProgramsError):
    """A training that cannot be read."""


class PulseRefused(ProgramsError):
    """A pulse cannot ask this, or not then."""


class SharingRefused(ProgramsError):
    """A program cannot be shared like this."""


class QuestionPromised(ProgramsError):
    """A change would break what people were told when they answered."""

    def __init__(self, what: str) -> None:
        super().__init__(
            _("People answer this already, so {what}. Nothing was changed.").format(what=what)
        )
