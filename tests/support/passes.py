"""A pass as a careful reader sees it: archive, manifest, openssl on the signature, the strict content."""

import hashlib
import io
import json
import subprocess
import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from cryptography import x509
from cryptography.hazmat.primitives.serialization import pkcs7

_TOP: Final = {
    "formatVersion": int, "passTypeIdentifier": str, "teamIdentifier": str, "serialNumber": str, "webServiceURL": str,
    "authenticationToken": str, "organizationName": str, "description": str, "logoText": str, "backgroundColor": str,
    "foregroundColor": str, "labelColor": str, "sharingProhibited": bool, "voided": bool, "barcodes": list,
    "locations": list, "storeCard": dict,
}  # fmt: skip
_NEEDED: Final = ("formatVersion", "passTypeIdentifier", "teamIdentifier", "serialNumber", "organizationName",
                  "description", "storeCard")  # fmt: skip
_STYLE: Final = ("headerFields", "primaryFields", "secondaryFields", "auxiliaryFields", "backFields")
_FIELD: Final = {
    "key": str, "label": str, "value": str, "changeMessage": str, "attributedValue": str, "dateStyle": str,
    "timeStyle": str, "ignoresTimeZone": bool,
}  # fmt: skip
_BARCODE: Final = {"format", "message", "messageEncoding"}
_MOST: Final = {"headerFields": 3, "primaryFields": 1}


@dataclass(frozen=True)
class Read:
    """A pass that was read."""

    files: dict[str, bytes]
    content: dict[str, Any]

    @property
    def serial(self) -> str:
        """The serial number."""
        return str(self.content["serialNumber"])

    @property
    def token(self) -> dict[str, str]:
        """The header that proves who holds it."""
        return {"Authorization": f"ApplePass {self.content['authenticationToken']}"}

    @property
    def path(self) -> str:
        """Type and serial, as they stand in addresses."""
        return f"{self.content['passTypeIdentifier']}/{self.serial}"

    def field(self, key: str) -> dict[str, Any] | None:
        """One field of the store card, wherever it is."""
        found = [one for part in _STYLE for one in self.content["storeCard"][part] if one["key"] == key]
        return found[0] if found else None

    def value(self, key: str) -> str | None:
        """What it says."""
        found = self.field(key)
        return str(found["value"]) if found else None


def read(pkpass: bytes, folder: Path, *, root: Path) -> Read:
    """The pass, after everything about it was found in order; `folder` for openssl, which reads files."""
    with zipfile.ZipFile(io.BytesIO(pkpass)) as packed:
        assert packed.testzip() is None
        files = {name: packed.read(name) for name in packed.namelist()}
    manifest = json.loads(files["manifest.json"])
    listed = {
        name: hashlib.sha1(data, usedforsecurity=False).hexdigest()
        for name, data in files.items()
        if name not in ("manifest.json", "signature")
    }
    assert manifest == listed
    assert verified(files["manifest.json"], files["signature"], folder, root=root) == ""
    content = json.loads(files["pass.json"])
    assert dropped(content) == []
    leaf = leaf_of(files["signature"])
    named = leaf.subject.get_attributes_for_oid(x509.NameOID.USER_ID)[0].value
    team = leaf.subject.get_attributes_for_oid(x509.NameOID.ORGANIZATIONAL_UNIT_NAME)[0].value
    assert (content["passTypeIdentifier"], content["teamIdentifier"]) == (named, team)
    return Read(files, content)


def verified(manifest: bytes, signature: bytes, folder: Path, *, root: Path) -> str:
    """What openssl says against the signature; empty when it holds."""
    (folder / "manifest.json").write_bytes(manifest)
    (folder / "signature").write_bytes(signature)
    run = subprocess.run(
        [
            "openssl", "cms", "-verify", "-inform", "DER", "-in", folder / "signature", "-content",
            folder / "manifest.json", "-CAfile", root, "-purpose", "any", "-binary", "-out", "/dev/null",
        ],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    return "" if run.returncode == 0 else run.stderr


def leaf_of(signature: bytes) -> x509.Certificate:
    """The certificate that is no authority's."""
    certificates = pkcs7.load_der_pkcs7_certificates(signature)
    [leaf] = [one for one in certificates if not one.extensions.get_extension_for_class(x509.BasicConstraints).value.ca]
    return leaf


def dropped(content: dict[str, Any]) -> list[str]:
    """What a strict reader would drop or refuse."""
    wrong = [name for name in _NEEDED if name not in content]
    wrong += [name for name, value in content.items() if not isinstance(value, _TOP.get(name, ()))]
    style = content.get("storeCard", {})
    wrong += sorted(set(style) ^ set(_STYLE))
    fields = [(part, one) for part in _STYLE for one in style.get(part, [])]
    keys = [one.get("key") for _, one in fields]
    wrong += [f"{key} twice" for key in set(keys) if keys.count(key) > 1]
    for part, one in fields:
        wrong += [f"{part}.{name}" for name, value in one.items() if not isinstance(value, _FIELD.get(name, ()))]
        if "changeMessage" in one and "%@" not in one["changeMessage"]:
            wrong.append(f"{one['key']} says nothing when it changes")
    wrong += [part for part, most in _MOST.items() if len(style.get(part, [])) > most]
    if len(style.get("secondaryFields", [])) + len(style.get("auxiliaryFields", [])) > 4:
        wrong.append("too many fields")
    wrong += ["barcode" for one in content.get("barcodes", []) if set(one) != _BARCODE]
    wrong += ["locations"] if len(content.get("locations", [])) > 10 else []
    if ("webServiceURL" in content) != ("authenticationToken" in content):
        wrong.append("webServiceURL and authenticationToken go together")
    if len(content.get("authenticationToken", "")) < 16:
        wrong.append("authenticationToken must be at least 16 characters.")
    return wrong
