"""The service account's key: the file that Google gives, or one of our own for the simulator."""

import json
import os
from contextlib import suppress
from pathlib import Path
from typing import Any, Final

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, generate_private_key
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)

from sello.infrastructure.googlewallet.issuer import ServiceAccount
from sello.shared.ids import random_code

_EMAIL: Final = "sello@simulated.iam.gserviceaccount.com"


def read_account(path: Path) -> ServiceAccount:
    """The account of a key file as Google hands it out (JSON); ValueError, in a sentence, for anything else."""
    try:
        found: dict[str, Any] = json.loads(path.read_text())
        key = load_pem_private_key(found["private_key"].encode(), password=None)
        email, key_id = found["client_email"], found["private_key_id"]
    except OSError as error:
        raise ValueError(f"{path} cannot be read: {error.strerror}") from error
    except (ValueError, KeyError, TypeError, AttributeError, UnsupportedAlgorithm) as error:
        raise ValueError(f"{path} is no key file of a service account") from error
    if not isinstance(key, RSAPrivateKey) or not (isinstance(email, str) and isinstance(key_id, str)):
        raise ValueError(f"{path} is no key file of a service account")
    return ServiceAccount(email=email, key_id=key_id, key=key)


def made_account(folder: Path) -> ServiceAccount:
    """The account for the simulator, made on first use; processes that meet here come to the same one."""
    path = folder / "key.json"
    if not path.exists():
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        _make(path)
    return read_account(path)


def _make(path: Path) -> None:
    key = generate_private_key(public_exponent=65537, key_size=2048)
    pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()
    content = {"type": "service_account", "client_email": _EMAIL, "private_key_id": random_code(8), "private_key": pem}
    draft = path.with_name(f"key.{random_code(8)}.new")
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        json.dump(content, file, indent=2)
        file.flush()
        os.fsync(file.fileno())
    with suppress(FileExistsError):
        os.link(draft, path)  # whole or not at all, and the first one stays
    draft.unlink()
