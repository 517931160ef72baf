"""A sponsor's pages."""
