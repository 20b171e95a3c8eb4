"""Pictures that strangers send, made harmless: decoded in a process of its own and drawn anew as a plain PNG.

Nothing of the file survives but its pixels: no metadata, no colour profile, no second file behind or inside it.
"""

from sello.infrastructure.pictures.cleaning import MOST_PIXELS, SIDE, Pictures

__all__ = ["MOST_PIXELS", "SIDE", "Pictures"]
