"""The tasks of a run: their states, what can start, how long it took, what is asked for beside the plan."""
