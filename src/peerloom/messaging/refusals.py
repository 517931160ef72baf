"""What a receiver will not take however often it is tried."""


class Refused(Exception):
    """Refused for good; its words are for the admin.

    Attributes
    ----------
    gone
        The receiver says that it is no more.
    """

    def __init__(self, words: str, *, gone: bool = False) -> None:
        super().__init__(words)
        self.gone = gone
