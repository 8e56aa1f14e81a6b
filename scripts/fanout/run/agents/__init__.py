"""Whoever may write: agents, what they have claimed, the client process and the team behind them."""
