"""The days and hours behind the home page's numbers, and who is slipping away."""
