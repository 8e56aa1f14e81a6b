"""What was missing, in a line for others than the agent."""

from __future__ import annotations

import pytest

from fanout.run.evidence import gaps

LINES = {
    "`x` exited 1:\nImportError: No module named 'tests.test_yaml'\nRan 1 test\nFAILED (errors=1)": (
        "`x` exited 1: ImportError: No module named 'tests.test_yaml'"
    ),
    "`x` exited 1:\na\nTypeError: b is no number\n\n1 failing": "`x` exited 1: TypeError: b is no number",
    "`x` exited 127:\nsh: 1: x: not found": "`x` exited 127: sh: 1: x: not found",
    "`x` exited 1:\nok 1\n2 errors": "`x` exited 1: 2 errors",
    "a.txt is missing.": "a.txt is missing",
    **{
        f"`x` exited 1:\nfirst\n{line}\nin all 3 of 4": f"`x` exited 1: {line}"
        for line in (
            "java.lang.IllegalStateException: closed",
            "Exception: closed",
            "Cannot find module './a'",
            "main.rs:1: error: cannot find value `a`",
            "command not found: tsc",
            "thread 'main' panicked at src/main.rs:1",
            "./main.go:3:2: undefined: a",
            "No module named a",
        )
    },
}


@pytest.mark.parametrize("found", LINES)
def test_of_an_output_the_line_that_tells_most(found: str) -> None:
    assert gaps.in_a_line(gaps.Gap(found, "Fix it.")) == LINES[found]
