"""Launches that no plan asked for: lone agents that get a sibling, and workers that take a name."""
