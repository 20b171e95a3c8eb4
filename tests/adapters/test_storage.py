"""Both storages keep the same promises; links open one file until they expire, and nothing else.

S3 is spoken to a stand-in on loopback that computes every signature again (tests/support/s3.py).
"""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from fastapi import FastAPI
from pydantic import ValidationError

from sello.entry.settings import Settings
from sello.infrastructure.storage import Storage, content_type_of, is_name, new_name
from sello.infrastructure.storage.client import Habits, open_storage
from sello.shared import clock
from sello.shared.auth import Keys
from sello.shared.errors import Unavailable
from sello.shared.ids import BusinessId, new_id
from tests.support.s3 import KEY, REGION, SECRET, Bucket

KEYS = Keys(b"a secret of at least thirty-two characters")
BASE = "http://127.0.0.1:8000"
DAY = timedelta(days=1)


@pytest.fixture
def bucket(monkeypatch: pytest.MonkeyPatch) -> Iterator[Bucket]:
    """An S3 bucket on loopback, its credentials in the environment."""
    for name, value in (("ACCESS_KEY_ID", KEY), ("SECRET_ACCESS_KEY", SECRET), ("REGION", REGION)):
        monkeypatch.setenv(f"AWS_{name}", value)
    bucket = Bucket()
    yield bucket
    bucket.close()


@pytest.fixture(params=["folder", "s3"])
def storage(request: pytest.FixtureRequest, tmp_path: Path, bucket: Bucket) -> Storage:
    """Each of the two."""
    url = f"s3://{bucket.name}/shops" if request.param == "s3" else None
    return open_storage(url, home=tmp_path, endpoint=bucket.endpoint, keys=KEYS, base_url=BASE)


def some_name() -> str:
    """A logo's name in some shop's folder."""
    return new_name(BusinessId(new_id()), "logo")


async def test_a_large_file_goes_in_and_out_in_parts(storage: Storage, tmp_path: Path) -> None:
    name, path = new_name(BusinessId(new_id()), "archive"), tmp_path / "large.zip"
    assert await storage.chunks(name) is None
    path.write_bytes(bytes(range(256)) * 8000)
    await storage.put_file(name, path)
    parts = await storage.chunks(name)
    assert parts is not None
    assert b"".join([part async for part in parts]) == path.read_bytes()
    assert await storage.head(name) == path.stat().st_size


async def test_a_file_is_kept_until_it_is_deleted(storage: Storage) -> None:
    name = some_name()
    assert (await storage.get(name), await storage.head(name)) == (None, None)
    await storage.put(name, b"first")
    await storage.put(name, b"second one")
    assert (await storage.get(name), await storage.head(name)) == (b"second one", 10)
    await storage.delete(name)
    await storage.delete(name)
    assert await storage.get(name) is None


def test_names_are_random_and_say_the_type() -> None:
    shop = BusinessId(new_id())
    names = {new_name(shop, "poster") for _ in range(100)}
    assert len(names) == 100
    assert all(
        is_name(name) and name.startswith(f"{shop}/") and content_type_of(name) == "application/pdf" for name in names
    )
    assert content_type_of(some_name()) == "image/png"
    for text in ("../../etc/passwd", f"{shop}/../x.png", f"{shop}/logo-short.png", f"{some_name()}/x", "", "\x00"):
        assert not is_name(text)


async def test_s3_is_told_the_type_and_sees_no_unsigned_request(bucket: Bucket, tmp_path: Path) -> None:
    storage = open_storage(f"s3://{bucket.name}/a/b", home=tmp_path, endpoint=bucket.endpoint, keys=KEYS, base_url=BASE)
    name = some_name()
    await storage.put(name, b"data")
    assert bucket.objects == {f"a/b/{name}": ("image/png", "inline", b"data")}
    assert bucket.refused == []
    assert httpx.get(f"{bucket.endpoint}/{bucket.name}/a/b/{name}").status_code == 403
    assert list(tmp_path.iterdir()) == []


async def test_s3_is_asked_to_encrypt_every_file(bucket: Bucket, tmp_path: Path) -> None:
    async def asked(habits: Habits) -> list[dict[str, str]]:
        storage = open_storage(
            f"s3://{bucket.name}", home=tmp_path, endpoint=bucket.endpoint, keys=KEYS, base_url=BASE, habits=habits
        )
        small = some_name()
        await storage.put(small, b"data")
        assert await storage.get(small) == b"data"
        return [bucket.asked[small]]

    head = "x-amz-server-side-encryption"
    assert await asked(Habits()) == [{}]
    assert await asked(Habits(encryption="AES256")) == [{head: "AES256"}]
    own = Habits(encryption="aws:kms", kms_key_id="alias/sello")
    assert await asked(own) == [{head: "aws:kms", f"{head}-aws-kms-key-id": "alias/sello"}]
    assert bucket.refused == []


async def test_a_versioned_bucket_brings_back_what_was_deleted_and_shows_none_of_it(
    bucket: Bucket, tmp_path: Path
) -> None:
    storage = open_storage(f"s3://{bucket.name}", home=tmp_path, endpoint=bucket.endpoint, keys=KEYS, base_url=BASE)
    name = some_name()
    await storage.put(name, b"first")
    link = await storage.link(name, lifetime=DAY)
    await storage.delete(name)
    assert (await storage.get(name), await storage.head(name)) == (None, None)
    assert httpx.get(link.url).status_code == 404  # a link names no version: what is deleted opens no more
    assert bucket.versions == {name: [b"first", None]}


@pytest.mark.parametrize(
    ("path_style", "endpoint", "begins"),
    [
        (True, None, "https://s3.us-east-1.amazonaws.com/sello-files/"),
        (False, None, "https://sello-files.s3.us-east-1.amazonaws.com/"),
        (True, "https://s3.example", "https://s3.example/sello-files/"),
        (False, "https://s3.example", "https://sello-files.s3.example/"),
    ],
)
async def test_the_bucket_stands_where_its_provider_wants_it(
    bucket: Bucket, tmp_path: Path, path_style: bool, endpoint: str | None, begins: str
) -> None:
    habits = Habits(path_style=path_style)
    storage = open_storage(
        f"s3://{bucket.name}/shops", home=tmp_path, endpoint=endpoint, keys=KEYS, base_url=BASE, habits=habits
    )
    name = some_name()
    link = await storage.link(name, lifetime=DAY)
    assert link.url.startswith(f"{begins}shops/{name}?")


async def test_a_link_of_s3_opens_its_file_until_it_expires(bucket: Bucket, tmp_path: Path) -> None:
    storage = open_storage(f"s3://{bucket.name}", home=tmp_path, endpoint=bucket.endpoint, keys=KEYS, base_url=BASE)
    name, other = some_name(), some_name()
    await storage.put(name, b"data")
    await storage.put(other, b"of somebody else")
    link = await storage.link(name, lifetime=DAY)
    answer = httpx.get(link.url)
    assert (answer.status_code, answer.content, answer.headers["content-type"]) == (200, b"data", "image/png")
    assert httpx.get(link.url.replace(name, other)).status_code == 403
    assert httpx.delete(link.url).status_code == 403
    bucket.ahead = DAY + timedelta(seconds=5)
    assert httpx.get(link.url).status_code == 403
    assert bucket.refused[-1] == "too old"


async def test_s3_away_or_with_another_secret_is_unavailable(
    bucket: Bucket, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    storage = open_storage(f"s3://{bucket.name}", home=tmp_path, endpoint=bucket.endpoint, keys=KEYS, base_url=BASE)
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "another")
    wrong = open_storage(f"s3://{bucket.name}", home=tmp_path, endpoint=bucket.endpoint, keys=KEYS, base_url=BASE)
    with pytest.raises(Unavailable):
        await wrong.put(some_name(), b"data")
    assert bucket.refused == ["the signature is another"]
    bucket.close()
    with pytest.raises(Unavailable):
        await storage.put(some_name(), b"data")


async def test_a_local_link_opens_its_file_until_it_expires(client: httpx.AsyncClient, app: FastAPI) -> None:
    storage: Storage = app.state.storage
    name, other = some_name(), some_name()
    await storage.put(name, b"data")
    await storage.put(other, b"of somebody else")
    link = await storage.link(name, lifetime=DAY)
    answer = await client.get(link.url)
    assert (answer.status_code, answer.content, answer.headers["content-type"]) == (200, b"data", "image/png")
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["cache-control"].startswith("private")
    assert timedelta(0) <= link.expires_at - clock.now() - DAY < timedelta(minutes=1)
    until = int(link.expires_at.timestamp())
    for changed in (
        link.url.replace(name, other),
        link.url.replace(f"until={until}", f"until={until + 60}"),
        link.url[:-2] + ("AA" if link.url[-2:] != "AA" else "BB"),
        link.url.replace(name, "..%2F..%2Fetc/passwd"),
        link.url.replace(name, f"{name.partition('/')[0]}/%2e%2e"),
    ):
        assert (await client.get(changed)).status_code == 404, changed
    await storage.delete(name)
    assert (await client.get(link.url)).status_code == 404


async def test_a_local_link_that_expired_says_so(client: httpx.AsyncClient, app: FastAPI) -> None:
    name = some_name()
    await app.state.storage.put(name, b"data")
    link = await app.state.storage.link(name, lifetime=timedelta(minutes=15))
    clock.shift(timedelta(minutes=17))
    answer = await client.get(link.url)
    assert (answer.status_code, answer.json()["code"]) == (422, "link_invalid")


def test_settings_take_a_folder_or_a_bucket_and_nothing_in_the_clear(settings: Settings) -> None:
    given = settings.model_dump()

    def made(**changes: str) -> Settings:
        both: dict[str, Any] = given | changes
        return Settings(**both)

    assert made(storage_url="s3://bucket/folder", s3_endpoint_url="http://127.0.0.1:9000").storage_url
    assert made(storage_url="file:///somewhere").storage_url
    assert made(s3_encryption="aws:kms", s3_kms_key_id="alias/sello", s3_path_style="false").s3_path_style is False
    for changes in (
        {"storage_url": "ftp://somewhere"},
        {"storage_url": "s3:///folder"},
        {"storage_url": "file://elsewhere/folder"},
        {"s3_endpoint_url": "http://s3.example"},
        {"s3_endpoint_url": "somewhere"},
        {"s3_encryption": "ROT13"},
        {"s3_kms_key_id": "alias/sello"},
        {"s3_encryption": "AES256", "s3_kms_key_id": "alias/sello"},
    ):
        with pytest.raises(ValidationError):
            made(**changes)
