"""A server that one agent starts, and a sibling that goes for it by pattern, by port, by number, in the real client."""

from __future__ import annotations

import socket
import sys
from pathlib import Path

from client.plugin import Start, with_plugin
from project import Project

from fanout.client.script import Cast, Worker

TASKS = [{"id": "01", "writes": ["one.txt"]}, {"id": "02", "writes": ["two.txt"]}]
ASK = (
    "import socket, time\nfor _ in range(100):\n    try:\n        socket.create_connection(('127.0.0.1', {port})).close()\n"
    "        break\n    except OSError:\n        time.sleep(0.1)\nelse:\n    raise SystemExit('nobody answers')\n"
)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def test_a_siblings_server_outlives_every_way_to_end_it_but_its_owners(start: Start, tmp_path: Path) -> None:
    project, port, other_port = Project(tmp_path / "project"), free_port(), free_port()
    project.write({"tasks.json": {"schema_version": 1, "id": "run", "tasks": TASKS}, "ask.py": ASK.format(port=port)})
    serve = f"{sys.executable} -m http.server --bind 127.0.0.1"
    answers = f"{sys.executable} ask.py"
    goes_for = {
        f'pkill -f "http.server.*{port}"': f"port {port} was started by task 01",
        "kill $(pgrep -f http.server)": "would end every process that `pgrep -f http.server` lists, whoever started it",
        "pgrep -f http.server | while read p; do kill -9 $p; done": "and task 01 is at work. Instead: end by number",
        f"lsof -ti:{port} | xargs -r kill -9": f"would end whatever uses port {port}",
        f"npx kill-port {port}": f"port {port} was started by task 01",
        f"{serve} {port}": f"port {port} is in use by task 01",
        "kill -9 $PPID": "the process above your shell is the client that all agents run in",
    }
    owner = [
        {"bash": f"{serve} {port} > {tmp_path}/log 2>&1 & echo $! > {tmp_path}/pid; {answers}"},
        {"mark": "up"},
        {"after": "tried"},
        {"bash": f"{answers} && echo alive > one.txt; kill $(cat {tmp_path}/pid) && echo ended >> one.txt"},
        {"done": "served"},
    ]
    sibling = [
        {"after": "up"},
        *({"bash": line} for line in goes_for),
        {"bash": f"{serve} {other_port} > {tmp_path}/other 2>&1 & kill $! && echo own > two.txt"},
        {"bash": f"({serve} {other_port} > {tmp_path}/other 2>&1 & sleep 0.1; kill 0); true"},
        {"bash": "echo went on >> two.txt"},
        {"mark": "tried"},
        {"done": "tried"},
    ]
    worker = Worker.from_table({"01": owner, "02": sibling})
    session = with_plugin(start, Cast(agent=worker), permission_mode="bypassPermissions")
    assert session.print_mode("/spec:execute tasks.json").exit_code == 0
    told = {str(refusal.input["command"]): refusal.text for refusal in worker.refusals if "hook error" in refusal.text}
    assert told.keys() == goes_for.keys()
    assert all(goes_for[line] in text for line, text in told.items()), told
    assert (project.path / "one.txt").read_text() == "alive\nended\n"
    assert (project.path / "two.txt").read_text() == "own\nwent on\n"
