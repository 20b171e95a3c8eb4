"""What the published discovery document allows, and what its words and Google's guides demand beside it."""

import json
import re
from functools import cache
from importlib.resources import files
from typing import Any, Final

_DOCUMENT: Final = "walletobjects.v1.json"
_ID: Final = re.compile(r"(\d{1,20})\.[\w.-]{1,100}", re.ASCII)
_COLOUR: Final = re.compile(r"#(?:[0-9a-fA-F]{3}|[0-9a-fA-F]{6})")
_INTEGERS: Final = {"int32": 31, "int64": 63}
_MOST: Final = {"messages": 10, "merchantLocations": 10, "textModulesData": 10}
_NEEDED: Final = {
    "LoyaltyClass": ("id", "issuerName", "programName", "programLogo", "reviewStatus"),
    "LoyaltyObject": ("id", "classId", "state"),
}


@cache
def document() -> dict[str, Any]:
    """The discovery document, as far as it is about loyalty cards."""
    place = files("sello.infrastructure.googlewallet.simulator") / "discovery" / _DOCUMENT
    found: dict[str, Any] = json.loads(place.read_text())
    return found


def problems(name: str, value: Any, *, whole: bool) -> list[str]:
    """What is wrong with a body of this schema; `whole`: it makes something, so nothing that is needed may lack."""
    found = list(_unlike({"$ref": name}, value, ""))
    if found or not isinstance(value, dict):
        return found or ["not an object"]
    if whole:
        found += [f"Missing required field: {need}" for need in _NEEDED.get(name, ()) if not value.get(need)]
    return found + _odd(value)


def issuer_of(id_: object) -> str | None:
    """The issuer in an id, or None for what is none."""
    matched = _ID.fullmatch(id_) if isinstance(id_, str) else None
    return matched[1] if matched else None


def _unlike(schema: dict[str, Any], value: Any, place: str) -> list[str]:
    if value is None:
        return []  # in a patch: gone
    if "$ref" in schema:
        return _unlike_object(document()["schemas"][schema["$ref"]], value, place)
    match schema["type"]:
        case "array":
            if not isinstance(value, list):
                return [f"Invalid value at '{place}': not a list"]
            return [one for at, each in enumerate(value) for one in _unlike(schema["items"], each, f"{place}[{at}]")]
        case "object":
            return _unlike_object(schema, value, place)
        case "string":
            known = isinstance(value, str) and value in schema.get("enum", (value,))
            return [] if known and _fits(schema, value) else [f"Invalid value at '{place}'"]
        case "boolean":
            return [] if isinstance(value, bool) else [f"Invalid value at '{place}'"]
        case _:
            number = isinstance(value, int | float) and not isinstance(value, bool)
            return [] if number and _fits(schema, value) else [f"Invalid value at '{place}'"]


def _unlike_object(schema: dict[str, Any], value: Any, place: str) -> list[str]:
    if not isinstance(value, dict):
        return [f"Invalid value at '{place}': not an object"]
    known, found = schema.get("properties", {}), list[str]()
    for name, each in value.items():
        where = f"{place}.{name}" if place else name
        found += _unlike(known[name], each, where) if name in known else [f'Unknown name "{where}": Cannot find field.']
    return found


def _fits(schema: dict[str, Any], value: str | float) -> bool:
    bits = _INTEGERS.get(schema.get("format", ""))
    if bits is None:
        return True
    try:
        return int(value) == float(value) and -(2**bits) <= int(value) < 2**bits
    except ValueError:
        return False


def _odd(value: dict[str, Any]) -> list[str]:
    """What the descriptions say in words."""
    found = [f"Too many {name}" for name, most in _MOST.items() if len(value.get(name) or ()) > most]
    colour = value.get("hexBackgroundColor")
    if colour is not None and not _COLOUR.fullmatch(colour):
        found.append("Invalid hexBackgroundColor")
    for name in ("programLogo", "wideProgramLogo", "heroImage"):
        image = value.get(name)
        if image is not None and ("sourceUri" in image) == ("privateImageId" in image):
            found.append(f"{name}: either sourceUri or privateImageId")
        if image is not None and "sourceUri" in image and not str(image["sourceUri"].get("uri", "")).startswith("http"):
            found.append(f"{name}: no address")
    if "id" in value and issuer_of(value["id"]) is None:
        found.append("Invalid resource ID")
    balances = [(value.get(name) or {}).get("balance") for name in ("loyaltyPoints", "secondaryLoyaltyPoints")]
    found += ["Only one kind of balance" for one in balances if one is not None and len(one) != 1]
    return found + [problem for place in value.get("merchantLocations") or () for problem in _off_earth(place)]


def _off_earth(place: dict[str, Any]) -> list[str]:
    within = abs(place.get("latitude", 91)) <= 90 and abs(place.get("longitude", 181)) <= 180
    return [] if within else ["merchantLocations: no place on earth"]
