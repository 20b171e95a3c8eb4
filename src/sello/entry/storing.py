"""The storage that the settings name, the same for the API, the worker and every command."""

from sello.entry.settings import Settings
from sello.infrastructure.storage import Storage
from sello.infrastructure.storage.client import Habits, open_storage


def storage_of(settings: Settings) -> Storage:
    """Where this installation keeps its files. Asks nobody."""
    return open_storage(
        settings.storage_url,
        home=settings.sello_home,
        endpoint=settings.s3_endpoint_url,
        keys=settings.keys,
        base_url=settings.public_base_url,
        habits=Habits(
            path_style=settings.s3_path_style,
            encryption=settings.s3_encryption,
            kms_key_id=settings.s3_kms_key_id,
        ),
    )
