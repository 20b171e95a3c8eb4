"""What sello exists for, one package per domain; a domain uses another's front door only."""
