"""Processes ended at any moment of their work: nothing is lost, nothing is done twice."""
