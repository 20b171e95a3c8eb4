"""States of a shop that the list of all shops can be narrowed to. Pure."""

from typing import Literal

ShopState = Literal["open", "suspended", "closed"]
