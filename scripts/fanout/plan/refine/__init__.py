"""What an agent that read the list and the project adds to it: a side file, checked, applied, and what it is asked for."""
