"""What agents changed: bytes kept before a change, what was written, commits, undo, patches."""
