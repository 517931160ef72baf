"""The matching engine: kernel beside peers, whole jobs, circles."""
