"""What happened at the shop lately, from its facts, with the names of those it is about."""
