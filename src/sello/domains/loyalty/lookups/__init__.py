"""Cards and customers as the counter finds them: by code, by digits, by name. Reads only."""
