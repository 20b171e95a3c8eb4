"""What campaigns keep about a person: what was sent to them and what came of it, ids and moments alone."""
