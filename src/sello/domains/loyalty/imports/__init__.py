"""Moving in: files of customers and visits, read line by line into people, visits and located problems."""
