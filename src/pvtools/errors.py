"""Every error that pvtools raises itself.

::

    PvtoolsError
    ├── UsageError      a name, option or parameter that does not exist      (exit 2)
    ├── InputError      a statistic was asked for something impossible       (also a ValueError)
    ├── DataError       a data file is not what it should be: all its faults
    ├── FetchError      a file could not be downloaded
    └── ExportError     a notebook could not become a report

A message says what is wrong, with what value, what is allowed and what to do.
Doubt is not an error: it is a caveat, and travels with the estimate.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass


class PvtoolsError(Exception):
    """Something the user can mend; the message says how."""

    exit_code = 1


class UsageError(PvtoolsError):
    """A name, option or parameter that does not exist."""

    exit_code = 2


class InputError(PvtoolsError, ValueError):
    """A statistic was asked for something impossible."""


class FetchError(PvtoolsError):
    """A file could not be downloaded."""


class ExportError(PvtoolsError):
    """A notebook could not become a report."""


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing wrong with a file.

    ``row`` counts as a text editor or spreadsheet does: the header is row 1.
    """

    found: str
    allowed: str
    row: int | None = None
    column: str | None = None

    def __str__(self) -> str:
        place = ", ".join(
            part
            for part in (
                f"row {self.row:,}" if self.row is not None else "",
                f"column {self.column!r}" if self.column is not None else "",
            )
            if part
        )
        told = f"found {self.found}; allowed: {self.allowed}"
        return printable(f"{place}: {told}" if place else told)


class DataError(PvtoolsError):
    """A data file is not what it should be; ``faults`` lists everything found wrong with it.

    ``more`` counts the faults that were found and not kept, where there are very many.
    """

    shown = 8

    def __init__(self, file: str, faults: Sequence[Fault], do: str, *, more: int = 0) -> None:
        self.file, self.faults, self.do, self.more = file, tuple(faults), do, more
        lines = [f"  {printable(fault)}." for fault in self.faults[: self.shown]]
        n = len(self.faults) + more
        if n > self.shown:
            lines.append(f"  … and {n - self.shown:,} more of the kind.")
        count = "one fault" if n == 1 else f"{n:,} faults"
        super().__init__("\n".join([f"{printable(file)} cannot be used: {count}.", *lines, do]))


def printable(text: object) -> str:
    r"""Return a text on one line, with whatever would act on a terminal written out.

    Names of files, headers, cells and the answers of servers may hold anything.

    Examples
    --------
    >>> printable("crime\x1b[2J\n.csv")
    'crime\\x1b[2J\\n.csv'
    """
    return "".join(
        letter if letter.isprintable() else letter.encode("unicode_escape").decode()
        for letter in str(text)
    )


def did_you_mean(name: str, allowed: Iterable[str]) -> str:
    """Return ``" Did you mean 'Hackney'?"``, or nothing when no name is near."""
    by_folded = {candidate.casefold(): candidate for candidate in allowed}
    near = difflib.get_close_matches(name.casefold(), by_folded, n=1, cutoff=0.6)
    return f" Did you mean {by_folded[near[0]]!r}?" if near else ""


def resolve(what: str, value: object, allowed: Iterable[str], *, listed: str = "") -> str:
    """Return the one of ``allowed`` that ``value`` names, in any case.

    Parameters
    ----------
    what
        What is named, such as ``"measure"``.
    value, allowed
        What was asked for, and every name there is.
    listed
        Where the names are listed, such as ``"pvtools areas"``, if they are too many to print.

    Raises
    ------
    UsageError
        Nothing is called so; the nearest name is suggested.

    Examples
    --------
    >>> resolve("day", "friday", ["Thursday", "Friday"])
    'Friday'
    """
    names = list(allowed)
    if value in names:
        return str(value)
    folded = {name.casefold(): name for name in names}
    if found := folded.get(str(value).casefold().strip()):
        return found
    there = f"List them with: {listed}" if listed else f"There are: {', '.join(names)}."
    raise UsageError(f"Unknown {what} {value!r}.{did_you_mean(str(value), names)} {there}")
