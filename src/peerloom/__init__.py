"""Peerloom: the open, self-hosted platform for peer mentorship programs."""

__version__ = "1.0.0"
