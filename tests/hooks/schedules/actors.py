"""Who acts in a schedule: agents and main conversations with their calls, the user's hand, /clear, commits."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from hooks.schedules.world import MAIN, SECOND, SHARED, Process, World


def cast(world: World) -> None:
    """Everybody begins, at once or one after another."""
    choose = world.choose
    for who in [*world.agents, MAIN, *([SECOND] if SECOND in world.desks else [])]:
        world.spawn(agent(world, who), choose.uniform(0, 3) if choose.random() < 0.7 else 0.0)
    for chance, process in ((0.3, editor), (0.15, cleared), (0.5 if world.has_git else 0, committer)):
        if choose.random() < chance:
            world.spawn(process(world), choose.uniform(0, 30))


def gap(world: World) -> float:
    return world.choose.choice([0.0, 0.001, world.choose.uniform(0, 1), world.choose.uniform(0, 10)])


def agent(world: World, who: str) -> Process:
    """Messages of one to three calls, each with its end, then the batch."""
    for _ in range(world.choose.randint(1, 4)):
        yield gap(world)
        begun = len(world.calls)
        for _ in range(world.choose.choice([1, 1, 1, 2, 3])):
            yield from world.choose.choice(ACTIONS)(world, who)
            if who in world.over:
                return
        yield gap(world) if world.choose.random() < 0.3 else 0.001
        made = [use for use, call in list(world.calls.items())[begun:] if call.who == who]
        world.send(who, "batch", "PostToolBatch", tool_calls=[{"tool_use_id": use, "tool_name": "x"} for use in made])
        for use in made:
            if world.calls[use].ended is None and use not in world.left_running:
                world.calls[use].ended = world.events
    if who not in (MAIN, SECOND) and world.choose.random() < 0.5:
        yield gap(world)
        world.stop(who)


def text_of(data: bytes | None) -> str:
    return (data or b"").decode("utf-8", "replace").replace("\r\n", "\n")


def bytes_of(text: str, like: bytes | None) -> bytes:
    return (text.replace("\n", "\r\n") if like and b"\r\n" in like else text).encode()


def own_or_shared(world: World, who: str) -> str:
    is_shared = world.choose.random() < 0.1 and who != SECOND and not (world.place and str(world.place).endswith(who))
    return world.choose.choice(SHARED if is_shared else world.files[who])


def file_tool(world: World, who: str) -> Process:
    """Edit or Write: asked for, perhaps waited for, perhaps refused; its end told late now and then."""
    path = own_or_shared(world, who)
    tool, given, word, new = _wanted(world, path)
    use = world.begin(who, tool, given, path, announces=True)
    if not use:
        return
    yield world.choose.choice([0.001, 0.001, gap(world), world.choose.uniform(1, 60)])
    fate = world.choose.random()
    if use in world.cut:
        return  # the question to the user is gone with the conversation
    if fate < 0.12:  # the user said no: nothing more is heard of it but the batch
        return
    before = world.get(path)
    original = text_of(before)
    if fate < 0.2 or (tool == "Edit" and word not in original):
        world.end(use, given, error="String to replace not found")
        return
    response: dict[str, Any] = {"filePath": given["file_path"], "originalFile": None if before is None else original}
    if tool == "Write":
        content = given["content"]
        content = f"\ufeff{content}" if original.startswith("\ufeff") and content[0] != "\ufeff" else content
        world.write(who, use, path, content.encode())
        response |= {"content": content}
    else:
        gone = f"{word}\n" if not new and f"{word}\n" in original else word
        world.write(who, use, path, bytes_of(original.replace(gone, new, 1), before))
        response |= {"oldString": word, "newString": new, "replaceAll": False, "structuredPatch": []}
    yield world.choose.choice([0.001, 0.001, gap(world)])
    world.end(use, given, tool_response=response)


def _wanted(world: World, path: str) -> tuple[str, dict[str, Any], str, str]:
    """The tool, its arguments, and for Edit the word and what is to stand in its place."""
    old = text_of(world.get(path))
    tool = "Edit" if old and world.choose.random() < 0.6 else "Write"
    word = world.choose.choice(re.findall(r"[^\s<>\ufeff]+|<\d+>", old) or [""])
    tool = "Write" if not word else tool
    new = world.token() if world.choose.random() < 0.8 else ""
    content = world.choose.choice([f"{world.token()}\n", f"{world.token()}\r\nx\r\n", f"{old}{world.token()}\n"])
    given = {"file_path": str(world.root / path)}
    given |= {"content": content} if tool == "Write" else {"old_string": word, "new_string": new, "replace_all": False}
    return tool, given, word, new


def own_line(world: World, who: str) -> Process:
    """A shell line that says what the file holds then, and one that names the file only."""
    path = own_or_shared(world, who)
    token = world.token()
    is_said = world.choose.random() < 0.6
    line = f"echo '{token}' >> {world.root / path}" if is_said else f"sed -i 's/.*/{token}/' {world.root / path}"
    given = {"command": line}
    held = world.get(path)
    use = world.begin(who, "Bash", given, path, announces=is_said)
    if not use:
        return
    yield world.choose.choice([0.001, gap(world)])
    before = world.get(path) or b""
    if is_said and before != (held or b""):
        world.calls[use].announces = False  # what it said of the file is not what it leaves
    world.write(who, use, path, before + f"{token}\n".encode() if is_said else f"{token}\n".encode(), not is_said)
    yield 0.001
    world.end(use, given, tool_response={"stdout": ""})


def own_mcp(world: World, who: str) -> Process:
    path = own_or_shared(world, who)
    given = {"path": str(world.root / path), "content": f"{world.token()}\n"}
    use = world.begin(who, "mcp__files__write_file", given, path, announces=True)
    if not use:
        return
    yield gap(world)
    world.write(who, use, path, given["content"].encode())
    yield 0.001
    world.end(use, given, tool_response="ok")


def broad(world: World, who: str) -> Process:
    """A command that names nothing: most write nothing of anybody's."""
    kinds: list[tuple[str, dict[str, Any]]] = [
        ("Bash", {"command": "make test"}),
        ("mcp__gen__generate", {"kind": "all"}),
    ]
    tool, given = world.choose.choice(kinds)
    is_left = tool == "Bash" and world.choose.random() < 0.15
    use = world.begin(who, tool, given | ({"run_in_background": True} if is_left else {}))
    if not use:
        return
    if world.choose.random() < 0.08:  # refused by the user
        yield gap(world)
        return
    if is_left:
        world.end(use, given, tool_response={"stdout": "", "backgroundTaskId": f"shell-{use}"})
        world.calls[use].ended = None
        world.left_running.add(use)
    for _ in range(world.choose.choice([0, 0, 0, 1, 1, 2])):
        yield gap(world)
        if who in world.over:
            return
        clobber(world, who, use)
    if world.has_git and world.choose.random() < 0.15:
        world.commit([])
    yield gap(world)
    if who not in (MAIN, SECOND) and world.choose.random() < 0.04:  # stopped while its command ran
        world.kill(who)
        return
    if not is_left:
        endings: list[dict[str, Any]] = [{"tool_response": {"stdout": ""}}, {"error": "exit 1"}]
        world.end(use, given, **world.choose.choice(endings))


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
    world.clear()
    yield from ()


def committer(world: World) -> Process:
    """The user commits by hand, all or a file."""
    path = world.choose.choice(world.choose.choice(list(world.files.values())))
    world.commit([path] if world.get(path) is not None and not path.startswith(".") else [])
    yield from ()


ACTIONS: list[Callable[[World, str], Process]] = [file_tool, file_tool, file_tool, own_line, own_mcp, broad, broad]
