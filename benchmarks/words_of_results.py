"""Rules for what is said of tasks: done or not and why, what runs, what can start, what the times were. As words_of_changes."""

from __future__ import annotations

import json
import re
import shlex
from typing import Any

from project import benchmark

SLACK = benchmark("what_happened").SLACK
NEVER = float("inf")
UNKNOWN = "it is not of the known form"
JUDGING = 120.0  # seconds that acceptance commands may take


def _words(line: str) -> list[str]:
    try:
        return shlex.split(line)
    except ValueError:
        return []


def _runs(t: Any, line: str, at: float) -> list[int]:
    """The exit codes of an acceptance command, up to the last judgment before `at`."""
    return [code for when, words, code in t.tools if words == _words(line) and at - JUDGING < when < at]


def _id(word: str) -> str:
    return word.removeprefix("Task ")


def not_done(judge: Any, s: Any, text: str) -> str:
    """What is missing: of a task sent back, or failed."""
    t = judge.truth
    text = re.sub(rf"^Task {re.escape(s.to)} is not done: ", "", text)
    if found := re.match(r"nothing changed in what the task declares \((.+?)\)", text):
        if set(found[1].split(", ")) != set(t.tasks[s.to]["patterns"]):
            return f"that is not what {s.to} declares"
        took = max((ended for task, _, ended in t.swept if task == s.to and ended < s.at), default=0.0)  # by itself
        own = [m for m in t.made if m.task == s.to and m.agent and took < m.begun < s.at and t.declares(s.to, m.path)]
        kept = [m for m in own if m.agent == s.agent or not s.agent]
        return f"it wrote {kept[0].path}" if kept else ""
    if text.startswith("its agent changed nothing that is on record, and its last message names nothing that it found"):
        own = [m for m in t.made if m.task == s.to and m.agent and m.begun < s.at]
        return f"it wrote {own[0].path}" if own else ""
    if found := re.match(r"([\w./*, -]+?) (?:was|were) to be written and (?:is|are) not there\.", text):
        there = [name for name in found[1].split(", ") if t.wrote(s.to, name, s.at) or name in t.there]
        return f"{there} is there" if there else ""
    if (command := re.match(r"`([^`\n]+)` ", text)) and command[1] not in t.tasks[s.to]["accept"]:
        return f"{s.to} is not checked by that"
    if found := re.match(r"`([^`\n]+)` exited (\d+)(?::|, and printed nothing\.)", text):
        return "" if int(found[2]) in _runs(t, found[1], s.at)[-1:] else "that check did not end so"
    if found := re.match(
        r"`([^`\n]+)` exits (\d+) also in a copy without the unfinished work of ((?:task [\w-]+(?:, )?)+)(?: \(.+?\))?"
        r"(?:; there it says:|, and prints nothing\.)",
        text,
    ):
        return _in_copy(judge, s, found[1], int(found[2]), re.findall(r"task ([\w-]+)", found[3]))
    return UNKNOWN


def _in_copy(judge: Any, s: Any, line: str, code: int, others: list[str]) -> str:
    """It failed twice, here and in the copy; what that was without is what others had written and not ended."""
    t = judge.truth
    runs = _runs(t, line, s.at)
    if len(runs) < 2 or runs[-1] != code or not all(runs[-2:]):
        return "that check did not fail twice"
    said = max((at for agent in t.of(s.to) for at in agent.stopped if at < s.at), default=s.at)
    may_be, surely = set(), set()
    for other in set(t.tasks) - {s.to}:
        wrote = [m for m in t.made if m.task == other and m.agent and m.begun < s.at]
        if wrote and (t.is_at_work(other, said, s.at) or (other in judge.lost and t.ended(other, s.at))):
            may_be.add(other)
        if any(m.ended < said - SLACK and _lasts(t, m) for m in wrote) and any(
            a.begun < said and a.ended > s.at for a in t.of(other)
        ):
            surely.add(other)
    if len(others) != len(set(others)) or not surely <= set(others) <= may_be:
        return f"{sorted(surely)} to {sorted(may_be)} had not ended"
    return ""


def _lasts(t: Any, made: Any) -> bool:
    """Whether no git command may have taken it back."""
    return not t.swept


def not_judged(judge: Any, s: Any, text: str) -> str:
    """A check that fails, and not for what the task wrote: by whose file, where one is named."""
    t = judge.truth
    found = re.match(rf"Task {re.escape(s.to)} is not judged yet: `([^`\n]+)` exits (\d+), and (.+?):\n", text)
    if not found or int(found[2]) not in _runs(t, found[1], s.at):
        return "that check did not fail" if found else UNKNOWN
    for path, task in re.findall(r"([\w./-]+\.\w+), last changed by task ([\w-]+)", found[3]):
        wrote = [m for m in t.made if m.path == path and m.begun < s.at]
        if not wrote or (max(wrote, key=lambda made: made.ended).task != task and not t.wrote(task, path, s.at)):
            return f"{task} did not write {path} last"
        if t.declares(s.to, path):
            return f"{path} is of {s.to}"
    for path, task in re.findall(r"names ([\w./-]+\.\w+) of task ([\w-]+), half done", found[3]):
        if not t.wrote(task, path, s.at) or not t.is_at_work(task, s.at - JUDGING, s.at):
            return f"{task} is not at {path}"
    return ""


def done(judge: Any, s: Any, text: str) -> str:
    """Its agent said so, and it was checked unless it is said that it was not."""
    t = judge.truth
    task = _id(text.split(" done")[0])
    ended = [agent for agent in t.ended(task, s.at) if agent.said_done and _is_told(agent, s)]
    if not ended or task in judge.lost:
        return f"{task} did not say so"
    says_not = "not checked" in text
    commands = [line for line in t.tasks[task]["accept"] if _runs(t, line, s.at)]
    failing = [line for line in commands if _runs(t, line, s.at)[-1]]
    wrote = any(m.task == task and m.agent and t.declares(task, m.path) for m in t.made)
    if says_not:
        unasked = bool(t.tasks[task]["patterns"]) and not failing
        return f"{task} was checked" if unasked else ""
    if failing and "passes in a copy" not in text:
        return f"{task}: `{failing[0]}` fails"
    return "" if wrote or commands else f"{task}: nothing was checked"


def _is_told(agent: Any, s: Any) -> bool:
    """Whether the sentence comes no later than the word of the agent's end: with it, or with another's before it."""
    return agent.told >= s.at or s.event != "UserPromptSubmit"


FAILED = re.compile(
    r"(?P<task>(?:Task )?\S+) failed: (?:its check failed: |said done, but )(?P<gap>.+?)(?:; there it says)?(?:\.? (?P<waits>"
    r"No other task waits for it\.|(?P<names>\S+(?:, \S+)*) needs? it and do(?:es)?n't start; nothing else "
    r"waits for it\.) Tell the user\. "
    r"`fanout retry (?P<name>\S+)` (?:takes its changes back and )?does it anew(?: \(`--note '...'` tells its agent more\))?, "
    r"`fanout skip \S+` goes on without it(?:; a "
    r"small gap: SendMessage to (?P<agent>\w+) with what is missing, the same agent goes on where it stands)?; (?:fixed|done) by "
    r"hand: `fanout done \S+`\.)?$"
)


def failed(judge: Any, s: Any, text: str) -> str:
    """Its agent has ended, the evidence is missing, and what it says of the rest is so."""
    t = judge.truth
    found = FAILED.match(text)
    if not found:
        return UNKNOWN
    task = _id(found["task"])
    if not t.ended(task, s.at) or (found["name"] or task).split("/")[-1] != task:
        return f"{task} has not ended"
    if found["agent"] and (found["agent"] not in t.agents or t.agents[found["agent"]].task != task):
        return f"{found['agent']} is not the agent of {task}"
    held = set(found["names"].split(", ")) if found["names"] else set()
    if found["waits"] and held != _needing(t, task):
        return f"{sorted(_needing(t, task))} need {task}"
    return _gap(judge, s, task, found["gap"])


def _gap(judge: Any, s: Any, task: str, gap: str) -> str:
    """The gap as it was told the agent, on one line."""
    about = type(s)(s.at, task, "", s.event, gap)
    if re.match(r"`[^`]+` ex", gap) and "not there" not in gap:
        line = re.sub(r"(exited \d+): .*", r"\1:", gap)
        about.text = line if line.endswith((":", "nothing")) else f"{line}; there it says:"
        about.text = re.sub(r"(; there it says): .*", r"\1:", about.text)
        about.text = re.sub(r"nothing$", "nothing.", about.text)
    elif gap.endswith("not there"):
        about.text = f"{gap}."
    return not_done(judge, about, about.text)


def _needing(t: Any, task: str) -> set[str]:
    found: set[str] = set()
    queue = [task]
    while queue:
        last = queue.pop()
        more = {name for name, one in t.tasks.items() if last in one["needs"]} - found
        found |= more
        queue += more
    return found


def progress(judge: Any, s: Any, text: str) -> str:
    t = judge.truth
    found = re.match(
        r"fanout \S+: (\d+) of (\d+) done(?: \((\d+) not checked: ([^)]*)\))?((?:, \d+ \w+ \([^)]*\))*)\.$", text
    )
    if not found:
        return UNKNOWN
    if int(found[2]) != len(t.tasks):
        return f"there are {len(t.tasks)} tasks"
    by_state = dict(re.findall(r"\d+ (\w+) \(([^)]*)\)", found[5]))
    counts = {state: int(count) for count, state in re.findall(r"(\d+) (\w+) \(", found[5])}
    named = {state: set(names.split(", ")) for state, names in by_state.items()}
    if any(counts[state] != len(names) for state, names in named.items()):
        return "it names not as many as it says"
    running, lost = named.pop("running", set()), named.pop("failed", set())
    if named:
        return f"no rule knows {sorted(named)}"
    return _running(t, s, running) or _lost(t, s, lost) or _count(t, s, int(found[1]), running | lost)


def _running(t: Any, s: Any, names: set[str]) -> str:
    """Each runs whose end was not told; and of those that surely run none is left out."""
    if over := [name for name in names if not t.is_at_work(name, s.at, s.at)]:
        return f"{over} does not run"
    if both := [name for name in names if re.search(rf"^(?:Task )?{re.escape(name)} done\b", s.text, re.MULTILINE)]:
        return f"{both} is done, by the same text"
    surely = {a.task for a in t.agents.values() if a.begun < s.at - 2 * SLACK and a.ended > s.at}
    return f"{sorted(surely - names)} runs too" if surely - names else ""


def _lost(t: Any, s: Any, names: set[str]) -> str:
    alive = [name for name in names if not t.ended(name, s.at)]
    return f"{alive} has not ended" if alive else ""


def _count(t: Any, s: Any, count: int, others: set[str]) -> str:
    """No more than have ended, and no fewer than have ended, were told, and are none of the others."""
    ended = {a.task for a in t.agents.values() if a.said_done and a.ended <= s.at}
    told = {a.task for a in t.agents.values() if a.said_done and a.told <= s.at} - others
    return "" if len(told) <= count <= len(ended - others) else f"{len(told)} to {len(ended - others)} are done"


def more(judge: Any, s: Any, text: str) -> str:
    """So many tasks wait for nothing but their launch."""
    t = judge.truth
    found = re.search(r": (\d+) more can start by now|left (\d+) ready tasks? out", text)
    begun = {a.task for a in t.agents.values() if a.begun <= s.at - 1}
    free = [task for task in t.tasks if task not in begun]
    return "" if found and int(found[1] or found[2]) <= len(free) else f"only {free} have not begun"


def launch(judge: Any, s: Any, text: str) -> str:
    """Each has not begun, and what it needs is done."""
    t = judge.truth
    found = re.match(
        r"(?:Send exactly (?:this Agent call|these (\d+) Agent calls) now, (?:all in one message, )?then end your turn|"
        r"More can start: send these calls too, in one message with those above not sent yet):\n"
        r"```json\n(.*?)\n```$",
        text,
        re.DOTALL,
    )
    if not found:
        return UNKNOWN
    calls = json.loads(found[2])["launch"]
    if text.startswith("Send exactly") and len(calls) != int(found[1] or 1):
        return f"it lists {len(calls)}"
    for call in calls:
        task = re.search(r"fanout brief \S+?/(\S+)`", call["prompt"])
        if not task or task[1] not in t.tasks:
            return f"{call['prompt']} is of no task"
        if any(a.asked < s.at - SLACK for a in t.of(task[1])):
            return f"{task[1]} has begun"
        open_ = [need for need in t.tasks[task[1]]["needs"] if need in judge.lost or not _was_done(t, need, s.at)]
        if open_:
            return f"{task[1]} needs {open_}"
    return ""


def _was_done(t: Any, task: str, at: float) -> bool:
    return any(agent.said_done for agent in t.ended(task, at))


def wait(judge: Any, s: Any, text: str) -> str:
    found = re.match(
        r"Nothing to launch now(?:; .+?)?\. End your turn(?:: you are told when they finish|, unless "
        r"another notification here brings a launch)\.$",
        text,
    )
    if not found:
        return UNKNOWN
    runs = any(agent.asked < s.at + SLACK and agent.ended > s.at - SLACK for agent in judge.truth.agents.values())
    return "" if runs else "nothing runs"


def over(judge: Any, s: Any, text: str) -> str:
    """Nothing runs, what is left out needs what failed, and the figures are so."""
    t = judge.truth
    running = [agent.task for agent in t.agents.values() if agent.asked < s.at - SLACK and agent.ended > s.at]
    if running:
        return f"{running} runs"
    found = re.match(
        r"The run (?:is over|stands still(?:, .+? (?:is|are) blocked)?)\."
        r"(?: Not started, what (?:it needs|they need) (?:failed|was blocked|failed or was blocked|did not start): "
        r"(?P<stuck>.+?)\.)?"
        r"(?: Not done: (?P<lost>.+?)\. To go on"
        r"(?P<each>, for each of them)?: .+? (?:fixed|done) by hand: `fanout done \S+`"
        r"(?P<held>; what it held up starts then)?\.)?"
        r"(?: No command checked (?P<bare>.+?)(?:: (?:offer the user `.+?`, the project's tests|"
        r"tell the user, `.+?` runs the project's tests))?\.)?"
        r"(?: (?P<figures>Measured: .+?|Nothing is done, so no times are compared\.|Nothing was measured\.))?"
        r"(?: Tell the user the result(?: in a few lines|, with what was found, the most important first);)? `fanout report \S+`"
        r" has the details(?:; what the reviews found stands in \S+/)?\.$",
        text,
    )
    if not found:
        return UNKNOWN
    lost = re.findall(r"(?:^|; )(\S+) failed(?:: |; |$)", found["lost"] or "")
    stuck = set(found["stuck"].split(", ")) if found["stuck"] else set()
    needing = set().union(*(_needing(t, task) for task in lost)) if lost else set()
    if stuck != needing or bool(found["held"]) != bool(needing) or bool(found["each"]) != (len(lost) > 1):
        return f"{sorted(needing)} need what failed"
    if begun := [task for task in stuck if t.of(task)]:
        return f"{begun} did begin"
    if checked := [task for task in (found["bare"] or "").split(", ") if task and t.tasks.get(task, {}).get("accept")]:
        return f"a command checked {checked}"
    if not found["figures"] and not lost:
        return "all is done, and nothing is said of the time"
    return _lost(t, s, set(lost)) or (measured(judge, s, found["figures"]) if found["figures"] else "")


FIGURES = re.compile(
    r"Measured: (?:(?P<work>[\d.]+) (?P<unit>s|min) of agents' work added up(?: \((?P<apart>\d+) that ended without a result "
    r"(?:is|are) not counted\))?, )?(?P<span>[\d.]+) (?P<per>s|min) from the first start to the last end"
    r"(?:: (?:(?P<times>[\d.]+) times faster than|no faster than) their times added up; at most (?P<most>\d+) at once\."
    r"|; no speedup is claimed, as (?P<lost>\d+) agents? ended without a result\.)(?P<more>.*)$"
)


def measured(judge: Any, s: Any, text: str) -> str:
    """The figures are as the requests' times say, as far as these know: from the first request to the last answer of an
    agent at least, from its launch to the word of its end at most."""
    agents = list(judge.truth.agents.values())
    if text == "Nothing is done, so no times are compared.":
        return "" if not any(_told_done(judge, agent) for agent in agents) else "something is done"
    found = FIGURES.match(text)
    if not found:
        return UNKNOWN
    done_ = [agent for agent in agents if _told_done(judge, agent)]
    if len(agents) - len(done_) != int(found["apart"] or found["lost"] or 0):
        return f"{len(agents) - len(done_)} ended without a result"
    work, span = (
        float(found[a] or 0) * (60 if found[b] == "min" else 1) for a, b in (("work", "unit"), ("span", "per"))
    )
    until = {id(agent): min(agent.told, judge.truth.over) for agent in agents}
    least, longest = (sum(a.ended - a.begun for a in done_), sum(until[id(a)] - a.asked for a in done_))
    work = work if found["work"] else least
    if not least - 1 - work * 0.01 <= work <= longest + 1 + work * 0.01:
        return f"the work took {least:.1f} to {longest:.1f} s"
    least = max(a.ended for a in agents) - min(a.begun for a in agents)
    longest = max(until.values()) - min(a.asked for a in agents)
    if not least - 1 - span * 0.01 <= span <= longest + 1 + span * 0.01:
        return f"it went on for {least:.1f} to {longest:.1f} s"
    surely = _at_once([(a.begun + 1, a.ended - 1) for a in agents])
    at_most = _at_once([(a.asked, until[id(a)]) for a in agents])
    if found["most"] and not surely <= int(found["most"]) <= at_most:
        return f"{surely} to {at_most} were at work at once"
    times = work / span if span else 0.0
    is_so = abs(float(found["times"]) - times) < 0.1 + times * 0.01 if found["times"] else times < 1.1
    return "" if is_so else f"it is {times:.2f} times"


def _told_done(judge: Any, agent: Any) -> bool:
    """Whether its task was told to be done: as it ended, not an earlier one's."""
    return agent.said_done and agent.task not in judge.lost


def _at_once(spans: list[tuple[float, float]]) -> int:
    edges = sorted(
        [(start, 1) for start, end in spans if start < end] + [(end, -1) for start, end in spans if start < end]
    )
    now = most = 0
    for _, step in edges:
        now += step
        most = max(most, now)
    return most


def as_above(judge: Any, s: Any, text: str) -> str:
    return "" if text == "The launch block above still stands; send it if you have not yet." else UNKNOWN


RULES = {
    "not done": not_done,
    "not judged": not_judged,
    "done": done,
    "failed": failed,
    "progress": progress,
    "more": more,
    "launch": launch,
    "wait": wait,
    "over": over,
    "measured": measured,
    "as above": as_above,
}
