"""What other systems of the organisation ask and tell."""
