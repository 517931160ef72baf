"""What is sent and how."""
