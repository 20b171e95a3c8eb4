"""Our answers to what people write: each at most once, inside the window that their message opened.

Writes replies. `card.typ` draws a card with its stamps, as a chat shows it.
"""
