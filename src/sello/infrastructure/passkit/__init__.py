"""Apple Wallet: certificates, the signature of a pass, tokens at rest.

`certificates` (Apple's, or those of a development authority of our own), `sign` (a pass as one file), `sealed`. Of what
is offered here nothing talks to the network; `push` does and is reached from jobs alone, `simulator` plays Apple.
"""

from sello.infrastructure.passkit.certificates import (
    DEFAULT_PASS_TYPE,
    DEFAULT_TEAM,
    Certificate,
    Certificates,
    CertificateWrong,
    Installed,
)
from sello.infrastructure.passkit.outcomes import (
    REAL_PUSH,
    SIMULATED_PUSH,
    Apns,
    Barred,
    Busy,
    Delivered,
    Gone,
    PushKey,
    PushOutcome,
    Unplugged,
)
from sello.infrastructure.passkit.sealed import seal, unseal
from sello.infrastructure.passkit.sign import MEDIA_TYPE, Picture, Signer, packed

__all__ = [
    "DEFAULT_PASS_TYPE",
    "DEFAULT_TEAM",
    "MEDIA_TYPE",
    "REAL_PUSH",
    "SIMULATED_PUSH",
    "Apns",
    "Barred",
    "Busy",
    "Certificate",
    "CertificateWrong",
    "Certificates",
    "Delivered",
    "Gone",
    "Installed",
    "Picture",
    "PushKey",
    "PushOutcome",
    "Signer",
    "Unplugged",
    "packed",
    "seal",
    "unseal",
]
