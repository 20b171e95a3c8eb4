"""Pages as HTML: those that have to be there without a program, from our one template, and the built web apps.

Whatever is set into them is text, escaped by the template. A page of the first kind has its style inside and no
script: it can be saved or printed and stays whole.
"""

from sello.infrastructure.pages.built import BuiltPages, Summary, WebFile, app_policy
from sello.infrastructure.pages.drawing import Card, Clause, Drawn, Link, Page, Quote, Sign, draw, lost, trouble
from sello.infrastructure.pages.texts import Text, Texts

__all__ = [
    "BuiltPages", "Card", "Clause", "Drawn", "Link", "Page", "Quote", "Sign", "Summary", "Text", "Texts", "WebFile",
    "app_policy", "draw", "lost", "trouble",
]  # fmt: skip
