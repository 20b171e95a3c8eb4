"""pass.json of a store card, every key of it: one that is misspelt, or of another kind of pass, is refused."""

import re
from collections.abc import Iterator
from datetime import datetime
from typing import Annotated, Final, Literal

import msgspec

from sello.infrastructure.passkit.simulator.signature import Refusal

_COLOUR: Final = re.compile(r"rgb\((\d{1,3}), ?(\d{1,3}), ?(\d{1,3})\)")
_HEADERS, _FRONT, _PLACES = 3, 4, 10

Text = Annotated[str, msgspec.Meta(min_length=1, max_length=5000)]
Latitude = Annotated[float, msgspec.Meta(ge=-90, le=90)]
Longitude = Annotated[float, msgspec.Meta(ge=-180, le=180)]
Style = Literal["PKDateStyleNone", "PKDateStyleShort", "PKDateStyleMedium", "PKDateStyleLong", "PKDateStyleFull"]
Alignment = Literal["PKTextAlignmentLeft", "PKTextAlignmentCenter", "PKTextAlignmentRight", "PKTextAlignmentNatural"]


class _Strict(msgspec.Struct, frozen=True, forbid_unknown_fields=True, rename="camel"):
    """Of the keys named, and no others."""


class Field(_Strict, frozen=True):
    """One field. `change_message` is what the lock screen says when its value is another."""

    key: Text
    value: str | int | float
    label: str | None = None
    change_message: str | None = None
    attributed_value: str | int | float | None = None
    text_alignment: Alignment | None = None
    date_style: Style | None = None
    time_style: Style | None = None
    is_relative: bool | None = None
    ignores_time_zone: bool | None = None
    currency_code: str | None = None
    number_style: str | None = None
    data_detector_types: list[str] | None = None
    semantics: dict[str, object] | None = None


class StoreCard(_Strict, frozen=True):
    """The fields of a store card, by their place."""

    header_fields: list[Field] = []
    primary_fields: list[Field] = []
    secondary_fields: list[Field] = []
    auxiliary_fields: list[Field] = []
    back_fields: list[Field] = []

    def fields(self) -> Iterator[Field]:
        """All of them."""
        for place in (
            self.header_fields, self.primary_fields, self.secondary_fields, self.auxiliary_fields, self.back_fields
        ):  # fmt: skip
            yield from place


class Barcode(_Strict, frozen=True):
    """What the counter reads."""

    format: Literal["PKBarcodeFormatQR", "PKBarcodeFormatPDF417", "PKBarcodeFormatAztec", "PKBarcodeFormatCode128"]
    message: Text
    message_encoding: str
    alt_text: str | None = None


class Place(_Strict, frozen=True):
    """Where the card shows itself."""

    latitude: Latitude
    longitude: Longitude
    altitude: float | None = None
    relevant_text: str | None = None


class PassJson(_Strict, frozen=True):
    """The whole file. Camel case would write webServiceUrl where Apple writes webServiceURL."""

    format_version: Literal[1]
    pass_type_identifier: Text
    serial_number: Text
    team_identifier: Text
    organization_name: Text
    description: Text
    store_card: StoreCard
    web_service_url: str | None = msgspec.field(default=None, name="webServiceURL")
    authentication_token: str | None = None
    logo_text: str | None = None
    foreground_color: str | None = None
    background_color: str | None = None
    label_color: str | None = None
    barcode: Barcode | None = None
    barcodes: list[Barcode] = []
    locations: list[Place] = []
    max_distance: float | None = None
    expiration_date: datetime | None = None
    relevant_date: datetime | None = None
    voided: bool = False
    sharing_prohibited: bool = False
    suppress_strip_shine: bool = True
    grouping_identifier: str | None = None
    app_launch_url: str | None = msgspec.field(default=None, name="appLaunchURL")
    associated_store_identifiers: list[int] = []
    user_info: dict[str, object] | None = None
    semantics: dict[str, object] | None = None


def check_content(content: PassJson) -> None:
    """Refuse (Refusal) what the types cannot: what a phone would draw over, cut off or leave out."""
    card = content.store_card
    keys = [field.key for field in card.fields()]
    if len(set(keys)) != len(keys):
        raise Refusal("two fields have the same key")
    if len(card.header_fields) > _HEADERS or len(card.primary_fields) > 1:
        raise Refusal("more header or primary fields than a store card shows")
    if len(card.secondary_fields) + len(card.auxiliary_fields) > _FRONT:
        raise Refusal("more than four secondary and auxiliary fields")
    if len(content.locations) > _PLACES:
        raise Refusal("more than ten locations")
    for field in card.fields():
        if field.change_message is not None and "%@" not in field.change_message:
            raise Refusal(f"changeMessage of {field.key} has no %@")
    for name in ("foreground_color", "background_color", "label_color"):
        colour = getattr(content, name)
        found = _COLOUR.fullmatch(colour) if colour is not None else None
        if colour is not None and (found is None or any(int(part) > 255 for part in found.groups())):
            raise Refusal(f"{name} is no colour: {colour}")
