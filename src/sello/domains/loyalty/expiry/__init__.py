"""What runs out: the open stamps of cards nobody came back with, and rewards nobody collected.

Writes their `expire` entries and announces both seven days before. Whatever is past its last day is treated as expired
everywhere from the next midnight of the shop on; the entry of the ledger follows that night.
"""
