"""From a source to an ordered plan. Pure: nothing here writes, starts a process or knows of a run."""
