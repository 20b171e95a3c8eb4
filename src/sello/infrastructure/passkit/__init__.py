"""Apple Wallet: certificates, the signature of a pass, tokens at rest.

`certificates` (Apple's, or those of a development authority of our own), `sign` (a pass as one file), `sealed`. Nothing
here talks to the network.
"""

from sello.infrastructure.passkit.certificates import (
    DEFAULT_PASS_TYPE,
    DEFAULT_TEAM,
    Certificate,
    Certificates,
    CertificateWrong,
    Installed,
)
from sello.infrastructure.passkit.sealed import seal, unseal
from sello.infrastructure.passkit.sign import MEDIA_TYPE, Picture, Signer, packed

__all__ = [
    "DEFAULT_PASS_TYPE",
    "DEFAULT_TEAM",
    "MEDIA_TYPE",
    "Certificate",
    "CertificateWrong",
    "Certificates",
    "Installed",
    "Picture",
    "Signer",
    "packed",
    "seal",
    "unseal",
]
