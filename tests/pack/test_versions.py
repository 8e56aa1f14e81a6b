"""One version everywhere."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from project import CHECKOUT

from dev import versions


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    for place in (*versions.MANIFESTS, versions.CHANGELOG, ".claude-plugin/marketplace.json"):
        target = tmp_path / place
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(CHECKOUT / place, target)
    return tmp_path


def test_every_place_says_the_same() -> None:
    assert versions.problems() == []


def test_a_written_version_stands_in_both_manifests_and_nothing_else_changes(copy: Path) -> None:
    versions.write("9.8.7", copy)
    for name in versions.MANIFESTS:
        before, after = (json.loads((top / name).read_text()) for top in (CHECKOUT, copy))
        assert after == before | {"version": "9.8.7"}
    assert versions.problems(copy) == [
        f"CHANGELOG.md says {versions.stated()['CHANGELOG.md']}, " + FIRST + " says 9.8.7"
    ]


FIRST = ".claude-plugin/plugin.json"


@pytest.mark.parametrize(
    ("version", "said"), [("1.0", "1.0: a version is MAJOR.MINOR.PATCH"), ("v1.0.0", "v1.0.0: a version is MAJOR")]
)
def test_what_is_no_version_is_named(copy: Path, version: str, said: str) -> None:
    versions.write(version, copy)
    assert any(said in line for line in versions.problems(copy))


def test_a_version_in_the_marketplace_is_named(copy: Path) -> None:
    place = copy / ".claude-plugin" / "marketplace.json"
    document = json.loads(place.read_text())
    document["plugins"][0]["version"] = "3.0.0"
    place.write_text(json.dumps(document))
    assert "marketplace.json gives spec a version of its own: leave it to the manifest" in versions.problems(copy)
