"""The two storages over obstore: a local folder, and S3 (or what speaks like it)."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Final
from urllib.parse import unquote, urlsplit

import obstore
from obstore.exceptions import BaseError, NotFoundError
from obstore.store import LocalStore, S3Store

from sello.infrastructure.storage.files import Encryption, Link, Storage, content_type_of, disposition_of
from sello.infrastructure.storage.links import link_to
from sello.shared import clock
from sello.shared.auth import Keys
from sello.shared.errors import Unavailable
from sello.shared.logs import external_call

if TYPE_CHECKING:
    from obstore import Attributes, GetResult
    from obstore.store import S3Config

_LARGE: Final = timedelta(minutes=5)  # for one part of a large file
_GONE: Final = (NotFoundError, FileNotFoundError)


@dataclass(frozen=True, slots=True, kw_only=True)
class Habits:
    """What a bucket asks for beside its address: where its name stands in it, and who encrypts what it keeps."""

    path_style: bool = True
    encryption: Encryption | None = None  # None: as the bucket itself is set
    kms_key_id: str | None = None


def open_storage(
    url: str | None, *, home: Path, endpoint: str | None, keys: Keys, base_url: str, habits: Habits | None = None
) -> Storage:
    """The storage of STORAGE_URL; without one, the folder `home`/storage. `base_url` begins links to local files.

    `endpoint` and `habits` are of S3 alone.
    """
    parts = urlsplit(url or "")
    if parts.scheme == "s3":
        return S3Files(parts.netloc, prefix=parts.path.strip("/"), endpoint=endpoint, habits=habits or Habits())
    folder = Path(unquote(parts.path)) if parts.scheme == "file" else home / "storage"
    return LocalFiles(folder, keys=keys, base_url=base_url)


class _Files:
    """What both storages do alike; a file is written whole or not at all."""

    def __init__(self, store: LocalStore | S3Store, *, service: str, large: LocalStore | S3Store | None = None) -> None:
        """`large`: the same store with more patience."""
        self._store = store
        self._large = large or store
        self._service = service

    async def put(self, name: str, data: bytes) -> None:
        """Keep a file; the same name again replaces it."""
        async with self._calling("put"):
            await obstore.put_async(self._store, name, data, use_multipart=False)

    async def get(self, name: str) -> bytes | None:
        """The file, or None."""
        async with self._calling("get"):
            try:
                found = await obstore.get_async(self._store, name)
                return bytes(await found.bytes_async())
            except _GONE:
                return None

    async def put_file(self, name: str, path: Path) -> None:
        """Keep a file of any size, read from the disk in parts."""
        async with self._calling("put"):
            await obstore.put_async(self._large, name, path, attributes=self._attributes(name))

    async def chunks(self, name: str) -> AsyncIterator[bytes] | None:
        """The file in parts, or None."""
        async with self._calling("get"):
            try:
                found = await obstore.get_async(self._large, name)
            except _GONE:
                return None
        return self._parts(found)

    async def _parts(self, found: "GetResult") -> AsyncIterator[bytes]:
        async with self._calling("get"):
            async for part in found.stream():
                yield bytes(part)

    def _attributes(self, name: str) -> "Attributes | None":
        return None

    async def head(self, name: str) -> int | None:
        """How many bytes the file has, or None."""
        async with self._calling("head"):
            try:
                return (await obstore.head_async(self._store, name))["size"]
            except _GONE:
                return None

    async def delete(self, name: str) -> None:
        """Let a file go."""
        async with self._calling("delete"):
            try:
                await obstore.delete_async(self._store, name)
            except _GONE:
                return

    async def names(self, folder: str) -> list[str]:
        """The names of every file in a folder and its folders, in no order."""
        async with self._calling("list"):
            return [found["path"] async for page in obstore.list(self._store, prefix=folder) for found in page]

    @asynccontextmanager
    async def _calling(self, operation: str) -> AsyncIterator[None]:
        try:
            with external_call(self._service, operation):
                yield
        except (BaseError, OSError) as error:
            raise Unavailable from error


class LocalFiles(_Files):
    """A folder of this machine; every process of the installation must see it."""

    def __init__(self, folder: Path, *, keys: Keys, base_url: str) -> None:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        super().__init__(LocalStore(prefix=folder), service="storage_folder")
        self._keys = keys
        self._base_url = base_url

    async def link(self, name: str, *, lifetime: timedelta) -> Link:
        """An address of our own route, signed by our own keys."""
        return link_to(self._keys, self._base_url, name, lifetime=lifetime)


class S3Files(_Files):
    """A bucket. Credentials and region come from AWS_* of the environment or from the machine's role.

    Links are S3's own presigned ones: bytes go from the bucket to the browser and never through us.
    """

    def __init__(self, bucket: str, *, prefix: str, endpoint: str | None, habits: Habits) -> None:
        self._bucket, large = (
            S3Store(
                bucket,
                prefix=prefix or None,
                config=_config(bucket, endpoint, habits),
                client_options={
                    "connect_timeout": timedelta(seconds=2),
                    "timeout": timeout,
                    "allow_http": bool(endpoint and endpoint.startswith("http://")),  # loopback alone, see settings
                },
                retry_config={"max_retries": 2, "retry_timeout": timedelta(seconds=6)},
            )
            for timeout in (timedelta(seconds=5), _LARGE)
        )
        super().__init__(self._bucket, service="s3", large=large)

    async def put(self, name: str, data: bytes) -> None:
        """Keep a file with the type that browsers are to be told."""
        async with self._calling("put"):
            await obstore.put_async(self._store, name, data, attributes=self._attributes(name), use_multipart=False)

    def _attributes(self, name: str) -> "Attributes | None":
        return {"Content-Type": content_type_of(name), "Content-Disposition": disposition_of(name)}

    async def link(self, name: str, *, lifetime: timedelta) -> Link:
        """A presigned address of the bucket."""
        expires_at = clock.now() + lifetime
        async with self._calling("sign"):
            return Link(await obstore.sign_async(self._bucket, "GET", name, lifetime), expires_at)


def _config(bucket: str, endpoint: str | None, habits: Habits) -> "S3Config":
    config: S3Config = {"virtual_hosted_style_request": not habits.path_style}
    if endpoint:
        scheme, _, host = endpoint.partition("://")
        config["endpoint"] = endpoint if habits.path_style else f"{scheme}://{bucket}.{host}"
    if habits.encryption:
        config["server_side_encryption"] = habits.encryption
    if habits.kms_key_id:
        config["sse_kms_key_id"] = habits.kms_key_id
    return config
