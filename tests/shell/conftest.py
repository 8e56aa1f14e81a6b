from __future__ import annotations

from pathlib import Path

import pytest
from shell import repos, scratch


@pytest.fixture(scope="session")
def tree(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The standard tree, to be copied."""
    root = tmp_path_factory.mktemp("tree") / "project"
    root.mkdir()
    scratch.build(root)
    return root


@pytest.fixture(scope="session")
def repository(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The standard repository, to be copied."""
    root = tmp_path_factory.mktemp("repository") / "project"
    repos.base(root)
    return root
