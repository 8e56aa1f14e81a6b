"""Text with its places: Markdown, front matter, JSON with comments, fields, labelled sections."""
