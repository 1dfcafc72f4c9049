"""What one report may take of time, memory and output, and how its kernel keeps within that.

The kernel loads this module as an IPython extension, so that too large an output is cut where it
arises: it never travels, and the process that makes the report does not grow with it. Time is
kept by whoever waits for the kernel, in :mod:`pvtools.reports.client`.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Self

#: A system on which a process can be held to an amount of memory.
CAN_LIMIT_MEMORY = sys.platform == "linux"

_NAMES = {"memory": "PVTOOLS_REPORT_MEMORY", "output": "PVTOOLS_REPORT_OUTPUT"}
_MB = 1_000_000
#: Words take far longer to set than pictures of as many bytes.
_TEXT_SHARE = 20
#: How the types of outputs begin that are no words; ours are figures.
_PICTURES = ("image/", "application/vnd.pvtools.")
#: What every output costs besides its content.
_OVERHEAD = 250
#: An error's message and traceback say their message in this many characters each.
_ERROR = 10_000


@dataclass(frozen=True, slots=True)
class Limits:
    """What one report may take.

    Parameters
    ----------
    seconds
        For the run of its whole notebook.
    memory
        Megabytes its kernel may ask for beyond what it has when it starts. Held on Linux; other
        systems offer no such limit.
    output
        Megabytes its cells may put out, a twentieth of it as words. What is more is left out,
        and a line on the page says so.
    """

    seconds: int = 1800
    memory: int = 4096
    output: int = 10

    @property
    def cell_seconds(self) -> int:
        """Return what one cell may take: ten minutes, or a third of the whole if that is more."""
        return max(600, self.seconds // 3)

    @property
    def environment(self) -> dict[str, str]:
        """Return the variables by which a kernel knows its limits."""
        return {name: str(getattr(self, field)) for field, name in _NAMES.items()}

    @classmethod
    def from_environment(cls, environment: Mapping[str, str]) -> Self:
        """Return the limits that these variables hold."""
        return cls(
            **{f: int(environment[name]) for f, name in _NAMES.items() if name in environment}
        )


DEFAULT = Limits()


def load_ipython_extension(shell: Any) -> None:
    """Hold the kernel this runs in to its limits."""
    limits = Limits.from_environment(os.environ)
    session = shell.kernel.session
    session.send = Gate(session.send, limits)
    if CAN_LIMIT_MEMORY:
        _limit_memory(shell, limits.memory * _MB)


def _limit_memory(shell: Any, allowance: int) -> None:
    """Let the process ask for no more than ``allowance`` bytes beyond what it has now.

    What a forked kernel shares with its parent is counted by the system like its own, and so is
    what libraries have taken while they were imported: neither is the notebook's doing.
    """
    import resource

    with open("/proc/self/statm", encoding="ascii") as status:  # noqa: PTH123 - no file, in truth
        held = int(status.read().split()[5]) * resource.getpagesize()
    _, hard = resource.getrlimit(resource.RLIMIT_DATA)
    limit = held + allowance
    if hard != resource.RLIM_INFINITY:
        limit = min(limit, hard)
    resource.setrlimit(resource.RLIMIT_DATA, (limit, hard))

    def refused(shell: Any, kind: type, error: BaseException, trace: Any, tb_offset: Any) -> None:
        # What filled the memory is still held: reporting it needs some more.
        resource.setrlimit(resource.RLIMIT_DATA, (hard, hard))
        shell.showtraceback((kind, error, trace), tb_offset=tb_offset)

    shell.set_custom_exc((MemoryError,), refused)


class Gate:
    """Stands before all that a kernel sends, and lets no more output through than is allowed."""

    def __init__(self, send: Callable[..., Any], limits: Limits) -> None:
        self._send = send
        self._left = {"pictures": limits.output * _MB}
        self._left["words"] = self._left["pictures"] // _TEXT_SHARE
        self._noticed: set[str] = set()
        self._line = (
            f"[The rest of this cell's output is left out: a report may hold {limits.output} MB of "
            f"output, {limits.output / _TEXT_SHARE:g} MB of it as words. "
            "Raise this with --max-output.]"
        )

    def __call__(
        self, stream: Any, msg_or_type: Any, content: Any = None, *rest: Any, **options: Any
    ) -> Any:
        whole = isinstance(msg_or_type, dict)
        kind = msg_or_type["msg_type"] if whole else msg_or_type
        before = msg_or_type["content"] if whole else content
        cell = msg_or_type["parent_header"].get("msg_id", "") if whole else ""
        after = self._allowed(kind, before, cell)
        if after is None:
            return msg_or_type
        if whole:
            return self._send(stream, {**msg_or_type, "content": after}, content, *rest, **options)
        return self._send(stream, msg_or_type, after, *rest, **options)

    def _allowed(self, kind: str, content: Any, cell: str) -> Any:
        """Return what may be sent of a message's content: None if nothing is left of it."""
        if kind == "stream":
            room = self._left["words"] - _OVERHEAD
            if len(content["text"]) <= room:
                self._left["words"] -= len(content["text"]) + _OVERHEAD
                return content
            self._left["words"] = 0
            kept, notice = content["text"][: max(0, room)], self._notice(cell)
            return {**content, "text": f"{kept}\n{notice}\n"} if kept or notice else None
        if kind in {"display_data", "execute_result", "update_display_data"}:
            data = content["data"]
            picture = any(mime.startswith(_PICTURES) for mime in data)
            if self._take("pictures" if picture else "words", _size(data)):
                return content
            # What replaces an earlier output must not leave that one standing.
            notice = self._line if kind == "update_display_data" else self._notice(cell)
            return {**content, "data": {"text/plain": notice}, "metadata": {}} if notice else None
        if kind.startswith("comm_"):
            return content if self._take("pictures", _size(content)) else None
        if kind == "error" or (kind == "execute_reply" and content.get("status") == "error"):
            return {**content, **_shortened(content)}
        return content

    def _take(self, share: str, size: int) -> bool:
        size += _OVERHEAD
        fits = size <= self._left[share]
        if fits:
            self._left[share] -= size
        return fits

    def _notice(self, cell: str) -> str:
        """Return the line that says what is missing, once a cell."""
        known, _ = cell in self._noticed, self._noticed.add(cell)
        return "" if known else self._line


def _size(value: Any) -> int:
    if isinstance(value, str | bytes):
        return len(value)
    if isinstance(value, Mapping):
        return sum(_size(key) + _size(item) for key, item in value.items())
    if isinstance(value, list | tuple):
        return sum(map(_size, value))
    return 8


def _shortened(content: Mapping[str, Any]) -> dict[str, Any]:
    def short(text: str) -> str:
        return text if len(text) <= _ERROR else f"{text[:_ERROR]}… [cut here]"

    traceback = content.get("traceback", ())
    return {
        "evalue": short(content.get("evalue", "")),
        "traceback": [short(line) for line in (*traceback[:50], *traceback[50:][-50:])],
    }
