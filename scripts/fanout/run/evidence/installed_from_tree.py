"""What is installed from a work tree itself: Python packages of `pip install -e`, workspaces in node_modules.

A command that runs in a copy of the tree would import these from the tree, and judge what is there.
"""

from __future__ import annotations

import os
import re

TYPE_CHECKING = False  # typing is slow to import
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

MOST_LINES = 1000
LONGEST = 1_000_000
PACKAGES = ("site-packages", "dist-packages")
FINDER = re.compile(r"(?:__editable__|_editable_impl_)\w+\.py\Z")
MAPPED = re.compile(r"^MAPPING\b[^=\n]*=\s*(\{.*\})|F\.map_module\((.*)\)", re.MULTILINE)
QUOTED = re.compile(r"""(['"])(\w+)\1\s*[:,]\s*(['"])(.+?)\3""")


class Unmapped(Exception):
    """A package of the tree is imported under a name that no folder on the path can give it."""


def environment(tree: str, top: str) -> dict[str, str]:
    """The variables with which a command in `top`, which stands for `tree`, imports what `top` holds. Raises Unmapped."""
    inside = [os.path.normpath(os.path.join(top, path)) for path in editable(tree)]
    found = {"UV_NO_SYNC": "1"}  # uv would install the copy in the tree's own environment
    if inside:
        found["PYTHONPATH"] = os.pathsep.join([*inside, *filter(None, [os.environ.get("PYTHONPATH")])])
    return found


def editable(tree: str) -> list[str]:
    """The folders of the tree that some Python environment imports from, relative to it. Raises Unmapped."""
    folders: dict[str, None] = {}
    for folder in _package_folders(tree):
        for module, path in _imported_from(folder):
            below = _below(tree, path)
            if below and module and os.path.basename(path).split(".")[0] != module:
                raise Unmapped(module)
            if below:
                folders[os.path.dirname(below) if module else below] = None
    return list(folders)


def _below(tree: str, path: str) -> str:
    """A path relative to the tree, "" when it leads out of it."""
    below = os.path.relpath(os.path.realpath(path), os.path.realpath(tree))
    return "" if below.split(os.sep)[0] == os.pardir else below


def _package_folders(tree: str) -> Iterator[str]:
    """Of the environments in the tree, of the one that is active, and of the Python that is found first."""
    places = [os.environ.get("VIRTUAL_ENV", ""), os.environ.get("CONDA_PREFIX", ""), os.path.expanduser("~/.local")]
    try:
        places += [entry.path for entry in os.scandir(tree) if os.path.isfile(os.path.join(entry.path, "pyvenv.cfg"))]
    except OSError:
        pass
    for folder in os.environ.get("PATH", "").split(os.pathsep):
        if folder and any(os.path.exists(os.path.join(folder, name)) for name in ("python3", "python")):
            places.append(os.path.dirname(folder))
    for place in dict.fromkeys(filter(None, places)):
        yield os.path.join(place, "Lib", PACKAGES[0])
        for version in _names(os.path.join(place, "lib")):
            if version.startswith("python"):
                yield from (os.path.join(place, "lib", version, name) for name in PACKAGES)


def _imported_from(folder: str) -> Iterator[tuple[str, str]]:
    """What an environment's package folder adds: ("", a folder to import from), or a module and where it is."""
    for name in _names(folder):
        if name.endswith(".pth"):
            lines = _read(os.path.join(folder, name)).splitlines()[:MOST_LINES]
            yield from (("", line.strip()) for line in lines if os.path.isabs(line.strip()))
        elif FINDER.match(name):
            for match in MAPPED.finditer(_read(os.path.join(folder, name))):
                for module in QUOTED.finditer(match.group(1) or match.group(2)):
                    path = module.group(4)
                    is_package = os.path.basename(path) == "__init__.py"
                    yield module.group(2), os.path.dirname(path) if is_package else path


def workspaces(tree: str, folder: str) -> list[str]:
    """The links in a folder of installed packages, and in its scopes, that lead to what the tree itself holds."""
    names = _names(folder)
    deeper = (os.path.join(name, inner) for name in names if name[:1] == "@" for inner in _names(f"{folder}/{name}"))
    return [name for name in [*names, *deeper] if _is_workspace(tree, os.path.join(folder, name))]


def _is_workspace(tree: str, path: str) -> bool:
    if not os.path.islink(path):
        return False
    return "node_modules" not in (_below(tree, path) or "node_modules").split(os.sep)


def _names(folder: str) -> list[str]:
    try:
        return sorted(os.listdir(folder))
    except OSError:
        return []


def _read(path: str) -> str:
    try:
        with open(path, encoding="utf-8", errors="replace") as file:
            return file.read(LONGEST)
    except OSError:
        return ""


def link(tree: str, top: str, name: str, into: Iterable[str]) -> None:
    """Makes the folder `name` of `tree` in `top`: its entries are links to there, the workspaces `into` to `top`'s own."""
    source, target, inner = os.path.join(tree, name), os.path.join(top, name), set(into)
    scopes = {os.path.dirname(one) for one in inner} - {""}
    for folder in ["", *sorted(scopes)]:
        os.makedirs(os.path.join(target, folder), exist_ok=True)
        for entry in _names(os.path.join(source, folder)):
            path = os.path.join(folder, entry) if folder else entry
            if path in scopes:
                continue
            full = os.path.join(source, path)
            if path in inner:
                full = os.path.join(top, _below(tree, full))
            os.symlink(full, os.path.join(target, path))
