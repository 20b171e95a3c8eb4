"""Pages that have to be there without a program: HTML from our one template, with its style inside and no script.

Whatever is set into them is text, escaped by the template. A page can be saved or printed and stays whole.
"""

from sello.infrastructure.pages.drawing import Card, Clause, Drawn, Link, Page, Quote, Sign, draw, lost
from sello.infrastructure.pages.texts import Text, Texts

__all__ = ["Card", "Clause", "Drawn", "Link", "Page", "Quote", "Sign", "Text", "Texts", "draw", "lost"]
