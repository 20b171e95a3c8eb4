"""Answers remembered for some seconds: beside the database, never instead of it."""

from sello.infrastructure.cache.memory import Cache, Forgetful, Remembered

__all__ = ["Cache", "Forgetful", "Remembered"]
