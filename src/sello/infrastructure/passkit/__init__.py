"""Apple Wallet: passes that are drawn and signed here, pushes that tell phones of them, and what plays both."""
