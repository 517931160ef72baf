"""Addresses of the API, a file for each audience and subject."""
