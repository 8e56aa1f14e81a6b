"""The pinned client and its sessions, as tests/client has them."""

from __future__ import annotations

import pytest
from client.conftest import client, pytest_collection_modifyitems, start

from dev import texts

__all__ = ["client", "pytest_collection_modifyitems", "start"]


@pytest.fixture(scope="session")
def told() -> list[texts.Text]:
    """Every text of the checkout that reaches a reader."""
    return texts.texts()
