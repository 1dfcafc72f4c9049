"""The register of published claims: ``data/claims.toml``, read and checked."""

from __future__ import annotations

import re
import reprlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pandas as pd

from pvtools import places
from pvtools.errors import DataError, Fault
from pvtools.sources import toml

#: The questions that EMMIE asks of an evaluation, beside the level of its design.
EMMIE = ("effect", "mechanism", "moderators", "implementation", "cost")
_TEXTS = ("claim", "who", "when", "where", "design", *EMMIE, "can", "cannot")
#: Of a claim that nothing was compared for, such as a target.
NO_LEVEL = "none"
_MONTH = r"\d{4}-(?:0[1-9]|1[0-2])"
_WHEN = re.compile(rf"({_MONTH})(?: to ({_MONTH}))?", re.ASCII)
_FILE = "claims.toml"


def claims(path: str | Path | None = None, *, data_dir: str | Path | None = None) -> pd.DataFrame:
    """Return the register of published claims, a row a claim.

    Parameters
    ----------
    path
        A TOML file of your own, laid out as ``data/claims.toml``.
    data_dir
        A data folder, the one in use by default. Without ``path``, its ``claims.toml`` is read if
        it has one, else the one that comes with pvtools.

    Returns
    -------
    pandas.DataFrame
        ``key, title, claim, who, when, where, design, level`` (1–5 on the Maryland scale: of the
        design, not of the effect; missing where nothing was compared), EMMIE's five (``effect,
        mechanism, moderators, implementation, cost``: what is known, or "not reported"), ``can``
        and ``cannot`` (what a re-test here can say and what it cannot).

    Raises
    ------
    DataError
        The file cannot be read, or entries lack something: all faults at once.

    Examples
    --------
    >>> claims().key.tolist()
    ['bcu_merger', 'mettrace', 'body_worn_video', 'blunt2', 'mopac7']
    """
    own = (Path(data_dir) if data_dir else places.data_dir()) / _FILE
    file = Path(path) if path else own if own.is_file() else places.shipped_data() / _FILE
    do = (
        "Correct the entries, with “not reported” for what nobody says; data/claims.toml of "
        "pvtools shows what one holds."
    )
    entries, _ = toml.read(file, what="a register of claims", do=do)
    if faults := [*_faults(entries)]:
        raise DataError(str(file), faults, do)
    columns = ["key", "title", *_TEXTS[:5], "level", *_TEXTS[5:]]
    table = pd.DataFrame([{"key": key, **entry} for key, entry in entries.items()])[columns]
    return table.assign(level=table.level.replace(NO_LEVEL, pd.NA).astype("Int64"))


def _faults(entries: dict[str, Any]) -> Iterator[Fault]:
    """Yield what is wrong with the entries: what each lacks, and what it may not say."""
    needed = dict.fromkeys(("title", *_TEXTS), str)
    named = {key: entry for key, entry in entries.items() if isinstance(entry, dict)}
    shape = {key: {n: v for n, v in e.items() if n != "level"} for key, e in named.items()}
    yield from toml.faulty_tables(entries | shape, needed, example="[mettrace]")
    for key, entry in named.items():
        when, level = entry.get("when"), entry.get("level")
        if isinstance(when, str) and when.strip() and not _is_span(when):
            allowed = "a month, or two in order: 2015-04 to 2018-03"
            yield Fault(f"when = {reprlib.repr(when)} in [{key}]", allowed)
        if level != NO_LEVEL and (type(level) is not int or not 1 <= level <= 5):
            said = f"level = {reprlib.repr(level)} in" if "level" in entry else "no level in"
            allowed = f'a whole number from 1 to 5 (the Maryland scale), or "{NO_LEVEL}"'
            yield Fault(f"{said} [{key}]", allowed)
    titles = [t for entry in named.values() if isinstance(t := entry.get("title"), str)]
    for title in dict.fromkeys(titles):
        if (times := titles.count(title)) > 1:
            said = f"the title {reprlib.repr(title)} {times} times"
            yield Fault(said, "a title of its own for each")


def _is_span(when: str) -> bool:
    found = _WHEN.fullmatch(when)
    return found is not None and (found[2] is None or found[1] <= found[2])
