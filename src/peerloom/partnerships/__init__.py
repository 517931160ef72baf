"""What peers do together."""
