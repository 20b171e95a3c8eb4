"""Where a request comes from, as coarsely as limits and receipts need it."""

import ipaddress

_IPV4_BITS = 24
_IPV6_BITS = 56


def network_of(address: str) -> str:
    """The network of an address: its /24 for IPv4, its /56 for IPv6, the text itself (cut) for anything else."""
    try:
        ip = ipaddress.ip_address(address)
    except ValueError:
        return address[:64]
    if isinstance(ip, ipaddress.IPv6Address) and ip.ipv4_mapped is not None:
        ip = ip.ipv4_mapped
    bits = _IPV4_BITS if ip.version == 4 else _IPV6_BITS
    return str(ipaddress.ip_network((ip.packed, bits), strict=False))
