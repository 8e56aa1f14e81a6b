"""Free Markdown as an outline: which headings, boxes and items are tasks, which are steps, criteria or groups."""
