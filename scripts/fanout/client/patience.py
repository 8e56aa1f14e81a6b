"""How long is waited for what a client is to do."""

from __future__ import annotations

PATIENCE = 90.0  # seconds until something that did not happen is called missing
