"""git command lines: what a command names, what it reaches, and what it would do to others' work."""
