"""/spec:refine in the real client: an agent reads what `fanout refine` prints and writes the side file. The list stays."""

from __future__ import annotations

import json
import re
import subprocess
from collections.abc import Callable
from pathlib import Path

from client.plugin import with_plugin
from pack.stage import Director, asks, launches
from project import Project

from fanout.client.conversation import Conversation, Reply, ToolCall
from fanout.client.script import Cast
from fanout.client.session import Session

Start = Callable[..., Session]
MAY_WRITE = {"permissions": {"allow": ["Write", "Edit", "Bash(fanout:*)"]}}
LIST = "# Tidy up\n" + "".join(
    f"- [ ] T00{n} Tidy the {name}\n" for n, name in enumerate(("cart", "mail", "bill", "page"), 1)
)


def bash(command: str) -> ToolCall:
    return ToolCall("Bash", {"command": command, "description": "look"})


def analyst(project: Path) -> Callable[[Conversation], Reply]:
    """Asks what to do, writes what it was told to where it was told to, and checks it."""

    def answer(conversation: Conversation) -> Reply:
        printed = "\n".join(result.text for result in conversation.all_results)
        place = re.search(r"Write one JSON object to (\S+), and nothing else", printed)
        if not conversation.calls:
            return Reply("", (bash("fanout refine specs/shop/tasks.md"),))
        if place and len(conversation.calls) == 1:
            texts = dict(re.findall(r"^\[(T\d+)\] text (\w+)", printed, re.MULTILINE))
            tasks = [
                {
                    "id": name,
                    "text": text,
                    "confidence": 0.95,
                    "writes": [f"src/{name}.py"],
                    "independent_of": [other for other in texts if other != name],
                }
                for name, text in texts.items()
            ]
            content = json.dumps({"schema_version": 1, "tasks": tasks})
            return Reply("", (ToolCall("Write", {"file_path": str(project / place[1]), "content": content}),))
        if len(conversation.calls) == 2:
            return Reply("", (bash("fanout refine specs/shop/tasks.md --check"),))
        return Reply("4 tasks refined." if "4 tasks refined" in printed else f"Not usable: {printed[-500:]}")

    return answer


def test_a_list_is_refined_by_one_agent_and_planned_by_its_side_file(start: Start, tmp_path: Path) -> None:
    folder = tmp_path / "project"
    project = Project(folder)
    project.write({"specs/shop/tasks.md": LIST, "src/cart.py": ""})
    subprocess.run(["git", "init", "-q", "."], cwd=folder, check=True)
    source = "specs/shop/tasks.md"
    scenes = [
        [bash(f"fanout plan {source}")],
        [asks("spec:list-analyst", f"Run `fanout refine {source}` and do what it says.")],
        [bash(f"fanout refine {source} --check"), bash(f"fanout plan {source}")],
    ]
    cast = Cast(Director(scenes), analyst(folder))
    session = with_plugin(start, cast, settings=MAY_WRITE, permission_mode="acceptEdits")
    result = session.print_mode(f"/spec:refine {source}")
    assert result.exit_code == 0 and result.text == "Done.", result.text + result.stderr
    assert launches(session) == [["spec:list-analyst"]]
    talk = session.record.of("main")[-1].conversation
    assert talk is not None
    printed = "\n".join(found.text for found in talk.all_results)
    assert "can be used: 4 tasks refined." in printed and "3 of 3 waits are only inferred." in printed
    assert "4.0 times faster than one after another" in printed
    assert (folder / source).read_text() == LIST
