"""What hooks build on in the client is held by a test that runs it: each comment that names one names one there is."""

from __future__ import annotations

import re

from project import CHECKOUT

CITED = re.compile(r"\b(test_\w+)::(test_\w+)")


def test_the_tests_that_hooks_cite_are_there() -> None:
    files = [*(CHECKOUT / "scripts" / "fanout" / "hooks").rglob("*.py"), CHECKOUT / "hooks" / "start"]
    cited = {(file.name, *pair) for file in files for pair in CITED.findall(file.read_text(encoding="utf-8"))}
    assert len(cited) >= 10
    missing = {
        one for one in cited if f"def {one[2]}(" not in (CHECKOUT / "tests" / "client" / f"{one[1]}.py").read_text()
    }
    assert not missing
