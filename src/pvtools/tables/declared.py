"""What a reader declares of its source, in one place: all that is known of it beside its register.

Each reader ends with the declarations of the sources it reads, ``DECLARED``;
:mod:`pvtools.tables.formats` collects them. Title, publisher, licence, addresses and dates stand
in ``data/sources.toml``.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from types import ModuleType
from typing import TYPE_CHECKING, TypeAlias

import pandas as pd

from pvtools.tables.releases import Rule
from pvtools.tables.sheets import Sheet, fold

if TYPE_CHECKING:
    import pandera.pandas as pa

#: :mod:`pvtools.tables.contracts`, which is slow to import, and what is made of its words.
Contracts: TypeAlias = ModuleType
Contract: TypeAlias = "pa.DataFrameSchema"

#: What no table of the Metropolitan Police can bear.
NO_CITY = "The City of London is not covered: it has a police force of its own."


@dataclass(frozen=True)
class Layout:
    """One header by which a published file is recognised, and what such a file is called.

    Each of ``columns`` is one name, or several of which one must be there; ``then`` is a
    pattern that at least one further column follows, and ``then_words`` says so. ``instead`` is the
    Python call for files that are not filed but read where they lie, with ``{file}`` in it.
    """

    title: str
    columns: tuple[str | tuple[str, ...], ...]
    then: str = ""
    then_words: str = ""
    instead: str = ""

    @property
    def width(self) -> int:
        """Return how many columns must be there."""
        return len(self.columns) + bool(self.then)

    @property
    def names(self) -> tuple[str, ...]:
        """Return the columns as the publisher writes them today."""
        return tuple(one if isinstance(one, str) else one[0] for one in self.columns)

    def lacks(self, sheet: Sheet) -> list[str]:
        """Return the columns a header would still need to be of this layout."""
        held = set(sheet.folded)
        wanted = [(one,) if isinstance(one, str) else one for one in self.columns]
        missing = [names[0] for names in wanted if not held & {fold(name) for name in names}]
        if self.then and not any(re.fullmatch(self.then, title) for title in sheet.columns):
            missing.append(self.then_words)
        return missing


@dataclass(frozen=True, kw_only=True)
class Declared:
    """One source: its headers, its reader, what its table promises, and what it is good for.

    ``tidy`` reads a sheet of it; without one the source is not filed but counted where it lies.
    ``contract`` makes the contract of its tidy table from :mod:`pvtools.tables.contracts`, and
    ``rule`` says which release counts. ``which`` separates sources of one header by what is
    in the file, and ``table`` names the main table, a field of ``tables.Tables``, that its files
    are a part of. Where ``every_borough`` holds, a borough without a row is a gap; where ``twins``
    holds, a column may stand twice, and the reader sees that both are equal.
    """

    key: str
    layouts: tuple[Layout, ...]
    gains: str
    cannot_bear: tuple[str, ...]
    tidy: Callable[[Sheet], pd.DataFrame] | None = None
    contract: Callable[[Contracts], Contract] | None = None
    rule: Rule | None = None
    which: Callable[[Sheet], str] | None = None
    table: str = ""
    every_borough: bool = False
    twins: bool = False

    @property
    def columns(self) -> tuple[tuple[str, ...], ...]:
        """Return the headers that identify a file, one for each layout."""
        return tuple(layout.names for layout in self.layouts)
