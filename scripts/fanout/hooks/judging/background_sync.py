"""Starts the slow door beside the hook, to mark results and plan the rest again. Nobody waits for it."""

from __future__ import annotations

import os


def begin(root: str, run: str) -> None:
    """Detached; a failure is in the journal and does not concern the agent."""
    import subprocess

    from fanout.run.evidence import command

    checkout = os.path.dirname(
        os.path.dirname(os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__)))))
    )
    try:
        subprocess.Popen(
            [command.shell(), os.path.join(checkout, "bin", "fanout"), "sync", run],
            cwd=root,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
    except OSError:
        pass
