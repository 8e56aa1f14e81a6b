"""A small terminal: enough of the control language for the text that a full-screen program shows."""

from __future__ import annotations

import codecs
import re
import unicodedata

_TOKEN = re.compile(
    r"\x1b\[(?P<private>[<=>?]?)(?P<params>[0-9;:]*)[ -/]*(?P<final>[@-~])"
    r"|\x1b[\]PX^_](?P<string>.*?)(?:\x07|\x1b\\)"
    r"|\x1b[ -/]*(?P<short>[0-~])"
    r"|(?P<control>[\x00-\x1f\x7f])"
    r"|(?P<text>[^\x00-\x1f\x7f]+)",
    re.DOTALL,
)
# A sequence that goes on in the next piece of input.
_UNFINISHED = re.compile(r"\x1b(?:\[[<=>?]?[0-9;:]*[ -/]*|[\]PX^_](?:(?!\x07|\x1b\\).)*|[ -/]*)\Z", re.DOTALL)


class Screen:
    """Rows of characters and a cursor. `feed` returns what the terminal answers to queries."""

    def __init__(self, columns: int, rows: int) -> None:
        self.columns, self.rows = columns, rows
        self.cells = [[" "] * columns for _ in range(rows)]
        self.row = self.column = 0
        self.scrolled: list[str] = []
        self._saved = (0, 0)
        self._decoder = codecs.getincrementaldecoder("utf-8")("replace")
        self._rest = ""

    @property
    def text(self) -> str:
        """What the screen shows, without blanks at the ends of lines."""
        return "\n".join("".join(cells).rstrip() for cells in self.cells).rstrip()

    def feed(self, data: bytes) -> bytes:
        text = self._rest + self._decoder.decode(data)
        unfinished = _UNFINISHED.search(text)
        end = unfinished.start() if unfinished else len(text)
        self._rest = text[end:]
        answers = [self._token(token) for token in _TOKEN.finditer(text, 0, end)]
        return "".join(answers).encode()

    def _token(self, token: re.Match[str]) -> str:
        if (text := token["text"]) is not None:
            self._print(text)
        elif (control := token["control"]) is not None:
            self._control(control)
        elif (short := token["short"]) is not None:
            self._short(short)
        elif (final := token["final"]) is not None:
            return self._sequence(token["private"], _numbers(token["params"]), final)
        return ""

    def _print(self, text: str) -> None:
        for char in text:
            width = 0 if unicodedata.combining(char) else 2 if unicodedata.east_asian_width(char) in "WF" else 1
            if width == 0:
                continue
            if self.column + width > self.columns:
                self.column = 0
                self._line_feed()
            self.cells[self.row][self.column] = char
            if width == 2:
                self.cells[self.row][self.column + 1] = ""
            self.column += width

    def _control(self, control: str) -> None:
        if control == "\r":
            self.column = 0
        elif control in "\n\v\f":
            self._line_feed()
        elif control == "\b":
            self.column = max(0, self.column - 1)
        elif control == "\t":
            self.column = min(self.columns - 1, self.column // 8 * 8 + 8)

    def _short(self, short: str) -> None:
        if short == "7":
            self._saved = (self.row, self.column)
        elif short == "8":
            self.row, self.column = self._saved
        elif short == "D":
            self._line_feed()
        elif short == "E":
            self.column = 0
            self._line_feed()
        elif short == "M":
            if self.row:
                self.row -= 1
            else:
                self.cells = [[" "] * self.columns, *self.cells[:-1]]
        elif short == "c":
            self._erase_screen(2)
            self.row = self.column = 0

    def _sequence(self, private: str, numbers: list[int], final: str) -> str:
        first = numbers[0] if numbers else 0
        if private:
            return self._private(private, numbers, final)
        if final in "ABCDEFGHf`d":
            self._move(final, numbers)
        elif final == "J":
            self._erase_screen(first)
        elif final == "K":
            self._erase_line(first)
        elif final in "LMSTP@X":
            self._shift(final, max(1, first))
        elif final == "s":
            self._saved = (self.row, self.column)
        elif final == "u":
            self.row, self.column = self._saved
        elif final == "c":
            return "\x1b[?62;c"
        elif final == "n":
            return f"\x1b[{self.row + 1};{self.column + 1}R" if first == 6 else "\x1b[0n"
        return ""

    def _private(self, private: str, numbers: list[int], final: str) -> str:
        """The other screen is an empty one; which keys are told is answered with none."""
        if final in "hl" and {47, 1047, 1049} & set(numbers):
            self._erase_screen(2)
        return "\x1b[?0u" if final == "u" and private == "?" else ""

    def _move(self, final: str, numbers: list[int]) -> None:
        count = max(1, numbers[0] if numbers else 1)
        row, column = self.row, self.column
        if final in "AF":
            row -= count
        elif final in "BE":
            row += count
        elif final == "C":
            column += count
        elif final == "D":
            column -= count
        elif final in "G`":
            column = count - 1
        elif final == "d":
            row = count - 1
        else:
            row, column = count - 1, max(1, numbers[1] if len(numbers) > 1 else 1) - 1
        if final in "EF":
            column = 0
        self.row = min(max(row, 0), self.rows - 1)
        self.column = min(max(column, 0), self.columns - 1)

    def _erase_screen(self, how: int) -> None:
        self._erase_line(how) if how < 2 else None
        above = range(0, self.row) if how == 1 else ()
        below = range(self.row + 1, self.rows) if how == 0 else ()
        for row in range(self.rows) if how >= 2 else (*above, *below):
            self.cells[row] = [" "] * self.columns

    def _erase_line(self, how: int) -> None:
        start = self.column if how == 0 else 0
        end = min(self.column + 1, self.columns) if how == 1 else self.columns
        self.cells[self.row][start:end] = [" "] * (end - start)

    def _shift(self, final: str, count: int) -> None:
        blank = [[" "] * self.columns for _ in range(count)]
        cells, row, column = self.cells, self.row, self.column
        if final == "L":
            cells[row:] = (blank + cells[row:])[: self.rows - row]
        elif final == "M":
            cells[row:] = (cells[row:] + blank)[count:][: self.rows - row]
        elif final == "S":
            self.cells = (cells + blank)[count:][: self.rows]
        elif final == "T":
            self.cells = (blank + cells)[: self.rows]
        elif final == "P":
            cells[row] = (cells[row][:column] + cells[row][column + count :] + [" "] * count)[: self.columns]
        elif final == "@":
            cells[row] = (cells[row][:column] + [" "] * count + cells[row][column:])[: self.columns]
        else:
            end = min(column + count, self.columns)
            cells[row][column:end] = [" "] * (end - column)

    def _line_feed(self) -> None:
        if self.row < self.rows - 1:
            self.row += 1
            return
        self.scrolled.append("".join(self.cells[0]).rstrip())
        self.cells = [*self.cells[1:], [" "] * self.columns]


def _numbers(params: str) -> list[int]:
    return [int(part.split(":")[0] or 0) for part in params.split(";")] if params else []
