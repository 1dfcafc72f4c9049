"""The register of published claims: ``data/claims.toml``, read and checked."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pandas as pd

from pvtools import places
from pvtools.errors import DataError, Fault

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
    do = "Mend the entries; data/claims.toml of pvtools shows what one holds."
    try:
        entries = tomllib.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise DataError(str(file), [Fault(str(error), "a TOML file in UTF-8")], do) from None
    faults = [fault for key, entry in entries.items() for fault in _faults(key, entry)]
    if not entries:
        faults = [Fault("no claim", "one entry a claim, such as [mettrace]")]
    if faults:
        raise DataError(str(file), faults, do)
    columns = ["key", "title", *_TEXTS[:5], "level", *_TEXTS[5:]]
    return pd.DataFrame([{"key": key, **entry} for key, entry in entries.items()])[columns]


def _faults(key: str, entry: object) -> list[Fault]:
    if not isinstance(entry, dict):
        return [Fault(f"{key} = {entry!r}", f"a table [{key}]")]
    wanted = ("title", *_TEXTS)
    found = []
    for name in wanted:
        text = entry.get(name)
        if not isinstance(text, str) or not text.strip():
            shown = "nothing" if name not in entry else repr(text)
            allowed = '"not reported", or what is known' if name in EMMIE else "a sentence"
            found.append(Fault(f"[{key}] {name}: {shown}", allowed))
    level = entry.get("level")
    if isinstance(level, bool) or level not in _LEVELS:
        found.append(Fault(f"[{key}] level: {level!r}", "1 to 5, the design's Maryland level"))
    found += [
        Fault(f"[{key}] {name}", f"the names {', '.join(wanted)} and level")
        for name in entry
        if name not in (*wanted, "level")
    ]
    return found
