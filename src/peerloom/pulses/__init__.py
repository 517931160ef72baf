"""Pulses: a few questions at set moments, answered in a minute, read only together."""
