"""Who changed a file, in the real client: owners write while a sibling's command runs and hooks are slow.

The command changes a file of a sibling's in some sessions. Every sentence is checked against that: see
benchmarks/who_changed_client.py.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from project import benchmark
from scale import SCALE, few

SESSIONS = few(range(3 * SCALE), 1)
who_changed = benchmark("who_changed_client")


@pytest.mark.client
@pytest.mark.slow
@pytest.mark.parametrize("seed", SESSIONS)
def test_no_word_is_wrong_and_no_overwrite_passes(client: Path, tmp_path: Path, seed: int) -> None:
    assert who_changed.judged(tmp_path, seed, client).wrong == []
