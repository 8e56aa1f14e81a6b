from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from engines.bench import Bench


@pytest.fixture
def bench(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Bench]:
    """bench({task: {...}}, files={...}) -> a run in git whose attempts a test plays."""
    monkeypatch.setenv("FANOUT_DATA_DIR", str(tmp_path / "data"))
    return lambda tasks, files=None: Bench(tmp_path / "project", tasks, files or {})
