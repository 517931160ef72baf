"""What can go wrong between partners, in words for people."""

from django.utils.translation import gettext as _

from peerloom.core.words import counted


class PartnershipsError(Exception):
    """Base; its text is for people."""


class PartnershipEnded(PartnershipsError):
    """Nothing new can be written in a partnership that has ended."""

    def __init__(self) -> None:
        super().__init__(
            _("This partnership has ended. What you wrote is kept, and yours to read.")
        )


class BadTime(PartnershipsError):
    """A meeting cannot be at this time."""


class TrainingFirst(PartnershipsError):
    """The program asks for its trainings before the first meeting."""

    def __init__(self) -> None:
        super().__init__(
            _(
                "Your program asks for ten minutes for each hat before your first meeting. Then book."
            )
        )


class MeetingChanged(PartnershipsError):
    """Somebody moved or cancelled the meeting in the meantime."""

    def __init__(self) -> None:
        super().__init__(
            _(
                "This meeting was moved or cancelled in the meantime. Nothing was changed; this is "
                "how it stands now."
            )
        )


class TextConflict(PartnershipsError):
    """Somebody changed a text since it was read: both versions are kept.

    Attributes
    ----------
    theirs
        The text as it stands now.
    version
        Its number.
    """

    def __init__(self, theirs: str, version: int) -> None:
        self.theirs, self.version = theirs, version
        super().__init__(_("It was changed in the meantime. Here are both; keep what you need."))


class TooLong(PartnershipsError):
    """More text than is kept."""

    def __init__(self, most: int, got: int) -> None:
        super().__init__(
            _("That is {got} characters; up to {most} are kept. Nothing was lost.").format(
                got=counted(got), most=counted(most)
            )
        )


class NothingSaid(PartnershipsError):
    """An empty text where one is needed."""

    def __init__(self) -> None:
        super().__init__(_("There is nothing written yet."))
