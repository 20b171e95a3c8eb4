"""Peruvian mobiles in E.164."""

import phonenumbers

from sello.shared.errors import Refused


def peruvian_mobile(text: str) -> str:
    """`987 654 321`, `51987654321`, `0051 987-654-321` and the like as `+51987654321`.

    Raises Refused `phone_invalid` for anything that is not a Peruvian mobile (^\\+519\\d{8}$).
    """
    try:
        number = phonenumbers.parse(text, "PE")
    except phonenumbers.NumberParseException as error:
        raise Refused("phone_invalid") from error
    e164 = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
    mobile = phonenumbers.number_type(number) == phonenumbers.PhoneNumberType.MOBILE
    if not (mobile and e164.startswith("+519") and len(e164) == 12):
        raise Refused("phone_invalid")
    return e164


def last_three(phone: str) -> str:
    """The digits a person says at the counter instead of the whole number."""
    return phone[-3:]
