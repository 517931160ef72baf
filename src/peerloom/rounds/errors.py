"""What can go wrong with a round, in words for people."""

from collections.abc import Sequence

from django.utils.translation import gettext as _

from peerloom.core.words import counted


class RoundsError(Exception):
    """Base; its text is for people."""


class PolicyRefused(RoundsError):
    """The engine cannot use the policy, or cannot read an answer it needs."""

    def __init__(self, problems: Sequence[object]) -> None:
        self.problems = [str(p) for p in problems]
        super().__init__("; ".join(self.problems))


class NobodyToMatch(RoundsError):
    """Fewer than two people are looking for a peer."""

    def __init__(self, count: int) -> None:
        super().__init__(
            _(
                "Only one person is looking for a peer yet. Invite or import people first; nothing "
                "was changed."
            )
            if count
            else _(
                "Nobody is looking for a peer yet. Invite or import people first; nothing was "
                "changed."
            )
        )


class RoundNotReady(RoundsError):
    """The round is not in a state for this."""


class BeingPublished(RoundNotReady):
    """A round of the program is being published."""

    def __init__(self, number: int) -> None:
        super().__init__(
            _("Round {number} is being published. Match the others when it is.").format(
                number=number
            )
        )


class PeopleLeft(RoundsError):
    """People in the round have left or found a partner since it was solved."""

    def __init__(self, names: Sequence[str]) -> None:
        self.names = list(names)
        shown = ", ".join(self.names[:5])
        if len(self.names) > 5:
            shown = _("{names} and others").format(names=shown)
        super().__init__(
            _(
                "Since this round was solved something changed for {shown}. Solve again, then "
                "publish. Nothing was sent."
            ).format(shown=shown)
        )


class RoundParted(RoundsError):
    """Answers that the round was solved with are no longer here."""

    def __init__(self) -> None:
        super().__init__(
            _(
                "The answers this round was solved on are no longer kept: an organisation took its "
                "people's along, or their time was over. It cannot be checked or repeated any more; "
                "its figures stay."
            )
        )


class RoundErased(RoundsError):
    """Answers of people who asked to be erased are no longer in it."""

    def __init__(self) -> None:
        super().__init__(
            _(
                "Somebody who was in this round has asked to be erased, and their answers were taken "
                "out, so it cannot be checked any more. Its figures stay."
            )
        )


class TooManyToAsk(RoundsError):
    """More people than short lists are made for at once."""

    def __init__(self, most: int) -> None:
        super().__init__(
            _("Short lists are made for up to {most} people at once. Nothing was changed.").format(
                most=counted(most)
            )
        )
