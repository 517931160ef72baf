"""What a receiver will not take however often it is tried."""


class Refused(Exception):
    """Refused for good; its words are for the admin."""
