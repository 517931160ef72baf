"""A participant's pages."""
