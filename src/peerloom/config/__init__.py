"""Settings, addresses and the servers' entry points."""
