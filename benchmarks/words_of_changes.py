"""Rules for what is said of files: who changed one, whose it is, what a git command would take, what a task changed beside
its own. Each takes the judge, the sentence, and the line; "" when the line is so, else why not."""

from __future__ import annotations

import re
import time
from dataclasses import dataclass
from typing import Any

from project import benchmark

what_happened = benchmark("what_happened")
SLACK = what_happened.SLACK
NEAR = 5.0  # seconds between a change and the next look at the file, with the hooks' own time
UNKNOWN = "it is not of the known form"
TASK = re.compile(r"\btask (?:[\w-]+?-\d+/)?([\w-]+)")
FILE = r"[\w./-]+\.\w+"
TO_OWNER = re.compile(
    r"(?P<path>\S+) belongs to you and (?:(?P<tool>was changed by a call of)|changed while (?:(?P<command>a command of)|"
    r"commands of|(?P<own>calls of yours and of))) (?P<who>.+?)(?: ran(?:, by no call of yours|: which of them did it can't be "
    r"told))?\. Read it again before you write it\.(?: The version before is kept in (?P<kept>\S+)\.)?$"
)
AS_BEFORE = re.compile(
    r"(?P<path>\S+) was written while calls of yours and of (?P<who>.+?) ran, and holds what it held before: what you changed "
    r"in it meanwhile, if you did, is gone\. Read it again before you write it\.$"
)
TO_OTHER = re.compile(
    r"While your command (?P<others>and others' )?ran, (?P<paths>.+?) of task (?P<owner>[\w-]+) changed"
    r"(?:, by no call of task (?P=owner)|(?P<ended>, which had finished with it: its work is in no commit yet)|"
    r"(?P<unclear>: which of them did it can't be told))\. (?P<rest>.*)$"
)
REPORTED = re.compile(
    r"(?P<path>\S+) of task (?P<owner>[\w-]+) changed, (?P<how>[\w ]+), (?P<who>.*), (?P<own>named|possible|)$"
)


@dataclass
class Claim:
    """That `path` of `owner` changed: by a tool or a command of `actors`, or by which of them can't be told ("unclear"), or
    it was written and holds what it held ("as before"). `may_be_own`: a call of the owner's ran, too. `is_open`: also
    others may have done it, who are not named."""

    path: str
    owner: str
    actors: set[str]
    kind: str
    may_be_own: bool = False
    is_open: bool = False


def changed(judge: Any, s: Any, text: str) -> str:
    """A sentence that files changed, and by whom."""
    found = TO_OWNER.match(text) or AS_BEFORE.match(text)
    if found:
        of = found.groupdict()
        kind = "tool" if of.get("tool") else "command" if of.get("command") else "unclear"
        kind = "as before" if found.re is AS_BEFORE else kind
        claim = Claim(
            found["path"], s.to, set(TASK.findall(found["who"])), kind, kind == "as before" or bool(of["own"])
        )
        return _kept(judge, of.get("kept")) or _claimed(judge, s, claim)
    if found := REPORTED.match(text):
        kind, actors = found["how"], set(TASK.findall(found["who"]))
        return _claimed(judge, s, Claim(found["path"], found["owner"], actors, kind, bool(found["own"])))
    if not (found := TO_OTHER.match(text)):
        return UNKNOWN
    kind = "unclear" if found["unclear"] else "command"
    kept = re.search(r"The version before is kept in (\S+)\.(?: |$)", found["rest"])
    if why := _kept(judge, kept and kept[1]) or (_finished(judge, s, found) if found["ended"] else ""):
        return why
    claims = [
        Claim(path, found["owner"], {s.to}, kind, is_open=bool(found["others"])) for path in found["paths"].split(", ")
    ]
    return next(filter(None, (_claimed(judge, s, claim) for claim in claims)), "")


def _kept(judge: Any, path: str | None) -> str:
    return f"nothing is kept in {path}" if path and not (judge.truth.root / path).is_file() else ""


def _finished(judge: Any, s: Any, found: re.Match[str]) -> str:
    """Its owner had ended, and no commit has what it left."""
    t, owner = judge.truth, found["owner"]
    if not t.ended(owner, s.at) or t.is_at_work(owner, s.at, s.at):
        return f"{owner} has not ended"
    committed = [path for path in found["paths"].split(", ") if not t.is_uncommitted(path, s.at)]
    return f"{committed} is committed" if committed else ""


def _claimed(judge: Any, s: Any, claim: Claim) -> str:
    """Whether a write explains the claim that has explained none before it to the same reader."""
    t = judge.truth
    owners = t.owners(claim.path) | {m.task for m in t.made if m.path == claim.path and m.agent and m.ended <= s.at}
    if claim.owner not in owners:
        return f"{claim.path} is not of {claim.owner}"
    if claim.owner in claim.actors:
        return f"{claim.path} is of {claim.owner}"
    key = (s.agent or "report", claim.path)
    explaining = sorted(
        (m for m in t.made if m.path == claim.path and m.begun <= s.at and _explains(t, s, claim, m)),
        key=lambda made: made.ended,
    )
    new = [m for m in explaining if m.ended > judge.used.get(key, 0.0) or s.at == judge.used.get((*key, "at"))]
    if not new:
        why = "it was told already" if explaining else f"no write of {_names(claim)} explains it"
        return f"{claim.path}: {why}"
    judge.used[key] = min(m.ended for m in new)
    judge.used[*key, "at"] = s.at
    judge.told.append((s.at, claim.owner if s.agent else "", claim.path))
    if claim.kind == "tool":
        return ""
    spans = [t.between_looks(made, claim.owner) for made in new]
    idle = [who for who in claim.actors if not any(t.ran(who, until, since, claim.path) for since, until in spans)]
    if claim.may_be_own and not any(_ran_itself(t, claim, *span) for span in spans):
        idle.append(claim.owner)
    return f"no command of {sorted(idle)} ran then" if idle else ""


def _ran_itself(t: Any, claim: Claim, since: float, until: float) -> bool:
    """Whether a call of the owner's was under way that could write the file."""
    calls = [m for m in [*t.made, *t.tried] if m.task == claim.owner and m.path == claim.path and m.agent]
    return t.ran(claim.owner, until, since, claim.path) or any(m.begun < until and m.ended > since for m in calls)


def _names(claim: Claim) -> str:
    return ", ".join(sorted(claim.actors | ({claim.owner} if claim.may_be_own else set())))


def _explains(t: Any, s: Any, claim: Claim, made: Any) -> bool:
    """Whether the claim is true of this write."""
    if _is_too_old(t, s, claim, made):
        return False
    is_own = made.task == claim.owner
    if claim.kind in ("tool", "command"):
        return made.task in claim.actors and not is_own and not _own_call_open(t, claim, made)
    if is_own:
        return not made.is_said or _is_disturbed(t, claim, made)
    return claim.is_open or made.task in claim.actors


def _is_too_old(t: Any, s: Any, claim: Claim, made: Any) -> bool:
    """Whether the reader was told of it later than with the second of its calls after the next look. The report has the time
    of the look."""
    look = t.between_looks(made, claim.owner)[1]
    if not s.agent:
        return look + NEAR < s.at
    later = [call for call in t.agents[s.agent].calls if call[0] > look + NEAR - SLACK and call[1] < s.at]
    return len(later) > 1


def _own_call_open(t: Any, claim: Claim, made: Any) -> bool:
    """Whether the owner had a command under way all along, that says not what it leaves."""
    own = [m for m in t.made if m.task == claim.owner and m.path == claim.path and m.agent and not m.is_said]
    return any(m.begun < made.begun - SLACK and m.ended > made.ended + SLACK for m in own)


def _is_disturbed(t: Any, claim: Claim, made: Any) -> bool:
    """Whether somebody else wrote it about then, so that what the owner's call announced may not be what came of it."""
    others = (m for m in t.made if m.task != claim.owner and m.path == made.path)
    return any(m.begun < made.ended + NEAR and m.ended > made.begun - NEAR for m in others)


def denied(judge: Any, s: Any, text: str) -> str:
    """What the report says of denials is what agents were told."""
    reason = " ".join(text.split(": ", 1)[1].split())
    return "" if any(reason in " ".join(one.split()) for one in judge.denied) else "nobody was told so"


def owned(judge: Any, s: Any, text: str) -> str:
    t = judge.truth
    found = re.match(
        r"(\S+) belongs to (?:task )?(.+?) \((.+?), since (\d\d:\d\d:\d\d)\), which (?:still works on it|has not ended)\. ",
        text,
    )
    if not found:
        return UNKNOWN
    path, owner, how, since = found.groups()
    owner = owner.split("/")[-1]
    begun = _called(t, s)
    if owner == s.to or not t.is_at_work(owner, begun, s.at):
        return f"{owner} is not at work"
    if how == "declared in the plan":
        times = [(agent.asked, agent.begun) for agent in t.of(owner)]
        if not t.declares(owner, path) and not t.declares(owner, path + "/x"):
            return f"{owner} does not declare {path}"
    elif how == "first to write" or how.endswith(" of it that names it is under way"):
        times = [(m.begun, m.ended) for m in [*t.made, *t.tried] if m.task == owner and m.path == path][:1]
    else:
        return f"no rule knows {how}"
    return "" if any(_is_clock(since, *span) for span in times) else f"it is not so since {since}"


def _called(t: Any, s: Any) -> float:
    """When the call began that the sentence answers."""
    reader = t.agents.get(s.agent)
    return max((begun for begun, _ in (reader.calls if reader else ()) if begun < s.at), default=s.at)


def _is_clock(said: str, begun: float, ended: float) -> bool:
    seconds = range(int(begun - 1), int(ended + SLACK) + 1)
    return said in {time.strftime("%H:%M:%S", time.localtime(at)) for at in seconds}


def stale(judge: Any, s: Any, text: str) -> str:
    t = judge.truth
    again = r"\. Read it again and keep that change; if your task needs this file, then write it\. This is said only once\.$"
    if found := re.match(rf"(\S+) has changed since (?:task )?(\S+) was about to write it at (\S+){again}", text):
        path, who, clock = found.groups()
        tried = [m for m in t.tried if (m.task, m.path) == (who, path) and _is_clock(clock, m.begun, m.ended)]
        later = [m for m in t.made if m.path == path and tried and tried[0].begun - SLACK < m.ended and m.begun < s.at]
        return "" if later else f"{who} did not try to write it then, or nobody wrote it since"
    found = re.match(rf"(\S+) was changed by (?:task )?(\S+) at (\d\d:\d\d:\d\d)(, after you began)?{again}", text)
    if not found:
        return UNKNOWN
    path, who, clock, is_after = found.groups()
    wrote = [m for m in t.wrote(who.split("/")[-1], path, s.at) if m.agent and _is_clock(clock, m.begun, m.ended)]
    if who == s.to or not wrote:
        return f"{who} did not write it then"
    began = t.agents[s.agent].begun
    return f"{s.to} began later" if is_after and max(m.ended for m in wrote) < began - SLACK else ""


WOULD = re.compile(
    r"git [\w-]+ would (?:change or take back|stage, unstage or commit|delete|change or drop stashed work of) (?P<what>.+?)"
    r"(?: and \d+ more)?; instead: git [\w-]+ .*<your files>$"
)


def git(judge: Any, s: Any, text: str) -> str:
    """What a git line would take away is there: others' files, written and not committed."""
    t = judge.truth
    found = WOULD.match(text)
    if not found:
        return UNKNOWN
    for each in found["what"].split(", "):
        path, _, whose = each.partition(" of ")
        task = (TASK.findall(whose) or [""])[0]
        if not t.is_uncommitted(path, s.at):
            return f"{path} is as it is committed"
        if task == s.to or (task and not t.declares(task, path) and not t.wrote(task, path, s.at)):
            return f"{path} is not of {task}"
        if not task and (
            whose != "the user or a program" or (t.wrote(s.to, path, s.at) and not _by_unseen(t, path, s.at))
        ):
            return f"{path} is not of {whose}"
    return ""


def _by_unseen(t: Any, path: str, at: float) -> bool:
    return any(m.path == path and not m.agent and m.begun < at for m in t.made)


def reads(judge: Any, s: Any, text: str) -> str:
    return "" if judge.truth.tasks[s.to]["reads_only"] and f"task {s.to} " in text else f"{s.to} may write"


HOW = rf"({FILE}) \((changed|created|deleted)\)"


def _changed_so(t: Any, task: str, path: str, how: str, at: float) -> str:
    """Why the task did not change the path in this way."""
    wrote = t.wrote(task, path, at)
    if not wrote:
        swept = [one for one in t.swept if one[0] == task and one[1] < at]
        return "" if swept and t.is_uncommitted(path, swept[-1][1]) else f"{task} did not write {path}"
    was_there = path in t.there or any(m.path == path and m.ended < wrote[0].begun for m in t.made)
    may_be = {"changed"} if was_there else {"created"}
    may_be |= {"created", "deleted"} if t.swept else set()
    return "" if how in may_be else f"{path} was not {how}"


def beyond(judge: Any, s: Any, text: str) -> str:
    t = judge.truth
    found = re.match(
        rf"(?:Task )?(\S+) also changed what it does not declare: ({HOW}(?:, {HOW})*)\."
        r"(?: That is the work of (?P<of>[^:]+): look whether "
        r"(?:it is|they are) still whole; `fanout undo [^`]+` takes back what \S+ changed there "
        r"and nothing else\.)? Tell the user\. "
        r"`fanout diff \S+/(\S+)` "
        r"shows it(?:, `fanout undo \S+ [^`]+` takes that back alone)?; `fanout commit` takes it only with --beyond\.$",
        text,
    )
    if not found or found[1] != found[found.re.groups]:
        return UNKNOWN
    for path, how in re.findall(HOW, found[2]):
        if t.declares(found[1], path):
            return f"{found[1]} declares {path}"
        if why := _changed_so(t, found[1], path, how, s.at):
            return why
    paths = [path for path, _ in re.findall(HOW, found[2])]
    for owner in (found["of"] or "").split(", ") if found["of"] else []:
        if not any(t.wrote(owner, path, s.at) for path in paths):
            return f"none of it is the work of {owner}"
    return ""


def made(judge: Any, s: Any, text: str) -> str:
    """A first write into what a task that is done has made."""
    found = re.match(r"(\S+) is what task (\S+) made, which is done; your task does not name it\. ", text)
    if not found:
        return UNKNOWN
    path, owner = found[1], found[2].split("/")[-1]
    if judge.truth.is_at_work(owner, s.at, s.at):
        return f"{owner} is at work"
    return "" if judge.truth.wrote(owner, path, s.at) else f"{owner} did not write {path}"


def checks(judge: Any, s: Any, text: str) -> str:
    """What an acceptance command only reads is no check."""
    t = judge.truth
    found = re.match(rf"(?:Task )?(\S+) changed what may check it: ({HOW}(?:, {HOW})*)\. Look whether ", text)
    if not found:
        return UNKNOWN
    for path, how in re.findall(HOW, found[2]):
        runs = [line for line in t.tasks[found[1]]["accept"] if path in line and not line.startswith("grep")]
        if not runs and "test" not in path:
            return f"{path} checks nothing"
        if why := _changed_so(t, found[1], path, how, s.at):
            return why
    return ""


def no_longer(judge: Any, s: Any, text: str) -> str:
    """Somebody wrote into what a task had left, and it is as it is said."""
    t = judge.truth
    found = re.match(
        r"No longer as (?:task )?(\S+) left it when it was judged, (by no write that a hook saw|since (?:a command|commands) of "
        r"(task \S+(?: and task \S+)*) ran): (.+?)"
        r"\. Look at it, and tell the user; `fanout diff \S+` shows what it did\.$",
        text,
    )
    if not found:
        return UNKNOWN
    task, _, by, listed = found.groups()
    ended = max((agent.ended for agent in t.of(task)), default=0.0)
    for each in listed.split(", "):
        path, _, how = each.partition(" ")
        if not t.declares(task, path) and not t.wrote(task, path, ended):
            return f"{task} left no {path}"
        later = [m for m in t.made if m.path == path and m.task != task and ended - SLACK < m.ended and m.begun < s.at]
        if by and not any(m.task in TASK.findall(by) for m in later):
            return f"{by} did not write {path} since"
        if not by and any(path == told and at <= s.at for at, _, told in judge.told) and later[-1:] and later[-1].agent:
            return f"a hook saw {later[-1].task} write {path}"
        swept = any(at > ended - SLACK for _, at, _ in t.swept)
        if not later and not swept:
            return f"nobody wrote {path} since then"
        if how not in ("holds something else", "is gone", "is as it was before the task") or (how == "is gone") != (
            not (t.root / path).exists()
        ):
            return f"{path} is not so"
    return ""


def taken_in(judge: Any, s: Any, text: str) -> str:
    """A commit took in what siblings had not finished: said to whoever's command ran, and to the owner."""
    t = judge.truth
    runner = found[1] if (found := re.search(r"a command of task (\S+) ran at that time", text)) else s.to
    names = re.findall(r"commit ([0-9a-f]{12})", text)
    parts = re.findall(r"([^;:]+?),? (?:which is yours, went into |\()commit ([0-9a-f]{12})", text)
    for listed, name in parts:
        at, files = t.commits.get(name, (0.0, set()))
        for path in re.findall(FILE, listed):
            owners = {s.to} if "which is yours" in text else set(t.tasks) - {s.to}
            if path not in files:
                return f"{path} is not in {name}"
            if not any(t.declares(one, path) or t.wrote(one, path, at + 1) for one in owners):
                return f"{path} is not of {sorted(owners)}"
        if not t.ran(runner, at + 1, at):
            return f"no command of {runner} ran as {name} was made"
    return "" if parts and len(parts) == len(names) else UNKNOWN


RULES = {
    "changed": changed,
    "denied": denied,
    "owned": owned,
    "stale": stale,
    "git": git,
    "read-only": reads,
    "beyond": beyond,
    "made": made,
    "checks": checks,
    "no longer": no_longer,
    "taken in": taken_in,
}
