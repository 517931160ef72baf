"""Pieces of pages that need more than a template."""
