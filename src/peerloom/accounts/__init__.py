"""Organisations, people, their roles and their sign-in."""
