"""What can go wrong with a round, in words for people."""

from collections.abc import Sequence


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
        found = "Nobody is" if count == 0 else "Only one person is"
        super().__init__(
            f"{found} looking for a peer yet. Invite or import people first; nothing was changed."
        )


class RoundNotReady(RoundsError):
    """The round is not in a state for this."""


class PeopleLeft(RoundsError):
    """People in the round have left or found a partner since it was solved."""

    def __init__(self, names: Sequence[str]) -> None:
        self.names = list(names)
        shown = ", ".join(self.names[:5]) + (" and others" if len(self.names) > 5 else "")
        super().__init__(
            f"Since this round was solved something changed for {shown}. Solve again, then "
            "publish. Nothing was sent."
        )


class RoundParted(RoundsError):
    """Answers that the round was solved with are no longer here."""

    def __init__(self) -> None:
        super().__init__(
            "An organisation has left the program and taken its people's answers along, so this "
            "round cannot be checked or repeated any more. Its figures stay."
        )


class TooManyToAsk(RoundsError):
    """More people than short lists are made for at once."""

    def __init__(self, most: int) -> None:
        super().__init__(
            f"Short lists are made for up to {most:,} people at once. Nothing was changed."
        )
