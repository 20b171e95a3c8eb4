"""How somebody signed in on a till. Pure."""

from typing import Literal

SignInMeans = Literal["password", "pin"]
