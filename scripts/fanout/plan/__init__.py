"""From a source to an ordered plan. Pure: nothing here opens a file, starts a process or knows of a run."""
