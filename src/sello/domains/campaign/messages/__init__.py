"""What a message is made of, and what is let go with one that never went out. Reads; writes send_windows."""
