"""The numbers of the home page."""
