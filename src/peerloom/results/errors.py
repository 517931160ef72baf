"""What can go wrong with results, in words for people."""


class ResultsError(Exception):
    """Base; its text is for people."""


class TooSoon(ResultsError):
    """Counted a moment ago."""

    def __init__(self) -> None:
        super().__init__("These figures were counted less than a minute ago; they stand.")
