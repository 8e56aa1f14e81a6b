"""The pinned client and its sessions, as tests/client has them."""

from __future__ import annotations

from client.conftest import client, pytest_collection_modifyitems, start

__all__ = ["client", "pytest_collection_modifyitems", "start"]
