"""What is checked at the edge before anything else sees it."""

from sello.shared.validation.body import Body, Email, Lines, Moment, Name, Reason, Words
from sello.shared.validation.ids import plausible_id
from sello.shared.validation.names import first_name, fold
from sello.shared.validation.phones import last_three, peruvian_mobile

__all__ = [
    "Body",
    "Email",
    "Lines",
    "Moment",
    "Name",
    "Reason",
    "Words",
    "first_name",
    "fold",
    "last_three",
    "peruvian_mobile",
    "plausible_id",
]
