"""What can go wrong with results, in words for people."""


class ResultsError(Exception):
    """Base; its text is for people."""


class TooSoon(ResultsError):
    """Counted a moment ago, or being counted."""
