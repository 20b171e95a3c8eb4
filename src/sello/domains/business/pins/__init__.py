"""PINs: who stands at a shared till right now.

Writes the tables pins, pin_tries and pin_shop_tries. A PIN works on an enrolled till alone and gives staff's powers
alone.
"""

from sello.domains.business.pins.actions import drop_pin, set_pin

__all__ = ["drop_pin", "set_pin"]
