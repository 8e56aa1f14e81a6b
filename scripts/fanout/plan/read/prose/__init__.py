"""What sentences say: paths, dependencies, statuses, and the words that tell them apart."""
