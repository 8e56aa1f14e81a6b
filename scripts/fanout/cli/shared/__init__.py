"""What several commands share: the project, settings, progress, starting and planning again."""
