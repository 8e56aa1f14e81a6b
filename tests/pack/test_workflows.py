"""What runs at the hosting site: well-formed, and made of commands that exist here."""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest
import yaml
from project import CHECKOUT

FILES = sorted((CHECKOUT / ".github" / "workflows").glob("*.yml"))


def runs(path: Path) -> list[str]:
    jobs = yaml.safe_load(path.read_text())["jobs"].values()
    return [step["run"] for job in jobs for step in job["steps"] if "run" in step]


def test_all_are_there() -> None:
    assert [path.stem for path in FILES] == ["ci", "nightly", "platforms", "release"]


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_every_step_uses_an_action_or_runs_what_is_here(path: Path) -> None:
    document = yaml.safe_load(path.read_text())
    assert document["permissions"] in ({"contents": "read"}, {"contents": "write"})
    for job in document["jobs"].values():
        assert all(("uses" in step) != ("run" in step) for step in job["steps"])
    for script in re.findall(r"(?:scripts/dev/\w+\.py|\./\.ci/\w+)", "\n".join(runs(path))):
        assert (CHECKOUT / script).exists(), script
        assert not script.startswith("./") or os.access(CHECKOUT / script, os.X_OK)


def test_a_release_needs_the_tests_and_the_tags_version() -> None:
    steps = runs(CHECKOUT / ".github" / "workflows" / "release.yml")
    order = [
        next(i for i, step in enumerate(steps) if word in step) for word in ("versions.py", ".ci/run", "gh release")
    ]
    assert order == sorted(order)
