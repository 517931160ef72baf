"""An organisation admin's pages."""
