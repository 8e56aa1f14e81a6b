# ruff: noqa: RUF001 - signs as the tools print them
"""Of a check's output the lines that tell what failed, for the tools that projects check themselves with."""

from __future__ import annotations

import pytest

from fanout.run.evidence import gaps, telling_lines

WHOLE = "first\n" + "x" * (telling_lines.SHOWN - 6)
ONE_LINE = "y" * (telling_lines.SHOWN + 10)


@pytest.mark.parametrize(
    ("output", "shown"),
    [
        (b"", ""),
        (b"\n one\ntwo \n\n", "one\ntwo"),
        (WHOLE.encode(), WHOLE),
        (WHOLE.encode() + b"x", "x" * (telling_lines.SHOWN - 5)),
        (ONE_LINE.encode(), "y" * telling_lines.SHOWN),
        (b"caf\xe9\n", "caf\ufffd"),
        (b"\x1b[31mred\x1b[0m\n", "red"),
    ],
)
def test_a_short_output_is_shown_whole_else_its_last_lines(output: bytes, shown: str) -> None:
    assert telling_lines.of(output) == shown


def many(line: str, count: int = 30) -> str:
    return "".join(f"{line.format(n=number)}\n" for number in range(1, count + 1))


TAP_PASS = "# Subtest: part {n}\nok {n} - part {n}\n  ---\n  duration_ms: 1.5\n  ..."
TAP_END = (
    "1..61\n# tests 61\n# suites 0\n# pass 60\n# fail 1\n# cancelled 0\n# skipped 0\n# todo 0\n# duration_ms 3550.9\n"
)
TAP = (
    "TAP version 13\n"
    + many(TAP_PASS)
    + "# Subtest: weigh 31\nnot ok 31 - weigh 31\n  ---\n  duration_ms: 2\n  failureType: 'testCodeFailure'\n  error: |-\n"
    "    Expected values to be strictly equal:\n    3 !== 4\n  code: 'ERR_ASSERTION'\n  ...\n"
    + many(TAP_PASS)
    + "not ok 62 - later # TODO weigh more\n"
    + TAP_END
)
SPEC = many("✔ part {n} (0.4ms)", 60) + (
    "✖ weigh 31 (1.2ms)\nℹ tests 61\nℹ fail 1\n\n✖ failing tests:\n\ntest at test/scale.test.js:3:1\n✖ weigh 31 (1.2ms)\n"
    "  AssertionError [ERR_ASSERTION]: 3 == 4\n      at TestContext.<anonymous> (file:///p/test/scale.test.js:3:60)\n"
)
JEST = (
    many("PASS test/part{n}.test.js")
    + "FAIL test/scale.test.js\n  ● scale › weighs\n\n    expect(received).toBe(expected)\n\n    Expected: 4\n    Received: 3\n\n"
    + many("      at frame{n} (node_modules/runner/lib/{n}.js:3:1)")
    + "\nTest Suites: 1 failed, 30 passed, 31 total\nTests:       1 failed, 60 passed, 61 total\nTime:        1.9 s\n"
)
VITEST = (
    many(" ✓ test/part{n}.test.ts (2 tests) 3ms")
    + " ❯ test/scale.test.ts (2 tests | 1 failed) 8ms\n   × weighs 5ms\n     → expected 3 to be 4\n\n"
    " FAIL  test/scale.test.ts > weighs\nAssertionError: expected 3 to be 4\n"
    + many("    at step{n} test/scale.test.ts:{n}:2")
    + " Test Files  1 failed | 30 passed (31)\n   Duration  812ms\n"
)
PYTEST = (
    many("tests/test_part{n}.py ....")
    + "____________ test_weighs ____________\n\n    def test_weighs():\n>       assert weigh(1) == 4\nE       assert 3 == 4\n\n"
    + many("captured line {n}")
    + "FAILED tests/test_scale.py::test_weighs - assert 3 == 4\n1 failed, 120 passed in 0.61s\n"
)
PYTEST_BARE = (
    many("tests/test_part{n}.py ....")
    + "____________ test_weighs ____________\n\n>       assert weigh(1) == 4\nE       assert 3 == 4\n\n"
    + many("captured line {n}")
    + "1 failed, 120 passed in 0.61s\n"
)
UNITTEST = (
    "F"
    + "." * 60
    + "\nFAIL: test_weighs (tests.test_scale.Scale)\nTraceback (most recent call last):\n"
    + many('  File "scale.py", line {n}, in weigh{n}')
    + "AssertionError: 3 != 4\n\nRan 61 tests in 0.1s\n\nFAILED (failures=1)\n"
)
GO = (
    many("ok  \texample.org/part{n}\t0.01s")
    + "--- FAIL: TestWeigh (0.00s)\n    scale_test.go:9: got 3, want 4\nFAIL\nFAIL\texample.org/scale\t0.02s\n"
    + many("ok  \texample.org/rest{n}\t0.01s")
    + "FAIL\n"
)
CARGO = (
    many("test parts::part{n} ... ok")
    + "test scale::weighs ... FAILED\n\nfailures:\n\n---- scale::weighs stdout ----\nthread 'scale::weighs' panicked at "
    "src/scale.rs:9:5:\nassertion failed: three is not four\n\nfailures:\n    scale::weighs\n\n"
    + many("note: part {n}")
    + "test result: FAILED. 30 passed; 1 failed; 0 ignored\n\nerror: test failed, to rerun pass `--lib`\n"
)
TSC = "src/scale.ts(9,3): error TS2322: Type 'string' is not assignable to type 'number'.\n" + many(
    "  The expected type of part {n} comes from here", 40
)
ESLINT = (
    many("/p/src/part{n}.js\n  {n}:1  warning  Unexpected console statement  no-console")
    + "/p/src/scale.js\n  9:3  error  'gram' is not defined  no-undef\n\n"
    + many("/p/src/rest{n}.js\n  {n}:1  warning  Unexpected console statement  no-console")
    + "✖ 61 problems (1 error, 60 warnings)\n"
)
MAKE = (
    many("cc -c part{n}.c")
    + "scale.c:9:5: error: 'gram' undeclared\n"
    + many("  in expansion {n}", 40)
    + "make: *** [Makefile:3: scale.o] Error 1\n"
)
PROGRAM = many("weighed part {n}") + "scale: expected 4 grams, got 3\n" + "make: *** [Makefile:3: check] Error 1\n"
GRADLE = (
    many("PartTest > part{n}() PASSED")
    + ("ScaleTest > weighs() FAILED\n    org.opentest4j.AssertionFailedError: expected: <4> but was: <3>\n")
    + many("RestTest > rest{n}() PASSED")
    + "BUILD FAILED in 3s\n"
)

OUTPUTS = {
    "tap": (TAP, "not ok 31 - weigh 31: error: Expected values to be strictly equal:", "3 !== 4"),
    "node": (SPEC, "✖ weigh 31 (1.2ms)", "AssertionError [ERR_ASSERTION]: 3 == 4"),
    "jest": (JEST, "● scale › weighs", "Received: 3"),
    "vitest": (VITEST, "× weighs 5ms", "AssertionError: expected 3 to be 4"),
    "pytest": (PYTEST, "FAILED tests/test_scale.py::test_weighs - assert 3 == 4", "E       assert 3 == 4"),
    "pytest-bare": (
        PYTEST_BARE,
        "____________ test_weighs ____________: E       assert 3 == 4",
        ">       assert weigh",
    ),
    "unittest": (
        UNITTEST,
        "FAIL: test_weighs (tests.test_scale.Scale): AssertionError: 3 != 4",
        "AssertionError: 3 != 4",
    ),
    "go": (GO, "--- FAIL: TestWeigh (0.00s): scale_test.go:9: got 3, want 4", "got 3, want 4"),
    "cargo": (
        CARGO,
        "test scale::weighs ... FAILED: thread 'scale::weighs' panicked at src/scale.rs:9:5: assertion failed: three is not "
        "four",
        "assertion failed: three",
    ),
    "tsc": (TSC, "src/scale.ts(9,3): error TS2322: Type 'string' is not assignable to type 'number'.", "error TS2322"),
    "eslint": (ESLINT, "9:3  error  'gram' is not defined  no-undef", "'gram' is not defined"),
    "make": (MAKE, "scale.c:9:5: error: 'gram' undeclared", "scale.c:9:5"),
    "program": (PROGRAM, "scale: expected 4 grams, got 3", "scale: expected 4 grams"),
    "gradle": (
        GRADLE,
        "ScaleTest > weighs() FAILED: org.opentest4j.AssertionFailedError: expected: <4> but was: <3>",
        "<3>",
    ),
}


@pytest.mark.parametrize("tool", OUTPUTS)
def test_what_failed_is_shown_and_is_the_reason(tool: str) -> None:
    output, reason, detail = OUTPUTS[tool]
    shown = telling_lines.of(output.encode())
    assert detail in shown
    assert len(shown) <= telling_lines.ROOM + 60
    assert gaps.in_a_line(gaps.Gap(f"`check` exited 1:\n{shown}", "Fix it.")) == f"`check` exited 1: {reason}"


def test_of_many_failures_the_names_of_the_first_stand_with_what_failed_in_them() -> None:
    output = many("not ok {n} - part {n}\n  error: 'no {n}'\n  at: somewhere\n  more: of it", 40) + TAP_END
    shown = telling_lines.of(output.encode())
    assert [name in shown for name in ("not ok 1 -", "not ok 2 -", "not ok 9 -", "no 1'", "no 2'", "not ok 40")] == [
        *(True, True, True, True, True, False)
    ]


def test_errors_in_a_log_leave_room_for_the_end() -> None:
    output = "Error: tried again\n" * 60 + many("step {n}") + "gave up: no answer\n"
    shown = telling_lines.of(output.encode())
    assert shown.endswith("gave up: no answer") and "Error: tried again" in shown


@pytest.mark.parametrize(
    "line", ["ok 3 - error handling", "0 errors", "test result: ok. 3 passed", "not ok 4 - x # SKIP", "✖ 3 problems"]
)
def test_what_names_no_failure_is_not_taken_for_one(line: str) -> None:
    assert not telling_lines.TEST.match(line) and not telling_lines.ERROR.match(line)
