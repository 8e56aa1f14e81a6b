"""One module a format: detects it, reads it, and marks a task in it. Registered by hand in registry.py."""
