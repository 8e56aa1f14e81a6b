"""What --fast leaves out because it was measured to be slow."""

import re

from project import CHECKOUT

from dev import slow_tests

PRINTED = """
============ slowest durations ============
0.05s call     tests/a/test_b.py::test_setup_counts
0.06s setup    tests/a/test_b.py::test_setup_counts
0.90s call     tests/a/test_b.py::test_one_case_is_no_measure[a b]
0.01s call     tests/a/test_b.py::test_one_case_is_no_measure[c]
0.02s call     tests/a/test_b.py::test_one_case_is_no_measure[d]
0.10s call     tests/a/test_b.py::test_at_the_limit
0.11s call     tests/a/test_b.py::TestClass::test_in_a_class[x::y]
3 passed in 1.30s
"""


def test_a_function_is_slow_when_the_median_of_its_cases_is():
    assert slow_tests.slow(PRINTED.splitlines()) == [
        "tests/a/test_b.py::TestClass::test_in_a_class",
        "tests/a/test_b.py::test_setup_counts",
    ]


def test_each_name_of_the_list_is_a_test():
    gone = [name for name in slow_tests.LIST.read_text(encoding="utf-8").split() if not _stands(name)]
    assert gone == [], "write the list anew: python scripts/dev/slow_tests.py --help"


def _stands(name: str) -> bool:
    path, *_, function = name.split("::")
    file = CHECKOUT / path
    return file.is_file() and re.search(rf"def {function}\b", file.read_text(encoding="utf-8")) is not None
