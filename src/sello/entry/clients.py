"""Whom a request comes from: the address behind our proxies, its network as a hash, the person of its token."""

import hashlib
import ipaddress
from collections.abc import Sequence
from functools import lru_cache

from starlette.types import Scope

from sello.shared.auth import Claims, Keys, TokenIssuer
from sello.shared.auth.networks import network_of
from sello.shared.errors import Refused

_LONGEST = 4096  # characters of an Authorization header worth reading


class Clients:
    """Finds the client of a request. Only proxies named in the settings are believed about where it began."""

    def __init__(self, keys: Keys, trusted_proxies: Sequence[str]) -> None:
        self._keys = keys
        self._proxies = [ipaddress.ip_network(proxy, strict=False) for proxy in trusted_proxies]
        # Bounded: addresses are free to whoever has a network of them.
        self._trusts = lru_cache(maxsize=4096)(self._is_proxy)
        self._behind = lru_cache(maxsize=4096)(self._behind_proxies)  # to read it anew are 350 steps
        self.network = lru_cache(maxsize=4096)(self._network)

    def address(self, scope: Scope, headers: dict[bytes, bytes]) -> str:
        """The nearest address that is not one of our proxies."""
        client = scope.get("client")
        address = str(client[0]) if client else ""
        if not self._proxies or not self._trusts(address):
            return address
        return self._behind(address, headers.get(b"x-forwarded-for", b"")[-1000:])

    def _behind_proxies(self, address: str, told: bytes) -> str:
        for hop in reversed(told.decode("latin-1").split(",")):
            hop = _bare(hop.strip())
            if not hop:
                break
            address = hop
            if not self._trusts(hop):
                break
        return address

    def _is_proxy(self, address: str) -> bool:
        try:
            ip = ipaddress.ip_address(address)
        except ValueError:
            return False
        if isinstance(ip, ipaddress.IPv6Address) and ip.ipv4_mapped is not None:
            ip = ip.ipv4_mapped
        return any(ip in network for network in self._proxies)

    def _network(self, address: str) -> str:
        """The network as 16 letters that only this installation could make, for logs and limits."""
        return self._keys.mac("network", network_of(address).encode())[:8].hex()


def _bare(hop: str) -> str:
    """An address without the port that some proxies add; "" for what is none."""
    if hop.startswith("["):
        hop = hop[1:].partition("]")[0]
    elif hop.count(":") == 1:
        hop = hop.partition(":")[0]
    try:
        return str(ipaddress.ip_address(hop))
    except ValueError:
        return ""


def key_bucket(authorization: bytes | None) -> str | None:
    """Under which name the requests of an API key are counted: by all of it, so that only its bearer uses them up."""
    if authorization is None or authorization[:13].lower() != b"bearer sello_":
        return None
    return "key:" + hashlib.sha256(authorization[7:]).hexdigest()[:16]


def claims_of(tokens: TokenIssuer | None, authorization: bytes | None) -> Claims | None:
    """Whose token this is, for limits and logs; None for none or a bad one, which the endpoint refuses itself."""
    if tokens is None or authorization is None or authorization[:7].lower() != b"bearer ":
        return None
    if len(authorization) > _LONGEST:
        return None
    try:
        return tokens.verify(authorization[7:].decode("latin-1"))
    except Refused:
        return None
