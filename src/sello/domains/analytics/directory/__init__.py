"""The shop's customers as its owner looks through them: by group, in an order, a page at a time, or as a file.

Reads what customer, loyalty and `counts` keep, and writes nothing but the audit log.
"""
