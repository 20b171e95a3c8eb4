"""Reward rules in words: what a shop's rules say to its customers, in Spanish first."""

from sello.domains.business.wording.rules import day_in_words, full_sentence, rules_in_words, soles, stamps_in_words

__all__ = ["day_in_words", "full_sentence", "rules_in_words", "soles", "stamps_in_words"]
