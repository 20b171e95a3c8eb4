"""Reward rules in words: what a shop's rules say to its customers, in Spanish first. Owns no table."""

from sello.domains.business.wording.rules import Language, rules_in_words, soles

__all__ = ["Language", "rules_in_words", "soles"]
