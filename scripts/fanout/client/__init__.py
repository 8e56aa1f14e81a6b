"""The real Claude Code client, started hermetically against a scripted model: for tests, demo and self-test."""
