"""What people and models read of a plan or a run: text, JSON, Mermaid, HTML."""
