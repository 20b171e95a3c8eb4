"""Who worked at which till when, for the owner. `sessions` writes it when somebody signs in."""
