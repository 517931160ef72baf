"""Care: signals kept, the ladder at work, nudges, help, and ways out without blame."""
