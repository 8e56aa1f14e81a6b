"""The fast door: one function for each hook event. Standard library only, Python 3.9 or newer."""
