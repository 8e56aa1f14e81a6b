"""What becomes of changes: commits, undo, discard, the work trees of isolated tasks."""
