"""Whom each kind of trigger means, and for which occasion: one set of statements for plans, estimates and answers."""
