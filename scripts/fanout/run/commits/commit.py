"""One commit for each task, with exactly its own paths and its own change of them.

The commit is built in a private index: the step from what the agent found to what it left, laid onto what HEAD has now.
So neither what siblings or the user wrote elsewhere in a file nor what is staged gets in or out. Afterwards the same
step is laid onto the user's index; where it does not fit there, the index stays as it is.

    task -> the intent in the journal -> the index is held -> _build -> HEAD moves -> the index moves, and is let go
         -> "committed", the intent is dropped

As long as the index is held no other git commits: one that found a HEAD with the task and an index without it would take
the task back. Whoever is killed leaves the intent and the lock, and `finish` does the rest.
"""

from __future__ import annotations

import os
import re
import shlex
import tempfile
import time

from fanout.errors import FanoutError
from fanout.run.agents import agents
from fanout.run.changes import beyond_declared, changes, git, heads, objects
from fanout.run.commits import blobs, index, intents, taken_back
from fanout.run.store import base, journal, meta, state_dir
from fanout.run.store.db import Write
from fanout.run.tasks import tasks

TYPE_CHECKING = False  # typing is slow to import
if TYPE_CHECKING:
    import sqlite3
    from typing import Any

    from fanout.run.store.records import Task

TRIES = 40
LONGEST_SUBJECT, SHORTEST_CLAUSE = 72, 12  # characters
WHEN = re.compile(
    r"(?:when|once|after|as soon as|wenn|sobald|nachdem)\b[^:]{1,60}: +", re.IGNORECASE
)  # no work, a wait
CLAUSE = re.compile(r"[:;.](?= )| [-–—(]")  # noqa: RUF001
UNTOUCHED = re.compile(
    r"(?:\A|[;,.]?\s+)(?:not needed|already right|no look needed):[^;]*", re.IGNORECASE
)  # the brief's words
ASIDE = re.compile(r" \((?:not checked\b|`[^`]*` passes in a copy).*\)\Z|\A" + tasks.BY_HAND + r".*", re.DOTALL)


def pending(db: sqlite3.Connection, run: str) -> list[Task]:
    """The tasks that are done and not committed: in the plan's order, but as they came where they changed one file."""
    committed, opened = journal.committed(db, run), agents.last_of_tasks(db, run)
    left = [task for task in tasks.in_state(db, run, "done") if task.id not in committed]
    paths = {task.id: set(changes.of_task(db, run, task.id)) for task in left}

    def comes_after(one: Task, other: Task) -> bool:
        return opened.get(other.id, 0) < opened.get(one.id, 0) and bool(paths[other.id] & paths[one.id])

    ordered = []
    while left:
        first = next(task for task in left if not any(comes_after(task, other) for other in left))
        left.remove(first)
        ordered.append(first)
    return ordered


def task(db: sqlite3.Connection, root: str, run: str, name: str, message: str = "", with_beyond: bool = False) -> str:
    """Commits a task that is done, `with_beyond` what it does not declare too. Returns the commit's id, "" when it changed
    nothing. Raises FanoutError."""
    task_ = tasks.get(db, run, name)
    if task_.state == "running":
        raise FanoutError(f"task {name} is still running.", "Commit it when it is done.")
    tree = _tree(db, root, run)
    with Turn(root):
        left_out = blobs.spelled(tree, _left_out(db, root, tree, run, name, with_beyond), meta.folds_case(db)).values()
        steps = {path: step for path, step in _steps(db, root, tree, run, name).items() if path not in left_out}
        if name in journal.committed(db, run) and not (with_beyond and steps):
            raise FanoutError(f"task {name} is committed already.", "Nothing of it is left to commit.")
        steps = _done_again(db, tree, task_, steps)
        if not steps:
            return ""
        how = heads.moved(db, root, run)
        try:
            made = _build(db, tree, task_, steps, message or message_of(task_))
        except blobs.Clash as clash:
            raise _refusal(db, tree, run, name, str(clash), sorted(steps)) from None
        with Write(db):
            journal.note(db, "committed", run, name, commit=made, paths=sorted(steps))
            if made and how:
                journal.note(db, "head-moved", run, name, commit=made, how=how)
            intents.drop(db, intents.COMMIT, run, name)
    return made


def finish(db: sqlite3.Connection, root: str) -> list[str]:
    """Brings commits to their end that were cut off. Returns what still stands against that, in words."""
    if not intents.of_kind(db, intents.COMMIT):
        return []
    turn = Turn(root)
    if not turn.is_free():
        return []  # its process lives
    with turn:
        return [line for intent in intents.of_kind(db, intents.COMMIT) if (line := _finish(db, intent))]


def _finish(db: sqlite3.Connection, intent: dict[str, Any]) -> str:
    """Outside any transaction."""
    run, name, tree, made = intent["run"], intent["task"], intent["tree"], intent["commit"]
    steps = {path: (tuple(before), tuple(after)) for path, (before, after) in intent["steps"].items()}
    if os.path.isdir(tree):
        index.free(tree)
    if made and os.path.isdir(tree) and _is_in_history(tree, made):
        if made not in journal.commits(db):
            with Write(db):
                journal.note(db, "committed", run, name, commit=made, paths=sorted(steps))
        stands = {path: step for path, step in steps.items() if _is_as_made(tree, made, path)}
        if not index.move(tree, stands, tries=1):
            return _locked(tree, made, sorted(stands))
    with Write(db):
        intents.drop(db, intents.COMMIT, run, name)
    return ""


def _is_in_history(tree: str, made: str) -> bool:
    """Whether HEAD or a branch has the commit."""
    if git.attempt(tree, "merge-base", "--is-ancestor", made, "HEAD")[0] == 0:
        return True
    code, out, _err = git.attempt(tree, "for-each-ref", "--count=1", "--contains", made, "refs/heads")
    return code == 0 and bool(out.strip())


def _is_as_made(tree: str, made: str, path: str) -> bool:
    """Whether no later commit changed the path: else its index is no business of ours."""
    return blobs.in_tree(tree, "HEAD", path) == blobs.in_tree(tree, made, path)


def _locked(tree: str, made: str, paths: list[str]) -> str:
    lock = git.run(tree, "rev-parse", "--git-path", "index.lock")
    return (
        f"Commit {made[:12]} is made, but {lock} keeps the index as it was: committed by hand now, it would take "
        f"{tasks.few(paths)} back. Remove {lock} if no git runs; the next `fanout` command brings the index along."
    )


def beyond(db: sqlite3.Connection, root: str, run: str, name: str) -> dict[str, str]:
    """What a task changed and does not declare, and what still stands: path -> how."""
    found = beyond_declared.of_task(db, root, run, name)
    gone = taken_back.of_task(db, root, run, name, found)
    return {path: how for path, how in found.items() if path not in gone}


def _left_out(db: sqlite3.Connection, root: str, tree: str, run: str, name: str, with_beyond: bool) -> set[str]:
    """What stays out: what an earlier commit of it has; of what the task does not declare all, or where that is asked for what
    was taken back since."""
    beyond = set(beyond_declared.of_task(db, root, run, name))
    out = taken_back.of_task(db, root, run, name, beyond) if with_beyond else beyond
    return journal.committed_paths(db, run, name) | {base.inside(root, tree, path) or path for path in out}


def _steps(db: sqlite3.Connection, root: str, tree: str, run: str, task: str) -> dict[str, blobs.Step]:
    """What the task changed in the repository of the work tree, as git's entries. Raises FanoutError."""
    named = {base.inside(root, tree, path): change for path, change in changes.of_task(db, run, task).items()}
    changed = {path: change for path, change in named.items() if path and _is_ours(tree, path)}
    unkept = [path for path, change in changed.items() if change[0] == objects.NOT_KEPT]
    if unkept:
        raise FanoutError(f"{', '.join(unkept)} was too large to be kept before.", "Commit it yourself.")
    as_git = blobs.spelled(tree, changed, meta.folds_case(db))
    return {
        as_git[path]: (blobs.of(root, tree, path, before), blobs.of(root, tree, path, after))
        for path, (before, after) in changed.items()
    }


def _tree(db: sqlite3.Connection, root: str, run: str) -> str:
    """The work tree that the run works in: its branch gets the commits. Raises FanoutError when it is gone."""
    home = base.folder(db, root, run)
    if not os.path.isdir(home):
        raise FanoutError(f"{home}, where {run} worked, is gone.", f"`fanout diff {run}` still prints what it changed.")
    return base.tree(root, home)


def _build(db: sqlite3.Connection, tree: str, task: Task, steps: dict[str, blobs.Step], message: str) -> str:
    """The new commit that HEAD now names, and the index with it; "" when HEAD has all of it already. Raises Clash, and
    Locked when somebody else holds the index."""
    with Write(db):
        intents.put(db, intents.COMMIT, task.run, task.id, tree=tree, commit="", steps={})
    try:
        with index.Held(tree) as held:
            held.prepare(steps)
            made = _onto_head(db, tree, task, steps, message)
            if made:
                held.publish()
    except (FanoutError, blobs.Clash):
        with Write(db):
            intents.drop(db, intents.COMMIT, task.run, task.id)
        raise
    return made


def _onto_head(db: sqlite3.Connection, tree: str, task: Task, steps: dict[str, blobs.Step], message: str) -> str:
    """As `_build`, the index aside."""
    err = ""
    for _ in range(TRIES):
        head = _head(tree)
        entries = {path: _entry(db, tree, task, head, path, step) for path, step in steps.items()}
        with tempfile.TemporaryDirectory(dir=state_dir.folder_of(meta.root(db))) as folder:
            own = os.path.join(folder, "index")
            git.run(tree, "read-tree", *([head] if head else ["--empty"]), index=own)
            blobs.put(tree, entries, own)
            built = git.run(tree, "write-tree", index=own)
        if head and built == git.run(tree, "rev-parse", f"{head}^{{tree}}"):
            return ""
        parents = ["-p", head] if head else []
        made = git.run(
            tree, "commit-tree", *_sign(tree), built, *parents, data=message.encode("utf-8", "backslashreplace")
        )
        with Write(db):
            intents.put(db, intents.COMMIT, task.run, task.id, tree=tree, commit=made, steps=steps)
        code, _, err = git.attempt(tree, "update-ref", "-m", f"fanout: {message.splitlines()[0]}", "HEAD", made, head)
        if code == 0:
            return made
        time.sleep(index.PAUSE_SECONDS)  # somebody else committed meanwhile: build on that
    raise FanoutError(f"HEAD could not be moved: {err.strip()}", "Try again when no other git runs.")


def _head(tree: str) -> str:
    """The commit that HEAD names, "" before the first."""
    code, out, _err = git.attempt(tree, "rev-parse", "--verify", "-q", "HEAD")
    return out.strip() if code == 0 else ""


def _sign(tree: str) -> list[str]:
    """The repository's own rule on signatures: commit-tree does not look at it."""
    code, out, _err = git.attempt(tree, "config", "--type=bool", "commit.gpgsign")
    return ["-S"] if code == 0 and out.strip() == "true" else []


def _entry(db: sqlite3.Connection, tree: str, task: Task, head: str, path: str, step: blobs.Step) -> blobs.Entry:
    """What the new commit has for the path. Raises Clash."""
    there = blobs.in_tree(tree, head, path)
    if there == blobs.NOTHING != step[0]:
        # git never had the file, and the user kept it beside: then it goes in whole. Or it was deleted since.
        if _makers(db, tree, task.run, task.id, path) or blobs.was_ever_in(tree, head, path):
            raise blobs.Clash(path)
        return step[1]
    if step[0] == blobs.NOTHING != there and _is_sparse(tree):
        return step[1]  # not checked out, which is no deletion
    return blobs.fitted(tree, path, step, there)


def _is_sparse(tree: str) -> bool:
    code, out, _err = git.attempt(tree, "config", "--type=bool", "core.sparseCheckout")
    return code == 0 and out.strip() == "true"


def _done_again(db: sqlite3.Connection, tree: str, task: Task, steps: dict[str, blobs.Step]) -> dict[str, blobs.Step]:
    """The steps from what HEAD has, where commits of the task are in that which it made before it was undone: done again, it
    began without them."""
    made: dict[str, list[str]] = {}
    for path, commit in journal.commits_undone(db, task.run, task.id):
        made.setdefault(path, []).append(commit)
    found = dict(steps)
    for path, commits in made.items():
        commits = [commit for commit in commits if _is_in_history(tree, commit)]
        there = blobs.in_tree(tree, "HEAD", path)
        try:
            if (without := _without(tree, path, commits, there)) != there:
                found[path] = (there, blobs.laid(tree, path, steps[path], without) if path in steps else without)
        except blobs.Clash:
            continue  # somebody changed the same since: it is refused as any other
    return found


def _without(tree: str, path: str, made: list[str], there: blobs.Entry) -> blobs.Entry:
    """The entry without what these commits, oldest first, made of it. Raises Clash."""
    for commit in reversed(made):
        step = (blobs.in_tree(tree, commit, path), blobs.in_tree(tree, f"{commit}^", path))
        there = blobs.laid(tree, path, step, there)
    return there


def _makers(db: sqlite3.Connection, tree: str, run: str, task: str, path: str) -> list[str]:
    """The other tasks of the run that changed the path, are done and are not committed, in order."""
    names = changes.makers(db, run, base.named(meta.root(db), tree, path))
    waiting = {other.id for other in tasks.in_state(db, run, "done")} - journal.committed(db, run) - {task}
    return [name for name in names if name in waiting]


def _refusal(db: sqlite3.Connection, tree: str, run: str, task: str, path: str, every: list[str]) -> FanoutError:
    others = _makers(db, tree, run, task, path)
    if others:
        fix = f"Task {tasks.few(others)} changed it too and is not committed: commit that first, or all in order with --all."
    elif _is_older(db, tree, run, path):
        files, title = " ".join(map(shlex.quote, every)), shlex.quote(tasks.get(db, run, task).title or task)
        return FanoutError(
            f"{path}: an uncommitted change that was there before stands in the same lines as that of task {task}.",
            f"`git add -- {files} && git commit -m {title} -- {files}` takes all that stands in the task's files; `fanout diff "
            f"{run}/{task}` shows the task's alone.",
        )
    else:
        fix = f"`fanout diff {run}/{task}` shows the task's change: bring it in by hand, and commit it yourself."
    return FanoutError(f"{path}: HEAD has other text in the same lines than task {task} began with.", fix)


def _is_older(db: sqlite3.Connection, tree: str, run: str, path: str) -> bool:
    """Whether no commit has changed the path since the run began."""
    began = heads.at_start(db, run)
    return bool(began) and blobs.in_tree(tree, began, path) == blobs.in_tree(tree, "HEAD", path)


def left_out(db: sqlite3.Connection, root: str, run: str, name: str) -> list[str]:
    """What a task changed in repositories inside the project: (path, its repository) is committed there, by the user."""
    tree = base.tree(root, base.folder(db, root, run))
    paths = [base.inside(root, tree, path) for path in changes.of_task(db, run, name)]
    return [path for path in paths if blobs.other_repository(tree, path)]


def _is_ours(tree: str, path: str) -> bool:
    """Whether the repository is to hold the path."""
    if blobs.other_repository(tree, path):
        return False
    return git.attempt(tree, "check-ignore", "-q", "--", f"./{path}")[0] != 0


def message_of(task: Task) -> str:
    """The message of a task's commit when nobody gives another: without what is said of its check, of files that it left as
    they are, and by whom it was ended."""
    said = UNTOUCHED.sub("", ASIDE.sub("", task.outcome)).strip(" ;")
    title = " ".join(task.title.split()) or task.id
    subject = _subject(title)
    parts = [subject, *([title] if subject != title else []), *([said] if said else []), f"Task: {task.run}/{task.id}"]
    return "\n\n".join(parts) + "\n"


def _capital(words: str) -> str:
    return words[:1].upper() + words[1:]


def _subject(title: str) -> str:
    """The title; of one that is too long for a subject its first clause, or its first words. A comma ends none: it may part a
    list of things."""
    if len(title) <= LONGEST_SUBJECT:
        return title
    title = _capital(WHEN.sub("", title, count=1)) if WHEN.match(title) else title
    if len(title) <= LONGEST_SUBJECT:
        return title
    clauses = [found.start() for found in CLAUSE.finditer(title[: LONGEST_SUBJECT + 1])]
    fits = [end for end in clauses if end >= SHORTEST_CLAUSE and title.count("(", 0, end) == title.count(")", 0, end)]
    return title[: fits[-1]] if fits else tasks.shortened(title, LONGEST_SUBJECT)


class Turn:
    """One committer at a time in a project."""

    __slots__ = ("file", "path")

    def __init__(self, root: str) -> None:
        self.path = os.path.join(state_dir.folder_of(root), "commit.lock")

    def __enter__(self) -> None:
        self.file = open(self.path, "wb")
        try:
            import fcntl

            fcntl.flock(self.file, fcntl.LOCK_EX)
        except ImportError:  # Windows: the compare-and-swap of HEAD is left
            pass

    def __exit__(self, *exc: object) -> None:
        self.file.close()

    def is_free(self) -> bool:
        """Whether nobody has the turn just now."""
        with open(self.path, "wb") as file:
            try:
                import fcntl

                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except ImportError:
                return True
            except OSError:
                return False
        return True
