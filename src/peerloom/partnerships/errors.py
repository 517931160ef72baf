"""What can go wrong in a partnership, in words for people."""


class PartnershipsError(Exception):
    """Base; its text is for people."""
