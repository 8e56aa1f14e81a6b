"""What follows when an agent says that it has ended."""
