"""What a program was worth: figures with their intervals, and nothing of fewer than five people."""
