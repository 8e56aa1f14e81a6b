"""The state of runs: the SQLite journal and what is decided from it. Standard library only, Python 3.9 or newer."""
