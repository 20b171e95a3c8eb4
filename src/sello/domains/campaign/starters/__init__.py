"""A library of texts to begin with, in Spanish and English: what a shop would otherwise have to think of."""
