"""Fixtures for every test: a project, and no trace of a client that the tests may run in."""

from __future__ import annotations

import gc
import itertools
import os
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings
from mounts import mounted
from project import Project

from fanout.run.store import case_folding

settings.register_profile("fanout", deadline=None)  # a machine at work is no defect
settings.load_profile("fanout")


SLOW = frozenset(
    Path(__file__).with_name("slow.txt").read_text(encoding="utf-8").split()
)  # by scripts/dev/slow_tests.py
LONG_TABLE = 24  # cases of one test
ONE_IN = 4  # of a long table
NUMBERS = itertools.count()


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Marks as slow, which `scripts/dev/test --fast` leaves out: what was measured to be, and of a test with a long table, or
    one marked `sampled(n)`, all but the first case and every n-th after it."""
    cases = Counter(map(_test_of, items))
    met: Counter[str] = Counter()
    for item in items:
        name = _test_of(item)
        mark = item.get_closest_marker("sampled")
        one_in = mark.args[0] if mark else ONE_IN if cases[name] > LONG_TABLE else 1
        if met[name] % one_in or name in SLOW:
            item.add_marker(pytest.mark.slow)
        met[name] += 1


def pytest_collection_finish() -> None:
    """The collected tests live to the end: the collector need not look through all of them again and again."""
    gc.collect()
    gc.freeze()


def _test_of(item: pytest.Item) -> str:
    return item.nodeid.split("[")[0]


@pytest.fixture
def project(tmp_path: Path) -> Project:
    path = tmp_path / "project"
    path.mkdir()
    return Project(path)


@pytest.fixture(scope="session", autouse=True)
def _data(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """What is held outside a work tree stays out of the home folder of whoever runs the tests."""
    data = tmp_path_factory.mktemp("data")
    os.environ["FANOUT_DATA_DIR"] = str(data)
    yield data
    del os.environ["FANOUT_DATA_DIR"]


@pytest.fixture(autouse=True)
def _data_dir(_data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """And out of other tests'."""
    monkeypatch.setenv("FANOUT_DATA_DIR", str(_data / str(next(NUMBERS))))


@pytest.fixture(autouse=True)
def _no_session(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Whoever runs the tests may do so inside a client: its variables are not ours."""
    for name in [name for name in os.environ if name.startswith(("CLAUDE", "ANTHROPIC"))]:
        monkeypatch.delenv(name)
    yield


@pytest.fixture(scope="session")
def folding_mount() -> Iterator[Path]:
    """A file system that does not tell case and normalisation apart. Skips where none can be mounted."""
    with mounted() as mount:
        yield mount


@pytest.fixture(scope="session")
def mount_without_maps() -> Iterator[Path]:
    """A file system whose files' memory can't be shared. Skips where none can be mounted."""
    with mounted("direct") as mount:
        yield mount


@pytest.fixture(params=["forced", "mounted"])
def folding(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder whose names fold: as fanout is told where they do not, so that a folded name names nothing; and really."""
    if request.param == "forced":
        monkeypatch.setenv(case_folding.FORCED, case_folding.CAPITALS)
        return tmp_path
    place = request.getfixturevalue("folding_mount") / tmp_path.name
    place.mkdir()
    return Path(place)
