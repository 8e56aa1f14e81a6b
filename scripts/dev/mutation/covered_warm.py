"""tests/warm.py, covered: each `fanout` that a test runs writes the lines it executes under that test's name."""

from __future__ import annotations

import os
import sys
from pathlib import Path

TOP = Path(__file__).resolve().parents[3]


def interpreter() -> str:
    """This environment has coverage beside the planner's packages."""
    return sys.executable


def main(address: str) -> None:
    sys.path[:0] = [str(TOP / "tests")]
    import coverage  # noqa: F401 - once, for all that are forked
    import warm

    become = warm.become

    def covered(request: dict[str, object], streams: list[int]) -> None:
        env = request["env"]
        assert isinstance(env, dict)
        if env.get("FANOUT_COVER"):
            _cover(env["FANOUT_COVER"], env.get("PYTEST_CURRENT_TEST", "").rpartition(" (")[0])
        become(request, streams)

    warm.become = covered
    warm.serve(address)


def _cover(folder: str, test: str) -> None:
    """Until the process ends, which it does by os._exit."""
    import coverage

    place = f"{folder}/coverage.fanout.{os.getpid()}"
    measured = coverage.Coverage(data_file=place, source=[str(TOP / "scripts/fanout")], context=test, config_file=False)
    end = os._exit

    def ended(code: int) -> None:
        measured.stop()
        measured.save()
        end(code)

    os._exit = ended  # type: ignore[assignment]
    measured.start()


if __name__ == "__main__":
    main(sys.argv[1])
