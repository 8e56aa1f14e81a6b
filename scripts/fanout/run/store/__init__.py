"""Where state lives and how it is kept: the folder, the database, paths, events. Imports nothing of the other rooms."""
