"""What analytics keeps about a person: their days and their summary, ids and numbers alone."""
