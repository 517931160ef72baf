"""Peerloom: the open, self-hosted platform for peer mentorship programs."""

__version__ = "0.1.0"
