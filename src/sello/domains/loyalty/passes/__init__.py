"""Cards in Apple's Wallet: issued, built from the ledger when somebody asks for them, handed out."""
