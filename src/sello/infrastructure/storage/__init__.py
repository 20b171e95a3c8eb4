"""Files that are rebuilt if lost: logos, posters. A local folder by default, S3 by STORAGE_URL; one narrow `Storage`.

Names are random and say nothing of anybody; what type a file has follows from its name, because a folder keeps none.
Nobody reaches a file without a signed link that expires, but for pictures below `public/`: those are named by a digest
of what they show and are served to everybody. `client` talks to the storage and is made by entry.
"""

from sello.infrastructure.storage.files import (
    Encryption,
    Link,
    PublicKind,
    Storage,
    StoredKind,
    content_type_of,
    disposition_of,
    is_name,
    is_public_name,
    name_of,
    new_name,
    public_name_of,
)
from sello.infrastructure.storage.links import link_to, reads

__all__ = [
    "Encryption",
    "Link",
    "PublicKind",
    "Storage",
    "StoredKind",
    "content_type_of",
    "disposition_of",
    "is_name",
    "is_public_name",
    "link_to",
    "name_of",
    "new_name",
    "public_name_of",
    "reads",
]
