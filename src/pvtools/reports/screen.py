"""What a program wrote to a terminal, as the terminal would show it at the end."""

from __future__ import annotations

import re

#: What acts on a terminal rather than being shown: links and titles (OSC), cursor and colour (CSI),
#: other escapes, and the controls that move within the line.
_ACT = re.compile(
    r"\x1b\].*?(?:\x07|\x1b\\|(?=\n)|$)"
    r"|\x1b\[(?P<count>[0-9;?]*)[ -/]*(?P<act>[@-~])"
    r"|\x1b[^\[\]]?"
    r"|(?P<control>[\x00-\x08\x0a-\x1f\x7f-\x9f])"
)


def shown(text: str) -> str:
    r"""Return what stands on the screen: no colours, a progress bar in its last state.

    Examples
    --------
    >>> shown("\x1b[31m 50%\r100%\x1b[0m of a\x08the whole")
    '100% of the whole'
    """
    if not _ACT.search(text.replace("\n", "")):
        return text.rstrip()
    screen = _Screen()
    at = 0
    for found in _ACT.finditer(text):
        screen.write(text[at : found.start()])
        at = found.end()
        if act := found["act"] or found["control"]:
            screen.act(act, found["count"] or "")
    screen.write(text[at:])
    return "\n".join(line.rstrip() for line in screen.lines).rstrip()


class _Screen:
    """Lines, and where the next character will stand."""

    def __init__(self) -> None:
        self.lines = [""]
        self._row = self._column = 0

    def write(self, text: str) -> None:
        line, end = self.lines[self._row], self._column + len(text)
        if text:
            self.lines[self._row] = line[: self._column].ljust(self._column) + text + line[end:]
            self._column = end

    def act(self, act: str, given: str) -> None:
        count = int(given) if given.isdecimal() else 1
        if act == "\n":
            self._row, self._column = self._row + 1, 0
            self.lines += [""] * (self._row == len(self.lines))
        elif act in "\rG":
            self._column = count - 1 if act == "G" else 0
        elif act in "\x08D":
            self._column = max(0, self._column - count)
        elif act == "C":
            self._column += min(count, 1000)
        elif act == "A":
            self._row = max(0, self._row - count)
        elif act == "B":
            self._row = min(len(self.lines) - 1, self._row + count)
        elif act == "K":
            line = self.lines[self._row]
            kept = {"1": " " * self._column + line[self._column :], "2": ""}
            self.lines[self._row] = kept.get(given, line[: self._column])
