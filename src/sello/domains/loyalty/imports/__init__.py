"""Moving in: files of customers and visits, read line by line into people, visits and located problems, then written.

Nothing of a wrong line is used, and nothing of a file with wrong lines unless the shop says so.
"""
