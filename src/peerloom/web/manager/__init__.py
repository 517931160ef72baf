"""A program manager's pages."""
