"""The register of published claims: ``data/claims.toml``, read and checked."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pandas as pd

from pvtools import places
from pvtools.errors import DataError, Fault

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
    do = "Correct the entries; data/claims.toml of pvtools shows what one holds."
    try:
        entries = tomllib.loads(file.read_text(encoding="utf-8-sig"))
    except (OSError, ValueError) as error:
        raise DataError(str(file), [Fault(str(error), "a TOML file in UTF-8")], do) from None
    faults = [fault for key, entry in entries.items() for fault in _faults(key, entry)]
    titles = [entry.get("title") for entry in entries.values() if isinstance(entry, dict)]
    faults += [
        Fault(f"the title {title!r} {titles.count(title)} times", "a title of its own for each")
        for title in dict.fromkeys(t for t in titles if isinstance(t, str))
        if titles.count(title) > 1
    ]
    if not entries:
        faults = [Fault("no claim", "one entry a claim, such as [mettrace]")]
    if faults:
        raise DataError(str(file), faults, do)
    columns = ["key", "title", *_TEXTS[:5], "level", *_TEXTS[5:]]
    table = pd.DataFrame([{"key": key, **entry} for key, entry in entries.items()])[columns]
    return table.assign(level=table.level.replace(NO_LEVEL, pd.NA).astype("Int64"))


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
    when = entry.get("when")
    if isinstance(when, str) and when.strip() and not _is_span(when):
        found.append(
            Fault(f"[{key}] when: {when!r}", "a month, or two in order: 2015-04 to 2018-03")
        )
    level = entry.get("level")
    if level != NO_LEVEL and (type(level) is not int or not 1 <= level <= 5):
        shown = "nothing" if "level" not in entry else repr(level)
        found.append(
            Fault(
                f"[{key}] level: {shown}",
                f'a whole number from 1 to 5 (the Maryland scale), or "{NO_LEVEL}"',
            )
        )
    found += [
        Fault(f"[{key}] {name}", f"the names {', '.join(wanted)} and level")
        for name in entry
        if name not in (*wanted, "level")
    ]
    return found


def _is_span(when: str) -> bool:
    found = _WHEN.fullmatch(when)
    return found is not None and (found[2] is None or found[1] <= found[2])
