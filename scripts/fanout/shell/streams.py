"""Standard input and standard output, as far as their text is known."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from fanout.shell.virtual_filesystem import VirtualFilesystem


class Sink:
    """Where standard output goes while somebody wants to know it. Not `exact`: more lines than will come."""

    __slots__ = ("exact", "parts")

    def __init__(self) -> None:
        self.parts: list[str] = []
        self.exact = True

    def text(self) -> str:
        return "".join(self.parts)


class Source:
    """A standard input: known text, or a file to read when asked, or neither."""

    __slots__ = ("at", "exact", "path", "text")

    def __init__(self, text: str | None = None, path: str = "", exact: bool = True) -> None:
        self.text = text
        self.path = path
        self.exact = exact
        self.at = 0

    def read(self, world: VirtualFilesystem) -> str | None:
        """All of it, or None when not known."""
        if self.text is None and self.path:
            self.text = world.read(self.path)
            self.path = ""
        return self.text
