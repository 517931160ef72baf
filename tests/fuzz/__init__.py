"""Parsers of what strangers send, fed whatever a coverage-guided fuzzer comes up with."""
