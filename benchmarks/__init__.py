"""Speed and memory beside peers, in one run. Never part of the tests."""
