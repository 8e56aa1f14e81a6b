"""Who changed a file, over orders and times of events: nobody is blamed for what he did not do, nothing is passed over.

Two to five agents and the main conversation write their own files through Edit, Write, shell lines and MCP tools, some
after the user was asked, some refused; commands that name no file run beside them and now and then write into a
sibling's. Every change is on record here with who made it, and each sentence that anybody is told is checked against
that record. The hooks are the real ones, on a real journal and real files; the clock is the world's own.
"""

from __future__ import annotations

import heapq
import json
import os
import random
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hooks.desk import Desk, denial
from run.plans import plan

from fanout.run.agents import agents
from fanout.run.changes import owned
from fanout.run.store.paths import Naming

SCALE = int(os.environ.get("FANOUT_TEST_SCALE", "1"))
SCHEDULES, PARTS = 300 * SCALE, 12
HEARD = """
CREATE TABLE heard (agent INTEGER, text TEXT);
CREATE TRIGGER hear AFTER INSERT ON notice BEGIN INSERT INTO heard VALUES (new.agent, new.text); END;
"""
Process = Iterator[float]
MAIN = "main"


class Write:
    """One change of a file, as it happened."""

    def __init__(
        self, at: int, path: str, who: str, call: str, old: bytes | None, new: bytes | None, owner: str
    ) -> None:
        self.at, self.path, self.who, self.call = at, path, who, call
        self.old, self.new, self.owner = old, new, owner
        self.is_told = False

    @property
    def is_foreign(self) -> bool:
        """By another agent; what the user does by hand is the user's business."""
        return self.owner not in ("", self.who) and self.who != "user" and self.old != self.new


class Call:
    """One call: from `begun` to `ended`, in events."""

    def __init__(self, who: str, tool: str, begun: int) -> None:
        self.who, self.tool, self.begun = who, tool, begun
        self.ended: int | None = None


class World:
    """The files, what happened to them, and what was said."""

    def __init__(self, folder: Path, seed: int) -> None:
        folder.mkdir()
        self.choose = random.Random(seed)
        self.desk = Desk(folder)
        self.clock = 1_000_000.0
        self.events = 0
        self.writes: list[Write] = []
        self.calls: dict[str, Call] = {}
        self.said: list[tuple[int, str, str]] = []
        self.notices = 0
        self.queue: list[tuple[float, int, Process]] = []
        self.over: set[str] = set()
        self.tokens = self.spawned = self.look = 0
        self.looks: list[tuple[int, set[str]]] = []
        names = [f"{n:02}" for n in range(1, self.choose.randint(2, 5) + 1)]
        self.agents = [f"agent-{name}" for name in names]
        self.files = {f"agent-{name}": [f"{name}/a.txt", f"{name}/b.txt"] for name in names} | {MAIN: ["main.txt"]}
        for paths in self.files.values():
            for path in paths[:1]:
                self.put(path, self.choose.choice([b"one\ntwo\n", b"one\r\ntwo\r\n", b"", b"\xef\xbb\xbfone\n"]))
        self.desk.start(plan({name: {"writes": [f"{name}/**"]} for name in names}, cap=9))
        self.desk.db.executescript(HEARD)
        for name in names:
            self.desk.launch(name)

    def time(self) -> float:
        return self.clock

    def put(self, path: str, data: bytes | None, atomic: bool = True) -> None:
        file = self.desk.root / path
        file.parent.mkdir(parents=True, exist_ok=True)
        if data is None:
            file.unlink(missing_ok=True)
        elif atomic:
            (file.parent / ".new").write_bytes(data)
            os.replace(file.parent / ".new", file)
        else:
            file.write_bytes(data)

    def get(self, path: str) -> bytes | None:
        file = self.desk.root / path
        return file.read_bytes() if file.exists() else None

    def token(self) -> str:
        self.tokens += 1
        return f"<{self.tokens}>"

    def write(self, who: str, call: str, path: str, data: bytes | None, atomic: bool = True) -> None:
        """A change happens."""
        live = agents.live(self.desk.db, agents.EVERY_KIND)
        naming = Naming(str(self.desk.root))
        owner = owned.by_all(self.desk.db, naming, live[0]).files.get(path) if live else None
        if who == MAIN and not agents.live(self.desk.db):
            owner = None  # what tasks have finished is the user's, and so is what the main conversation does with it
        name = "" if owner is None else MAIN if owner.kind == "main" else owner.agent_id
        self.writes.append(Write(self.events, path, who, call, self.get(path), data, name))
        self.put(path, data, atomic)

    def send(self, who: str, event: str, name: str, **fields: Any) -> dict[str, Any]:
        self.events += 1
        caller = {} if who == MAIN else {"agent_id": who, "agent_type": "general-purpose"}
        answer = self.desk.send(event, name, **caller, **fields)
        self.hear()
        return answer

    def looked_before(self, at: int, path: str) -> int:
        """The event of the look that a sentence about the file goes back to."""
        looks = [event for event, held in self.looks if event < at and path not in held]
        return looks[-1] if looks else 0

    def hear(self) -> None:
        """What was left to be told, and whether there was a look."""
        look = self.desk.rows("SELECT tick FROM look")[0][0]
        if look != self.look:
            self.look = look
            self.looks.append(
                (self.events, {row["path"] for row in self.desk.rows("SELECT path FROM latest WHERE is_held")})
            )
        rows = self.desk.rows("SELECT rowid, * FROM heard WHERE rowid > ?", self.notices)
        for row in rows:
            self.notices = row["rowid"]
            agent = self.desk.rows("SELECT * FROM agent WHERE id = ?", row["agent"])[0]
            self.said.append((self.events, MAIN if agent["kind"] == "main" else agent["agent_id"], row["text"]))

    def play(self) -> None:
        for who in [*self.agents, MAIN]:
            self.spawn(agent(self, who), self.choose.uniform(0, 3) if self.choose.random() < 0.7 else 0.0)
        if self.choose.random() < 0.3:
            self.spawn(editor(self), self.choose.uniform(0, 30))
        if self.choose.random() < 0.15:
            self.spawn(cleared(self), self.choose.uniform(5, 30))
        while self.queue:
            self.clock, _, process = heapq.heappop(self.queue)
            self.go_on(process)
        for who in self.agents:
            if who not in self.over:
                self.send(who, "batch", "PostToolBatch", tool_calls=[])

    def spawn(self, process: Process, after: float) -> None:
        self.spawned += 1
        heapq.heappush(self.queue, (self.clock + after, self.spawned, process))

    def go_on(self, process: Process) -> None:
        for wait in process:
            self.spawn(process, wait)
            return


def gap(world: World) -> float:
    return world.choose.choice([0.0, 0.001, world.choose.uniform(0, 1), world.choose.uniform(0, 10)])


def agent(world: World, who: str) -> Process:
    """Messages of one to three calls, each with its end, then the batch."""
    for _ in range(world.choose.randint(1, 4)):
        yield gap(world)
        made: list[str] = []
        for _ in range(world.choose.choice([1, 1, 1, 2, 3])):
            action = world.choose.choice(ACTIONS)
            yield from action(world, who, made)
            if who in world.over:
                return
        yield gap(world) if world.choose.random() < 0.3 else 0.001
        world.send(who, "batch", "PostToolBatch", tool_calls=[{"tool_use_id": use, "tool_name": "x"} for use in made])
    if who != MAIN and world.choose.random() < 0.5:
        yield gap(world)
        world.over.add(who)
        world.send(who, "agent-stop", "SubagentStop", last_assistant_message=f"DONE|{who[-2:]}|did it")


def begin(world: World, who: str, made: list[str], tool: str, given: dict[str, Any]) -> str:
    """PreToolUse; "" when it is denied."""
    use = f"use{len(world.calls)}"
    answer = world.send(who, "guard", "PreToolUse", tool_name=tool, tool_input=given, tool_use_id=use)
    made.append(use)
    if denial(answer):
        return ""
    world.calls[use] = Call(who, tool, world.events)
    return use


def end(world: World, use: str, tool: str, given: dict[str, Any], **more: Any) -> None:
    call = world.calls[use]
    name = "PostToolUse" if "tool_response" in more else "PostToolUseFailure"
    fields = {"tool_name": tool, "tool_input": given, "tool_use_id": use, **more}
    if tool in ("Edit", "Write"):
        world.events += 1
        folder = world.desk.root / ".fanout" / "wrote"
        folder.mkdir(exist_ok=True)
        with open(folder / str(world.choose.randint(1, 3)), "a") as file:
            json.dump({"hook_event_name": name, **fields}, file)
    else:
        world.send(call.who, "after", name, **fields)
    call.ended = world.events


def text_of(data: bytes | None) -> str:
    return (data or b"").decode("utf-8", "replace").replace("\r\n", "\n")


def bytes_of(text: str, like: bytes | None) -> bytes:
    return (text.replace("\n", "\r\n") if like and b"\r\n" in like else text).encode()


def file_tool(world: World, who: str, made: list[str]) -> Process:
    """Edit or Write of an own file: asked for, perhaps waited for, perhaps refused; told late now and then."""
    path = world.choose.choice(world.files[who])
    old = text_of(world.get(path))
    tool = "Edit" if old and world.choose.random() < 0.6 else "Write"
    word = world.choose.choice(re.findall(r"[^\s<>\ufeff]+|<\d+>", old) or [""])
    tool = "Write" if not word else tool
    new = world.token() if world.choose.random() < 0.8 else ""
    content = world.choose.choice([f"{world.token()}\n", f"{world.token()}\r\nx\r\n", f"{old}{world.token()}\n"])
    given = {"file_path": str(world.desk.root / path)}
    given |= {"content": content} if tool == "Write" else {"old_string": word, "new_string": new, "replace_all": False}
    use = begin(world, who, made, tool, given)
    if not use:
        return
    yield world.choose.choice([0.001, 0.001, gap(world), world.choose.uniform(1, 60)])
    fate = world.choose.random()
    if fate < 0.12:  # the user said no: nothing more is heard of it but the batch
        world.calls[use].ended = world.events
        return
    before = world.get(path)
    original = text_of(before)
    if fate < 0.2 or (tool == "Edit" and word not in original):
        end(world, use, tool, given, error="String to replace not found")
        return
    response: dict[str, Any] = {
        "filePath": str(world.desk.root / path),
        "originalFile": None if before is None else original,
    }
    if tool == "Write":
        content = f"\ufeff{content}" if original.startswith("\ufeff") and content[0] != "\ufeff" else content
        world.write(who, use, path, content.encode())
        response |= {"content": content}
    else:
        gone = f"{word}\n" if not new and f"{word}\n" in original else word
        world.write(who, use, path, bytes_of(original.replace(gone, new, 1), before))
        response |= {"oldString": word, "newString": new, "replaceAll": False, "structuredPatch": []}
    yield world.choose.choice([0.001, 0.001, gap(world)])
    end(world, use, tool, given, tool_response=response)


def own_line(world: World, who: str, made: list[str]) -> Process:
    """A shell line that says what the file holds then, and one that names the file only."""
    path = world.choose.choice(world.files[who])
    token = world.token()
    is_said = world.choose.random() < 0.6
    line = f"echo '{token}' >> {path}" if is_said else f"sed -i 's/.*/{token}/' {path}"
    given = {"command": line}
    use = begin(world, who, made, "Bash", given)
    if not use:
        return
    yield world.choose.choice([0.001, gap(world)])
    before = world.get(path) or b""
    world.write(who, use, path, before + f"{token}\n".encode() if is_said else f"{token}\n".encode(), not is_said)
    yield 0.001
    end(world, use, "Bash", given, tool_response={"stdout": ""})


def own_mcp(world: World, who: str, made: list[str]) -> Process:
    path = world.choose.choice(world.files[who])
    given = {"path": str(world.desk.root / path), "content": f"{world.token()}\n"}
    use = begin(world, who, made, "mcp__files__write_file", given)
    if not use:
        return
    yield gap(world)
    world.write(who, use, path, given["content"].encode())
    yield 0.001
    end(world, use, "mcp__files__write_file", given, tool_response="ok")


def broad(world: World, who: str, made: list[str]) -> Process:
    """A command that names nothing: most write nothing of anybody's."""
    kinds: list[tuple[str, dict[str, Any]]] = [
        ("Bash", {"command": "make test"}),
        ("mcp__gen__generate", {"kind": "all"}),
    ]
    tool, given = world.choose.choice(kinds)
    is_left = tool == "Bash" and world.choose.random() < 0.15
    use = begin(world, who, made, tool, given | ({"run_in_background": True} if is_left else {}))
    if not use:
        return
    if world.choose.random() < 0.08:  # refused by the user
        yield gap(world)
        world.calls[use].ended = world.events
        return
    if is_left:
        end(world, use, tool, given, tool_response={"stdout": "", "backgroundTaskId": f"shell-{use}"})
        world.calls[use].ended = None
    for _ in range(world.choose.choice([0, 0, 0, 1, 1, 2])):
        yield gap(world)
        if who in world.over:
            return
        clobber(world, who, use)
    yield gap(world)
    if who != MAIN and world.choose.random() < 0.04:  # stopped while its command ran
        world.over.add(who)
        world.events += 1
        world.desk.notify(who, "killed")
        world.hear()
        return
    if not is_left:
        endings: list[dict[str, Any]] = [{"tool_response": {"stdout": ""}}, {"error": "exit 1"}]
        end(world, use, tool, given, **world.choose.choice(endings))


def clobber(world: World, who: str, use: str) -> None:
    """The command writes a file, an own one or a sibling's: something new, what was there once, nothing, or the same."""
    others = [name for name in world.files if name != who]
    whose = who if world.choose.random() < 0.3 else world.choose.choice(others)
    path = world.choose.choice(world.files[whose])
    now = world.get(path)
    once = [each.old for each in world.writes if each.path == path] or [now]
    new = world.choose.choice(
        [f"{world.token()}\n".encode(), (now or b"") + b"x", world.choose.choice(once), None, now]
    )
    world.write(who, use, path, new, world.choose.random() < 0.5)


def editor(world: World) -> Process:
    """The user saves a file by hand."""
    path = world.choose.choice(world.choose.choice(list(world.files.values())))
    world.write("user", "", path, f"{world.token()}\n".encode())
    yield from ()


def cleared(world: World) -> Process:
    """The user types /clear: the main conversation is another one, agents work on."""
    world.events += 1
    world.desk.send("session-end", "SessionEnd", reason="clear")
    world.hear()
    yield from ()


ACTIONS = [file_tool, file_tool, file_tool, own_line, own_mcp, broad, broad]


class Judge:
    """Checks what was said against what happened."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.wrong: list[str] = []
        for at, to, text in world.said:
            for path in re.findall(r"\b(?:\d\d/[ab]|main)\.txt", text.split(" The version before ")[0]):
                self.sentence(at, to, text, path)
        for write in world.writes:
            if write.is_foreign and not self.is_told(write):
                self.wrong.append(f"passed over: {write.who} wrote {write.path} of {write.owner} at {write.at}")

    def sentence(self, at: int, to: str, text: str, path: str) -> None:
        since = self.world.looked_before(at, path)
        happened = [write for write in self.world.writes if write.path == path and since <= write.at < at]
        writers = {write.who for write in happened}
        named = {f"agent-{name}" for name in re.findall(r"\btask (\d\d)\b", text)}
        named |= {MAIN} if "the main conversation" in text else set()
        if "no call under way" in text:
            is_true = bool(writers) and (writers == {"user"} or {"user"} <= writers)
        elif "can't be told" in text:
            is_true = any(write.who != write.owner or self.is_unforeseen(write) for write in happened)
        elif text.startswith("While your command"):
            is_true = bool(writers & {to, "user"})
        else:
            is_true = bool(writers & (named | {"user"}))
        if not is_true:
            self.wrong.append(f"said to {to} at {at}: {text} | since {since} it was written by {sorted(writers)}")

    def is_unforeseen(self, write: Write) -> bool:
        """Whether the call did not say what it would leave."""
        return not write.call or self.world.calls[write.call].tool not in ("Edit", "Write")

    def puts_back(self, write: Write) -> bool:
        """Whether it undoes what a stranger did, and nothing of the owner's."""
        before = [w for w in self.world.writes if w.path == write.path]
        for earlier in reversed(before[: before.index(write)]):
            if earlier.who == earlier.owner:
                return False
            if earlier.old == write.new:
                return True
        return False

    def is_told(self, write: Write) -> bool:
        after = [w for w in self.world.writes if w.path == write.path and w.at >= write.at and w is not write]
        if any(w.who != w.owner and w.new == write.old for w in after):
            return True  # put back before anybody built on it
        if self.puts_back(write):
            return True
        rows = self.world.desk.rows("SELECT data FROM event WHERE kind = 'conflict'")
        if not any(json.loads(row["data"])["path"] == write.path for row in rows):
            return False
        if write.owner in self.world.over:
            return True
        return any(at >= write.at and to == write.owner and write.path in text for at, to, text in self.world.said)


def wrongs(folder: Path, seed: int) -> list[str]:
    world = World(folder, seed)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("fanout.run.store.db.time", world)
        world.play()
    found = Judge(world).wrong
    world.desk.db.close()
    return found


@pytest.mark.sampled(PARTS)
@pytest.mark.parametrize("part", range(PARTS))
def test_no_false_accusation_and_no_excused_overwrite(tmp_path: Path, part: int) -> None:
    for seed in range(part * SCHEDULES // PARTS, (part + 1) * SCHEDULES // PARTS):
        found = wrongs(tmp_path / str(seed), seed)
        assert not found, f"schedule {seed}: {found}"
