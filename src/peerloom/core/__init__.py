"""Audit log and jobs with progress and cancel; knows no word of programs."""
