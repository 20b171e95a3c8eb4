"""A shop in one file: the archives that owners ask for, and the note of where an imported shop came from.

Owns the tables archives and arrivals. What stands in an archive is entry's business, because it crosses every domain.
"""

from sello.domains.business.archives.queries import note_arrival

__all__ = ["note_arrival"]
