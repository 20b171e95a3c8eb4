"""Single cells of a file: a phone, a day, a moment, an amount, a number of stamps, each read or refused with a reason.

Pure. `imports` puts them together to people and visits.
"""
