"""Finding out: messages whose answer was lost are looked for at the provider; its list and ours agree every night."""
