"""What loyalty keeps about a person: cards, ledgers, rewards and their hand-overs. The whole is `customer.Persons`."""
