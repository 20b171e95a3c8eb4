"""The cache as a route dependency."""

from typing import Annotated

from fastapi import Depends, Request

from sello.infrastructure.cache.memory import Cache


async def cache(request: Request) -> Cache:
    """Where answers are remembered for some seconds."""
    return request.app.state.cache  # type: ignore[no-any-return]


TheCache = Annotated[Cache, Depends(cache)]
