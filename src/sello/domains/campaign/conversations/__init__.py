"""A customer's messages in one list, campaigns' and our answers, and how they can be reached. Reads alone."""
