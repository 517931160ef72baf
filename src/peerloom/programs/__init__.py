"""The design of a program: purpose, dates, questions, policy."""
