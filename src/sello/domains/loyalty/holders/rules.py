"""How often whoever holds a card's link may guess whose it is. Pure."""

from datetime import timedelta
from typing import Final

MOST_PROOFS: Final = 5  # wrong phones in a row ...
LOCKED_FOR: Final = timedelta(minutes=15)  # ... and then none for so long
