"""The storage as a route dependency; files of a local folder by their signed links; public pictures by their names."""

from typing import Annotated

from fastapi import APIRouter, Depends, Path, Query, Request, Response
from fastapi.responses import StreamingResponse

from sello.infrastructure.storage.files import Storage, content_type_of, disposition_of, is_name, is_public_name
from sello.infrastructure.storage.links import reads
from sello.shared import clock
from sello.shared.auth.api import Anyone
from sello.shared.errors import Refused, refusals

router = APIRouter(tags=["files"])


async def storage(request: Request) -> Storage:
    """Where files are kept."""
    return request.app.state.storage  # type: ignore[no-any-return]


TheStorage = Annotated[Storage, Depends(storage)]


@router.get(
    "/files/{folder}/{file}",
    response_class=Response,
    responses={
        200: {"content": {"image/png": {}, "application/pdf": {}, "application/zip": {}}},
        **refusals("not_found", "link_invalid"),
    },
)
async def get_file(
    request: Request,
    _: Anyone,
    files: TheStorage,
    folder: Annotated[str, Path(max_length=40)],
    file: Annotated[str, Path(max_length=60)],
    until: Annotated[int, Query(ge=0, le=10**11)],
    mac: Annotated[str, Query(max_length=60)],
) -> Response:
    """A file in the local storage, for whoever was given a link that has not expired."""
    name = f"{folder}/{file}"
    if not is_name(name) or not reads(request.app.state.keys, name, until=until, mac=mac):
        raise Refused("not_found")
    left = until - int(clock.now().timestamp())
    if left <= 0:
        raise Refused("link_invalid")
    # A name never gets other content, so a browser may keep it for as long as its link holds.
    headers = {"cache-control": f"private, max-age={left}, immutable", "content-disposition": disposition_of(name)}
    if name.endswith(".zip"):  # of any size, and everything a shop has: in parts, and kept by nobody on the way
        parts = await files.chunks(name)
        if parts is None:
            raise Refused("not_found")
        headers["cache-control"] = "no-store"
        return StreamingResponse(parts, media_type=content_type_of(name), headers=headers)
    data = await files.get(name)
    if data is None:
        raise Refused("not_found")
    return Response(data, media_type=content_type_of(name), headers=headers)


@router.get(
    "/pictures/{name}",
    response_class=Response,
    responses={200: {"content": {"image/png": {}}}, **refusals("not_found")},
)
async def get_public_picture(_: Anyone, files: TheStorage, name: Annotated[str, Path(max_length=60)]) -> Response:
    """A picture that others' servers fetch, as Google's do for a card: no signature, and the same for ever.

    What it shows is printed on the shop's wall too; its name is a digest and says neither whose it is nor when it was
    made. The bytes go through us from either storage, because a presigned link would be another one each time.
    """
    stored = f"public/{name}"
    data = await files.get(stored) if is_public_name(stored) else None
    if data is None:
        raise Refused("not_found")
    headers = {"cache-control": "public, max-age=31536000, immutable", "etag": f'"{name.removesuffix(".png")}"'}
    return Response(data, media_type=content_type_of(stored), headers=headers)
