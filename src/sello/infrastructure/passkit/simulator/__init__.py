"""Apple's part, played: its push service over HTTP/2, and iPhones that read, register, list and fetch as real ones."""
