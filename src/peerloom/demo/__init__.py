"""The living example organisation."""
