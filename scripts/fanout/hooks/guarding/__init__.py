"""What the guard decides with: who may write a path, what a command line or an MCP tool would do."""
