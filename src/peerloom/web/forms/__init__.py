"""Forms: what pages accept, checked and in words."""
