"""What agents changed: bytes kept before a change, what was written and by whom, patches."""
