"""The pictures of a pass: its stamps as a strip, the shop's logo and icon; each drawn once."""
