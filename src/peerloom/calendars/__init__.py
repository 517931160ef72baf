"""Weekly hours, zones and clock changes: pure functions from what people write to shared time."""
