"""Cards in the phone follow the ledger: what changed is noted under a tag, then every phone that shows it is told."""
