"""The real Claude Code client, started hermetically against a scripted model on loopback: for tests, demo and self-test."""
