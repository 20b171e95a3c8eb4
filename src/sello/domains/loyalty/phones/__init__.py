"""Apple's web service for passes: phones register, ask what has changed, fetch it, and say what is wrong."""
