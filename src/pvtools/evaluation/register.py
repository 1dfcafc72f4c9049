"""The register of published claims: ``data/claims.toml``, read and checked."""

from __future__ import annotations

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
_LEVELS = range(1, 6)


def claims(path: str | Path | None = None) -> pd.DataFrame:
    """Return the register of published claims, a row a claim.

    Parameters
    ----------
    path
        A TOML file of your own, laid out as ``data/claims.toml``; that one by default.

    Returns
    -------
    pandas.DataFrame
        ``key, title, claim, who, when, where, design, level`` (1–5 on the Maryland scale: of the
        design, not of the effect), EMMIE's five (``effect, mechanism, moderators, implementation,
        cost``: what is known, or "not reported"), ``can`` and ``cannot`` (what a re-test here can
        say and what it cannot).

    Raises
    ------
    DataError
        The file cannot be read, or entries lack something: all faults at once.

    Examples
    --------
    >>> claims().key.tolist()
    ['bcu_merger', 'mettrace', 'body_worn_video', 'blunt2', 'mopac7']
    """
    file = places.shipped_data() / "claims.toml" if path is None else Path(path)
    do = (
        "Mend the entries, with “not reported” for what nobody says; data/claims.toml of pvtools "
        "shows what one holds."
    )
    entries, _ = toml.read(file, what="a register of claims", do=do)
    if faults := [*_faults(entries)]:
        raise DataError(str(file), faults, do)
    columns = ["key", "title", *_TEXTS[:5], "level", *_TEXTS[5:]]
    return pd.DataFrame([{"key": key, **entry} for key, entry in entries.items()])[columns]


def _faults(entries: dict[str, Any]) -> Iterator[Fault]:
    needed = {**dict.fromkeys(("title", *_TEXTS), str), "level": int}
    yield from toml.faulty_tables(entries, needed, example="[mettrace]")
    for key, entry in entries.items():
        level = entry.get("level") if isinstance(entry, dict) else None
        if isinstance(level, int) and level not in _LEVELS:
            yield Fault(f"level = {level} in [{key}]", "1 to 5, the design's Maryland level")
