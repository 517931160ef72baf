"""What can go wrong with taking part, in words for people."""

from collections.abc import Sequence

from django.utils.translation import gettext as _


class ParticipantsError(Exception):
    """Base; its text is for people."""


class ProgramClosed(ParticipantsError):
    """Nobody can join at the moment."""

    def __init__(self) -> None:
        super().__init__(_("This program takes no new people at the moment. Nothing was changed."))


class FileRefused(ParticipantsError):
    """A file of people that cannot be used."""

    def __init__(self, problems: Sequence[object]) -> None:
        self.problems = [str(p) for p in problems]
        super().__init__(_("The file could not be read; nothing was imported."))


class MappingRefused(ParticipantsError):
    """Columns mapped so that no people come out."""


class CannotDecline(ParticipantsError):
    """They take part already, or have left."""

    def __init__(self) -> None:
        super().__init__(_("Only people who are not in a partnership can be declined."))


class CannotDraw(ParticipantsError):
    """Places cannot be drawn (like this)."""


class CannotMerge(ParticipantsError):
    """Two words that are one already."""

    def __init__(self) -> None:
        super().__init__(_("These are one word already; nothing was changed."))
