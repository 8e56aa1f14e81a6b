"""A subagent's model that follows a table: for each task a list of steps, as plain data.

| step | the worker |
|---|---|
| `{"write": path, "content": text}` | calls Write |
| `{"edit": path, "old": text, "new": text}` | calls Edit |
| `{"read": path}` | calls Read |
| `{"bash": command}` | calls Bash |
| `{"call": name, "input": {...}}` | calls any tool |
| `{"together": [steps]}` | makes all these calls in one message |
| `{"wait": seconds}` | thinks so much longer before its next step |
| `{"mark": name}` | says that it has come this far: the calls before are answered |
| `{"after": name}` | thinks until a worker came to that mark, or a test called `mark(name)` |
| `{"declared": true}` | writes each path that its brief declares |
| `{"say": text}` | ends its turn with this message; what follows is for when it is sent back |
| `{"done": summary}`, `{"blocked": reason}`, `{"needs": what}` | ends with the line the brief asks for |
| `{"fail": status}` | meets an API error each time, or `"times"` times; status 0 is a cut stream |
| `{"never": true}` | never answers |

Any step with calls may carry `"if_error": [steps]`: done next when one of its calls failed or was denied.
The steps of "*" are for tasks that the table does not name. Without any, a worker writes its declared paths and says
that it is done. In auto mode the client takes the last message of an agent by a call, SubagentHandback: then it ends so.
"""

from __future__ import annotations

import re
import threading
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import PurePosixPath

from fanout.client.conversation import FOREVER, Conversation, Failure, Json, Reply, ToolCall, ToolResult
from fanout.errors import FanoutError

Step = Mapping[str, object]
CALLS = ("write", "edit", "read", "bash", "call", "together", "declared")
ENDINGS = ("done", "blocked", "needs")
PAUSES = ("wait", "mark", "after")
HAND_BACK = "SubagentHandback"
KINDS = (*CALLS, *PAUSES, "say", *ENDINGS, "fail", "never")
DEFAULT: tuple[Step, ...] = ({"declared": True}, {"done": "wrote the declared files"})

_SHORT = re.compile(r"fanout brief ([\w.:-]+)/([\w.:-]+?)`? and follow it")
_TITLE = re.compile(r"^# Task ([^\s:]+)", re.MULTILINE)
_RESULT = re.compile(r"\bDONE\|([^|\s]+)\|")
_DECLARED = re.compile(r"^\W*(?:write only|writes?)\b[^:\n]*:(.*(?:\n[ \t]*[-*] .*)*)", re.IGNORECASE | re.MULTILINE)
_QUOTED = re.compile(r"`([^`\n]+)`")


class BadScript(FanoutError):
    """A table that can't be played: says which task, which step, and what a step may be."""


@dataclass(frozen=True)
class Refusal:
    """A call of a worker that failed or was denied, with what the worker was told."""

    task: str
    agent: str
    tool: str
    input: Json
    text: str


@dataclass
class _State:
    """Where one agent stands. `answered` holds its replies by the length of the conversation, for retried requests."""

    task: str
    steps: list[Step]
    brief: str
    answered: dict[int, Reply] = field(default_factory=dict)
    last: Step = field(default_factory=dict)
    failures: int = 0


@dataclass
class Worker:
    """Plays one table for any number of agents at a time. `refusals` holds every failed call, in order."""

    table: Mapping[str, Sequence[Step]] = field(default_factory=dict)
    refusals: list[Refusal] = field(default_factory=list)
    _agents: dict[str, _State] = field(default_factory=dict)
    _marks: defaultdict[str, threading.Event] = field(default_factory=lambda: defaultdict(threading.Event))
    _lock: threading.Lock = field(default_factory=threading.Lock)

    @classmethod
    def from_table(cls, table: Mapping[str, object]) -> Worker:
        """A worker for a table that came from outside; raises BadScript."""
        return cls({task: checked(task, steps) for task, steps in table.items()})

    def __call__(self, conversation: Conversation) -> Reply:
        with self._lock:
            state = self._agents.get(conversation.key) or self._begin(conversation)
            length = len(conversation.messages)
            if length not in state.answered:
                self._note(state, conversation)
                reply = self._next(state, conversation)
                if reply.failure:  # the same request comes again and has to get further
                    return reply
                state.answered[length] = reply
            return state.answered[length]

    def mark(self, name: str) -> None:
        """Lets go whoever waits, or will wait, for `{"after": name}`."""
        self._marks[name].set()

    def tasks(self) -> dict[str, str]:
        """The task of each agent seen so far, by agent id."""
        with self._lock:
            return {agent: state.task for agent, state in self._agents.items()}

    def _begin(self, conversation: Conversation) -> _State:
        task = task_of(conversation.brief)
        steps = list(self.table.get(task, self.table.get("*", DEFAULT)))
        if short := _SHORT.search(conversation.brief):
            steps.insert(0, {"bash": f"fanout brief {short[1]}/{short[2]}"})
        state = self._agents[conversation.key] = _State(task, steps, conversation.brief)
        return state

    def _note(self, state: _State, conversation: Conversation) -> None:
        failed = [result for result in conversation.results if result.is_error]
        for result in failed:
            refusal = Refusal(state.task, conversation.key, result.name, result.input, result.text)
            self.refusals.append(refusal)
        reaction = state.last.get("if_error")
        if failed and isinstance(reaction, Sequence):
            state.steps[:0] = reaction
        state.brief += "\n".join(result.text for result in conversation.results if _is_brief(result))

    def _next(self, state: _State, conversation: Conversation) -> Reply:
        thought = Reply()
        while state.steps:
            step = state.steps[0]
            kind = kind_of(step)
            if kind == "never":
                return Reply(delay=FOREVER)
            if kind == "fail":
                if (reply := _failing(state, step, thought)) is not None:
                    return reply
                continue
            state.steps.pop(0)
            if kind in PAUSES:
                thought = self._pause(kind, step, thought)
                continue
            state.last = step
            if kind not in CALLS:
                return _ending(thought, _last_words(state.task, kind, step), conversation)
            if calls := _calls(step, state, conversation.cwd):
                return replace(thought, calls=tuple(calls))
        ending: Step = state.last if kind_of(state.last) in ("say", *ENDINGS) else {"done": "did every step"}
        state.last = ending
        return _ending(thought, _last_words(state.task, kind_of(ending), ending), conversation)

    def _pause(self, kind: str, step: Step, thought: Reply) -> Reply:
        """The reply that is being thought about, so much later."""
        if kind == "wait":
            return replace(thought, delay=thought.delay + float(str(step["wait"])))
        if kind == "after":
            return replace(thought, holds=(*thought.holds, self._marks[str(step["after"])]))
        self.mark(str(step["mark"]))
        return thought


def kind_of(step: Step) -> str:
    """Which of KINDS a step is, or the empty string."""
    return next((kind for kind in KINDS if kind in step), "")


def checked(task: str, steps: object) -> list[Step]:
    """The steps when each of them can be played, else BadScript."""
    if not isinstance(steps, list):
        raise BadScript(f"task {task}: its steps are {type(steps).__name__}.", "Give a list of steps.")
    for number, step in enumerate(steps):
        if not isinstance(step, dict) or not kind_of(step):
            raise BadScript(f"task {task}, step {number}: {step!r} is no step.", f"Use one of {', '.join(KINDS)}.")
        for part in ("together", "if_error"):
            if part in step:
                checked(f"{task}, step {number} {part}", step[part])
    return steps


def task_of(brief: str) -> str:
    """The id of the task that a brief or a short prompt is for; the empty string when it names none."""
    if short := _SHORT.search(brief):
        return short[2]
    named = _TITLE.search(brief) or _RESULT.search(brief)
    return named[1] if named else ""


def declared(brief: str) -> list[str]:
    """The paths that the brief says to write, patterns turned into a path that they match."""
    found = _DECLARED.search(brief)
    return [_concrete(path) for path in _QUOTED.findall(found[1])] if found else []


def _concrete(pattern: str) -> str:
    path = re.sub(r"\{([^{},]*)[^{}]*\}", r"\1", pattern)
    path = path.replace("**", "made").replace("*", "made").replace("?", "x")
    return path + "made.txt" if path.endswith("/") else path


def _failing(state: _State, step: Step, thought: Reply) -> Reply | None:
    """The failing answer; None (and the step is over) once it failed `times` times."""
    state.failures += 1
    if state.failures > float(str(step.get("times", FOREVER))):
        state.failures = 0
        state.steps.pop(0)
        return None
    status = int(str(step["fail"]))
    failure = Failure(
        status, "api_error", f"scripted failure of task {state.task}", 0 if status in (429, 529) else None
    )
    return replace(thought, text="cut here", failure=failure)


def _last_words(task: str, kind: str, step: Step) -> str:
    said = str(step[kind])
    return said if kind == "say" else f"{kind.upper()}|{task}|{said}"


def _ending(thought: Reply, words: str, conversation: Conversation) -> Reply:
    """The last message: a call, where the client takes it by one."""
    if HAND_BACK in conversation.tools:
        return replace(thought, calls=(ToolCall(HAND_BACK, {"message": words}),))
    return replace(thought, text=words)


def _calls(step: Step, state: _State, cwd: str) -> list[ToolCall]:
    kind = kind_of(step)
    if kind == "together":
        parts = step["together"]
        return [call for part in parts for call in _calls(part, state, cwd)] if isinstance(parts, list) else []
    if kind == "declared":
        return [_call({"write": path, "content": f"{path} by {state.task}\n"}, cwd) for path in declared(state.brief)]
    return [_call(step, cwd)]


def _call(step: Step, cwd: str) -> ToolCall:
    kind = kind_of(step)
    if kind == "bash":
        return ToolCall("Bash", {"command": step["bash"], "description": "scripted"})
    if kind == "call":
        arguments = step.get("input")
        return ToolCall(str(step["call"]), dict(arguments) if isinstance(arguments, Mapping) else {})
    path = str(PurePosixPath(cwd) / str(step[kind]))
    if kind == "read":
        return ToolCall("Read", {"file_path": path})
    if kind == "write":
        return ToolCall("Write", {"file_path": path, "content": step.get("content", "scripted\n")})
    return ToolCall("Edit", {"file_path": path, "old_string": step.get("old", ""), "new_string": step.get("new", "")})


def _is_brief(result: ToolResult) -> bool:
    return result.name == "Bash" and str(result.input.get("command", "")).startswith("fanout brief ")
