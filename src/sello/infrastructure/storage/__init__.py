"""Files that are rebuilt if lost: logos, posters. A local folder by default, S3 by STORAGE_URL; one narrow `Storage`.

Names are random and say nothing of anybody; what type a file has follows from its name, because a folder keeps none.
Nobody reaches a file without a signed link that expires. `client` talks to the storage and is made by entry.
"""

from sello.infrastructure.storage.files import (
    Link,
    Storage,
    StoredKind,
    content_type_of,
    disposition_of,
    is_name,
    name_of,
    new_name,
)
from sello.infrastructure.storage.links import link_to, reads

__all__ = [
    "Link",
    "Storage",
    "StoredKind",
    "content_type_of",
    "disposition_of",
    "is_name",
    "link_to",
    "name_of",
    "new_name",
    "reads",
]
