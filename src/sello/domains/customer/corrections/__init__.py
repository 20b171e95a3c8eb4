"""Putting right what the shop has written down about somebody: name, birthday, phone.

A new phone changes nothing until it was said at the counter: whoever types a number has not proven that it is theirs.
"""
