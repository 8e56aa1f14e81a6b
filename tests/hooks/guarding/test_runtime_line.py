"""What runs beside the files, while siblings work: ended by name it is everybody's, started it is one agent's."""

from __future__ import annotations

import os
import re
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from hooks.desk import Desk, context, denial
from hooks.isolated import Isolated
from run.plans import plan

from fanout.hooks.guarding import runtime_line
from fanout.report import run_facts, status_text
from fanout.run.agents import held, processes


@pytest.fixture
def two(desk: Desk) -> Desk:
    desk.start(plan({"01": {"writes": ["a"]}, "02": {"writes": ["b"]}}))
    desk.launch("01")
    desk.launch("02")
    return desk


def ran(desk: Desk, agent: str, line: str, failed: bool = False, **response: object) -> dict[str, object]:
    """The guard let it pass, and it has ended or gone into the background."""
    answer = desk.bash(agent, line)
    assert denial(answer) == "", line
    event = "PostToolUseFailure" if failed else "PostToolUse"
    desk.send("after", event, tool_name="Bash", tool_input={"command": line}, tool_use_id=f"t{desk.calls}",
              tool_response=dict(response), agent_id=agent, agent_type="general-purpose")  # fmt: skip
    return answer


BY_NUMBER = "`COMMAND & echo $!`, later `kill <that number>`"
DENIED = {
    "pkill -f vite": BY_NUMBER,
    "killall node": BY_NUMBER,
    "kill -9 $(pgrep -f vite)": BY_NUMBER,
    "ps aux | grep vite | awk '{print $2}' | xargs kill -9": BY_NUMBER,
    "kill -9 -1": BY_NUMBER,
    "npx kill-port 3000": "use another port",
    "lsof -ti:3000 | xargs kill -9": "use another port",
    "fuser -k 3000/tcp": "use another port",
    "docker compose down -v": "`docker compose -p <own> ...`",
    "docker compose stop": "`docker compose stop SERVICE`",
    "docker stop $(docker ps -q)": "`docker run --name <own> ...`",
    "docker system prune -f": "`docker rm <own>`",
    "docker volume rm app_data": "`docker volume create <own>`",
    "dropdb app": "`createdb <own>`",
    "psql -c 'drop database app'": "`createdb <own>`",
    "npx prisma migrate reset --force": "`DATABASE_URL=<own> ...`",
    "bin/rails db:reset": "`DATABASE_URL=<own> ...`",
    "redis-cli FLUSHALL": "`redis-cli -n <own number> FLUSHDB`",
    "sudo systemctl restart postgresql": "on another port",
    "pm2 delete all": "`pm2 delete <own>`",
    "tmux kill-server": "`tmux kill-session -t <own>`",
    "kubectl delete ns dev": "`kubectl create namespace <own>`",
    "npm cache clean --force": "`npm --cache <own folder> install`",
}


@pytest.mark.parametrize("line", DENIED)
@pytest.mark.parametrize("who", ["agent-01", None])
def test_what_is_everybodys_is_not_ended_while_siblings_work(two: Desk, who: str | None, line: str) -> None:
    said = denial(two.bash(who, line))
    assert DENIED[line] in said and len(said) <= 400
    assert (", and task 02 is at work. Instead: " if who else ", and task 01 and 1 more are at work. ") in said
    [event] = two.rows("SELECT data FROM event WHERE kind = 'write-denied'")
    assert '"path": "runtime"' in event["data"]


def test_a_shell_behind_an_mcp_server_is_a_shell(two: Desk) -> None:
    given = {"command": "pkill -f vite"}
    assert BY_NUMBER in denial(two.tool("agent-01", "mcp__desktop__execute_command", given))
    assert denial(two.tool("agent-01", "mcp__desktop__execute_command", {"command": "kill %1"})) == ""


@pytest.mark.parametrize("line", DENIED)
def test_alone_and_between_agents_it_passes(desk: Desk, line: str) -> None:
    desk.start(plan({"01": {"writes": ["a"]}}))
    assert desk.bash(None, line) == {}
    desk.launch("01")
    assert desk.bash("agent-01", line) == {}


def test_without_a_run_the_hooks_know_nothing_of_it(two: Desk) -> None:
    (two.root / ".fanout" / "live").unlink()
    assert two.bash("agent-01", "pkill -f vite") == {}


NEIGHBOURS = """
kill %1
kill $!
kill $(cat server.pid)
kill $(jobs -p)
pkill -P $$
pgrep -af vite
lsof -i :3000
docker ps
docker compose ps
docker compose logs db
docker compose up -d db
docker compose stop db
docker compose -p mine down -v
docker stop mine
npx prisma migrate dev
DATABASE_URL=postgres://localhost/mine npx prisma migrate reset --force
redis-cli -n 7 FLUSHDB
python3 -m http.server 8123 & sleep 1; curl -s localhost:8123; pkill -f "http.server 8123"
createdb t1 && pytest; dropdb t1
docker volume create v1 && docker volume rm v1
""".strip().splitlines()


@pytest.mark.parametrize("line", NEIGHBOURS)
def test_what_names_its_own_passes(two: Desk, line: str) -> None:
    assert denial(two.bash("agent-01", line)) == ""


OWNED = [
    # who started it, what its sibling must not end, and what it may end itself
    ("docker compose up -d db", "docker compose stop db", "docker compose stop db", "service db"),
    ("docker compose up -d", "docker compose restart web", "docker compose restart web", "project"),
    ("docker compose up -d db", "docker stop {root}-db-1", "docker stop {root}-db-1", "service db"),
    ("docker compose -p mine up -d", "docker compose -p mine down", "docker compose -p mine down", "project mine"),
    ("docker run -d --name pg postgres", "docker rm -f pg", "docker rm -f pg", "container pg"),
    ("docker run -d --name pg postgres", "docker rm -f pg; docker run --name pg postgres", "docker stop pg", "container pg"),
    ("createdb t1", "dropdb t1", "dropdb t1", "database t1"),
    ("createdb t1", "DATABASE_URL=postgres:///t1 npx prisma migrate reset", "dropdb t1", "database t1"),
    ("docker run -d -p 5433:5432 postgres", "fuser -k 5433/tcp", "dropdb -p 5433 app", "port 5433"),
    ("python3 -m http.server 8123 &", "lsof -ti:8123 | xargs kill", "lsof -ti:8123 | xargs kill", "port 8123"),
    ("python3 -m http.server 8123 &", 'pkill -f "http.server 8123"', 'pkill -f "http.server 8123"', "port 8123"),
    ("tmux new -d -s mine 'make'", "tmux kill-session -t mine", "tmux kill-session -t mine", "session mine"),
    ("kubectl create ns t1", "kubectl delete ns t1", "kubectl delete ns t1", "namespace t1"),
]  # fmt: skip


@pytest.mark.parametrize(("started", "ends", "own", "called"), OWNED)
def test_what_an_agent_started_is_its_own_to_end(two: Desk, started: str, ends: str, own: str, called: str) -> None:
    root = two.root.name.lower()
    ran(two, "agent-01", started)
    said = denial(two.bash("agent-02", ends.format(root=root)))
    assert f"{called}" in said and "was started by task 01 (at " in said and "Leave it running. Instead: " in said
    assert len(said) <= 400
    assert denial(two.bash("agent-01", own.format(root=root))) == ""


PLANNED = [
    # the task's resource, what it may end for that, and what it still may not
    ("db", "npx prisma migrate reset --force", "pkill -f vite"),
    ("postgres", "dropdb app", "redis-cli FLUSHALL"),
    ("port:3000", "npx kill-port 3000", "npx kill-port 3001"),
    ("docker", "docker compose down -v", "dropdb app"),
]


@pytest.mark.parametrize(("name", "own", "other"), PLANNED)
def test_what_the_plan_gives_to_one_task_alone_is_its_to_end(desk: Desk, name: str, own: str, other: str) -> None:
    for number, mode in enumerate(("exclusive", "shared")):
        record = {"resources": [{"name": name, "mode": mode}]}
        desk.start(plan({"01": {"writes": ["a"], "record": record}, "02": {"writes": ["b"]}}, title=mode))
        desk.launch("01", f"one-{number}")
        desk.launch("02", f"two-{number}")
        assert bool(denial(desk.bash(f"one-{number}", own))) == (mode == "shared")
        assert denial(desk.bash(f"one-{number}", other))
        assert denial(desk.bash(f"two-{number}", own))


def test_it_is_free_when_its_agent_has_ended(two: Desk) -> None:
    ran(two, "agent-01", "docker run -d --name pg postgres")
    assert denial(two.bash("agent-02", "docker stop pg"))
    two.do("agent-01", "a")
    assert two.end("agent-01", "DONE|01|did it") == {}
    assert two.rows("SELECT * FROM held") == []
    assert denial(two.bash("agent-02", "docker stop pg")) == ""


LET_GO = [
    ("docker run -d --name pg postgres", "docker rm -f pg", "docker run -d --name pg postgres"),
    ("docker compose -p mine up -d db", "docker compose -p mine down", "docker compose -p mine stop db"),
    ("python3 -m http.server 8123 &", "lsof -ti:8123 | xargs kill", "python3 -m http.server 8123"),
    ("createdb t1", "dropdb t1", "createdb t1"),
]


@pytest.mark.parametrize(("starts", "ends", "others"), LET_GO)
def test_what_its_agent_ended_is_anybodys(two: Desk, starts: str, ends: str, others: str) -> None:
    ran(two, "agent-01", starts)
    answer = two.bash("agent-02", others)
    assert "task 01" in denial(answer) + context(answer)
    ran(two, "agent-01", ends)
    assert two.rows("SELECT * FROM held") == []
    assert two.bash("agent-02", others) == {}


def test_what_an_agent_ends_and_makes_anew_is_its_own(two: Desk) -> None:
    ran(two, "agent-01", "docker run -d --name pg postgres")
    ran(two, "agent-01", "docker rm -f pg; docker run -d --name pg postgres")
    assert "container pg was started by task 01" in denial(two.bash("agent-02", "docker rm -f pg"))


def test_what_failed_was_not_started(two: Desk) -> None:
    ran(two, "agent-01", "createdb app", failed=True)
    assert "would drop the database app, and task 02 is at work" in denial(two.bash("agent-01", "dropdb app"))


def test_two_who_use_a_service_leave_it_to_each_other(two: Desk) -> None:
    ran(two, "agent-01", "docker compose up -d db")
    ran(two, "agent-02", "docker compose up -d db")
    for agent, other in (("agent-01", "02"), ("agent-02", "01")):
        assert f"service db was started by task {other}" in denial(two.bash(agent, "docker compose stop db"))


def test_a_port_that_a_sibling_has_is_not_taken_and_another_is_named(two: Desk) -> None:
    ran(two, "agent-01", "PORT=4321 node server.js &")
    said = denial(two.bash("agent-02", "python3 -m http.server 4321"))
    assert said.startswith("port 4321 is in use by task 01 (since ")
    assert "`python3 -m http.server 4321` would not get it" in said and "Instead: another port, such as 43" in said
    assert two.bash("agent-02", "python3 -m http.server 4329") == {}
    assert two.bash("agent-01", "PORT=4321 node server.js &") == {}
    for port in range(4322, 4329):
        ran(two, "agent-01", f"PORT={port} node server.js &")
    free = re.search(r"another port, such as (\d+)", denial(two.bash("agent-02", "python3 -m http.server 4321")))
    assert free and int(free[1]) > 4328 and int(free[1]) != 4329, "4329 is its own already"


def test_a_server_that_takes_another_port_by_itself_is_told(two: Desk) -> None:
    ran(two, "agent-01", "npx vite &")
    answer = two.bash("agent-02", "npx vite &")
    assert denial(answer) == "" and "port 5173 is in use by task 01: what `vite` starts may take another" in context(
        answer
    )
    assert two.rows("SELECT thing, agent FROM held WHERE agent <> (SELECT MIN(agent) FROM held)") == []


def test_a_server_in_the_foreground_holds_its_port_until_its_command_ends(two: Desk) -> None:
    two.bash("agent-01", "timeout 60 python3 -m http.server 4321")
    line, use = "timeout 60 python3 -m http.server 4321", f"t{two.calls}"
    assert denial(two.bash("agent-02", "php -S localhost:4321"))
    two.send("after", "PostToolUse", tool_name="Bash", tool_input={"command": line}, tool_use_id=use, tool_response={},
             agent_id="agent-01")  # fmt: skip
    assert denial(two.bash("agent-02", "php -S localhost:4321")) == ""


def test_a_port_that_nobody_listens_at_any_more_is_free(two: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.socket() as server:
        server.bind(("127.0.0.1", 0))
        server.listen()
        port = server.getsockname()[1]
        ran(two, "agent-01", f"python3 -m http.server {port} &")
        monkeypatch.setattr(held, "WARMING_UP", -1.0)
        assert denial(two.bash("agent-02", f"php -S localhost:{port}"))
    assert denial(two.bash("agent-02", f"php -S localhost:{port}")) == ""


def test_without_proc_a_port_is_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(processes, "_listening", lambda: None)
    with socket.socket() as server:
        server.bind(("127.0.0.1", 0))
        server.listen()
        port = server.getsockname()[1]
        assert processes.is_listening(port) is True
    assert processes.is_listening(port) is False


def test_a_database_that_is_a_file_is_removed_by_who_made_it(two: Desk) -> None:
    shared, made, waiting = (two.root / name for name in ("dev.db", "made.sqlite3", "busy.db"))
    for file in (shared, made, waiting):
        file.write_text("x")
    os.utime(shared, (1e9, 1e9))
    said = denial(two.bash("agent-01", "rm -f dev.db"))
    assert said.startswith("`rm -f dev.db` would remove the database dev.db, and task 02 is at work. Instead: ")
    assert denial(two.bash("agent-01", "rm made.sqlite3")) == ""
    for end in ("-wal", "-journal", "-shm"):  # there while SQLite works with it
        (two.root / f"busy.db{end}").write_text("x")
        assert "would remove the database busy.db" in denial(two.bash("agent-01", "rm busy.db"))
        (two.root / f"busy.db{end}").unlink()
    assert denial(two.bash("agent-01", "rm busy.db")) == ""
    assert two.do("agent-01", "own.db") == {}
    os.utime(two.root / "own.db", (1e9, 1e9))
    assert denial(two.bash("agent-01", "rm own.db")) == ""


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="needs /proc: elsewhere who has it open is not known")
def test_a_database_that_a_process_has_open_stays(two: Desk) -> None:
    with (two.root / "dev.db").open("w"):
        assert "would remove the database dev.db" in denial(two.bash("agent-01", "rm dev.db"))
    assert denial(two.bash("agent-01", "rm dev.db")) == ""


@pytest.fixture
def server() -> Iterator[tuple[int, int]]:
    """A process that listens, as a child of a shell: the shell's number, and the port."""
    program = "import socket,time; s=socket.socket(); s.bind(('127.0.0.1',0)); s.listen(); print(s.getsockname()[1], flush=True); time.sleep(60)"  # noqa: E501
    with subprocess.Popen(
        ["sh", "-c", f'{sys.executable} -c "{program}"; true'],
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,
    ) as shell:
        assert shell.stdout is not None
        yield shell.pid, int(shell.stdout.readline())
        os.killpg(shell.pid, 9)


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="needs /proc: elsewhere numbers pass")
def test_the_number_of_a_siblings_server_is_known(two: Desk, server: tuple[int, int]) -> None:
    pid, port = server
    for line in (f"kill {pid}", f"kill -9 -- -{pid}"):
        assert denial(two.bash("agent-02", line)) == ""
    ran(two, "agent-01", f"PORT={port} node server.js &")
    for line in (f"kill {pid}", f"kill -9 -- -{pid}"):
        said = denial(two.bash("agent-02", line))
        assert said.startswith(f"process {pid} listens at port {port}: task 01 started that server (at ")
        assert denial(two.bash("agent-01", line)) == ""
    with subprocess.Popen(["sleep", "60"]) as other:
        assert denial(two.bash("agent-02", f"kill {other.pid}")) == ""
        other.kill()


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="needs /proc: elsewhere numbers pass")
def test_the_client_is_not_ended_by_number(two: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    said = denial(two.bash("agent-01", f"kill -9 {os.getppid()}"))
    assert said.startswith(
        f"process {os.getppid()} is the client that all agents run in, or what started it. Instead: "
    )
    monkeypatch.setenv("CLAUDE_PID", "999999")
    assert denial(two.bash("agent-01", "kill 999999"))
    assert denial(two.bash("agent-01", "kill 999998")) == ""


def test_a_project_in_a_worktree_of_its_own_is_its_agents(tmp_path: Path) -> None:
    desk = Isolated(tmp_path / "project")
    desk.root.mkdir()
    desk.begin()
    desk.launch("02")
    line = f"cd {desk.place} && docker compose down -v"
    assert denial(desk.bash("agent-01", line)) == ""
    assert "every container of the project agent-01" in denial(desk.bash("agent-02", line))
    (desk.place / "compose.yaml").write_text("name: shop\n")
    assert "every container of the project shop" in denial(desk.bash("agent-01", line))


def test_status_names_what_an_agent_holds(two: Desk) -> None:
    ran(two, "agent-01", "docker compose -p mine up -d db && docker run -d --name pg postgres")
    facts = run_facts.of_run(two.db, two.run)
    assert [agent["holds"] for agent in facts["agents"]] == [["service:mine/db", "container:pg"], []]
    assert "  Holds: service mine/db, container pg" in status_text.status(facts).splitlines()
    two.end("agent-01", "BLOCKED|01|no")
    assert "Holds" not in status_text.status(run_facts.of_run(two.db, two.run))


def test_the_ports_of_a_compose_file_are_its_who_started_it(two: Desk) -> None:
    file = "services:\n  web:\n    ports: ['3000:80']\n"
    (two.root / "compose.yml").write_text(file)
    ran(two, "agent-01", "docker compose up -d")
    said = denial(two.bash("agent-02", "fuser -k 3000/tcp"))
    assert "port 3000 was started by task 01" in said
    assert "port 3000 is in use by task 01" in denial(two.bash("agent-02", "python -m http.server 3000"))
    ran(two, "agent-01", "npx kill-port 3000")
    assert not denial(two.bash("agent-02", "docker compose up -d")), "one project for both"


@pytest.mark.parametrize("line", ["make down", "just down", "npm run down", "task down"])
def test_a_target_that_takes_down_what_siblings_use(two: Desk, line: str) -> None:
    (two.root / "Makefile").write_text("down:\n\tdocker compose down -v\nup:\n\tdocker compose up -d\n")
    (two.root / "justfile").write_text("down:\n  docker compose down -v\n")
    (two.root / "Taskfile.yml").write_text("tasks:\n  down: docker compose down -v\n")
    (two.root / "package.json").write_text('{"scripts": {"down": "docker compose down -v"}}')
    assert "`docker compose -p <own> ...`" in denial(two.bash("agent-01", line))
    assert not denial(two.bash("agent-01", "make up"))


MEETS = [
    ("port:3000", "port:3000", True),
    ("port:3000", "port:3001", False),
    ("project:app", "service:app/db", True),
    ("project:app", "service:apple/db", False),
    ("service:app/db", "project:app", True),
    ("service:apple/db", "project:app", False),
    ("service:app/db", "service:app/web", False),
    ("container:app-db-1", "service:app/db", True),
    ("container:app_db_2", "service:app/db", True),
    ("container:app-web-1", "service:app/db", False),
    ("container:app-db", "service:app/db", False),
    ("container:app-db-1", "project:app", True),
    ("container:other-db-1", "project:app", False),
    ("container:app/db", "project:app", False),
    ("project:app", "project:app2", False),
    ("database:app", "service:app/db", False),
    ("project:app", "container:app-db-1", False),
]


@pytest.mark.parametrize(("thing", "there", "meets"), MEETS)
def test_when_two_names_are_one_thing(thing: str, there: str, meets: bool) -> None:
    assert runtime_line._meets(thing, there) is meets


@pytest.mark.parametrize(
    ("name", "words", "means"),
    [
        ("db", {"database", "app"}, True),
        ("test-db", {"database"}, True),
        ("sql", {"database"}, True),
        ("postgres", {"database"}, True),
        ("postgres", {"postgres", "x"}, True),
        ("postgres", {"database", "mysql"}, False),
        ("db", {"port", "3000"}, False),
        ("port 3000", {"port", "3000"}, True),
        ("port 3000", {"port", "3001"}, False),
        ("redis", {"web"}, False),
    ],
)
def test_whether_a_plans_resource_is_what_a_line_reaches(name: str, words: set[str], means: bool) -> None:
    assert runtime_line._means(name, words) is means


@pytest.mark.parametrize(
    "server", ["postgres", "postgresql", "pg", "mysql", "mariadb", "mongo", "mongodb", "redis", "sqlite"]
)
def test_a_servers_name_in_a_plan_is_the_database_unless_the_line_names_another_server(server: str) -> None:
    other = "mysql" if server != "mysql" else "redis"
    assert runtime_line._means(f"test-{server}", {"database", "app"})
    assert not runtime_line._means(f"test-{server}", {"database", other})
