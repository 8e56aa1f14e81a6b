"""Two or three agents on the same few files, in random order: no update is lost, and everybody gets to the end.

An agent reads, edits, writes whole files, and appends or rewrites through Bash; each of its changes adds a token of its
own to what it knows of the file. A token that is gone at the end was overwritten by somebody who had not seen it. The
client's part is played as it was measured: Edit works on the present text; Write after an own Read is refused when the
file has changed since; Write without a Read and Bash are not checked by the client at all.
"""

from __future__ import annotations

import random
from pathlib import Path

import pytest
from hooks.desk import Desk, denial
from run.plans import plan
from scale import SCALE

from fanout.run.store import paths
from fanout.run.tasks import scope

SCHEDULES = 30 * SCALE  # in each of the four parts
FILES = ("one.txt", "two.txt", "three.txt")
MOST_STEPS = 40


class Agent:
    """What one agent knows, and what it managed to do."""

    def __init__(self, world: World, name: str, task: str) -> None:
        self.world = world
        self.name = name
        self.task = task
        self.seen: dict[str, str] = {}
        self.left = world.choose.randint(2, 5)
        self.over = False

    def step(self) -> None:
        if self.left == 0:
            self.end()
            return
        self.left -= 1
        path = self.world.choose.choice(FILES)
        action = self.world.choose.choice(["read", "edit", "write", "append", "rewrite", "ask", "crash"])
        if action == "crash" and self.world.choose.random() > 0.15:
            action = "write"
        getattr(self, action)(path)

    def read(self, path: str) -> None:
        self.seen[path] = self.world.text(path)

    def edit(self, path: str) -> None:
        if path in self.seen and self._allowed(self.world.desk.write(self.name, path, "Edit"), path):
            self._put(path, self.world.text(path))

    def write(self, path: str) -> None:
        answer = self.world.desk.write(self.name, path)
        if not self._allowed(answer, path):
            return
        if path in self.seen and self.seen[path] != self.world.text(path):
            self.read(path)  # the client refuses, the model reads again
        self._put(path, self.seen.get(path, ""))

    def append(self, path: str) -> None:
        if self._allowed(self.world.desk.bash(self.name, f"echo token >> {path}"), path):
            self._put(path, self.world.text(path))

    def rewrite(self, path: str) -> None:
        if self._allowed(self.world.desk.bash(self.name, f"printf all > {path}"), path):
            self._put(path, self.seen.get(path, ""))

    def ask(self, path: str) -> None:
        naming = paths.Naming(str(self.world.desk.root))
        scope.ask(self.world.desk.db, naming, self.world.desk.run, self.task, path, "to finish")

    def crash(self, path: str) -> None:
        self.over = True
        self.world.desk.notify(self.name, "killed")

    def end(self) -> None:
        self.over = True
        if self.world.desk.end(self.name, f"DONE|{self.task}|done"):  # all that it wrote was denied
            assert self.world.desk.end(self.name, f"BLOCKED|{self.task}|its files are another's") == {}

    def _allowed(self, answer: dict[str, object], path: str) -> bool:
        reason = denial(answer)
        if "Read it again" in reason:
            self.read(path)  # as the reason says; the write is repeated in a later step
            self.left += 1
        return not reason

    def _put(self, path: str, known: str) -> None:
        """Writes what the agent knows, and its own token."""
        token = f"<{self.name}:{self.world.next_token()}>"
        self.world.put(path, known + token, token)
        self.seen[path] = self.world.text(path)


class World:
    """The files, whose tokens must all survive, and the agents."""

    def __init__(self, folder: Path, seed: int) -> None:
        folder.mkdir()
        self.choose = random.Random(seed)
        self.desk = Desk(folder)
        self.tokens: dict[str, list[str]] = {path: [] for path in FILES}
        self.count = 0
        names = [f"{n:02}" for n in range(1, self.choose.randint(2, 3) + 1)]
        self.desk.start(plan({name: {} for name in names}))
        for name in names:
            self.desk.launch(name)
        self.agents = [Agent(self, f"agent-{name}", name) for name in names]

    def text(self, path: str) -> str:
        file = self.desk.root / path
        return file.read_text() if file.exists() else ""

    def put(self, path: str, text: str, token: str) -> None:
        (self.desk.root / path).write_text(text)
        self.tokens[path].append(token)

    def next_token(self) -> int:
        self.count += 1
        return self.count

    def play(self) -> None:
        steps = 0
        while any(not agent.over for agent in self.agents):
            self.choose.choice([agent for agent in self.agents if not agent.over]).step()
            steps += 1
            assert steps < MOST_STEPS, "somebody never gets to the end"


@pytest.mark.parametrize("part", range(4))
@pytest.mark.slow
def test_no_update_is_lost_and_nobody_waits_for_ever(tmp_path: Path, part: int) -> None:
    for seed in range(part * SCHEDULES, (part + 1) * SCHEDULES):
        world = World(tmp_path / str(seed), seed)
        world.play()
        for path, tokens in world.tokens.items():
            lost = [token for token in tokens if token not in world.text(path)]
            assert not lost, f"schedule {seed}: {path} lost {lost}"
        assert world.desk.rows("SELECT * FROM claim") == []
        world.desk.db.close()
