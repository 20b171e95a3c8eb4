"""What the holder of a card's link may ask for themselves: their rights, and a copy of everything.

The link alone shows what the card's page shows. A copy shows more, so whoever asks for one also says the whole number
of the phone on the card.
"""
