"""By which instruments the public is heard: ``data/engagement.toml``, read and checked."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pandas as pd

from pvtools import places
from pvtools.errors import DataError, Fault, did_you_mean

#: From least to most: how far those who are reached take part in what is decided.
RUNGS = ("inform", "consult", "involve", "collaborate", "empower")
_TEXTS = ("name", "rung", "reach_from", "depth", "often", "decides", "source")
_FIELDS = (*_TEXTS[:2], "reach", "reach_judged", *_TEXTS[2:], "result")
_MEND = "Mend it, or delete it to use the one that comes with pvtools."
_FILE = "engagement.toml"


def instruments(path: str | Path | None = None) -> pd.DataFrame:
    """Return the instruments by which the public is heard, the lowest rung first.

    Parameters
    ----------
    path
        A file like ``data/engagement.toml``. By default that of the data folder in use if it has
        one, else the one that comes with pvtools.

    Returns
    -------
    pandas.DataFrame
        One row an instrument: ``key, name, rung, step`` (1 to inform, 5 to empower), ``reach``
        (people), ``reach_judged`` (by nobody's count), ``reach_from, depth, often, decides, result,
        source``.

    Raises
    ------
    DataError
        The file cannot be read, or all its faults.
    """
    own = places.data_dir() / _FILE
    file = Path(path) if path else own if own.is_file() else places.shipped_data() / _FILE
    try:
        entries = tomllib.loads(file.read_text(encoding="utf-8"))
    except OSError as error:
        raise DataError(
            str(file), [_fault(error.strerror, "a file that can be read")], _MEND
        ) from None
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise DataError(str(file), [_fault(error, "TOML in UTF-8")], _MEND) from None
    faults = [fault for key, entry in entries.items() for fault in _faults(key, entry)]
    if not entries:
        faults = [_fault("no instrument", "one table or more, such as [ward_panel]")]
    names = [entry.get("name") for entry in entries.values() if isinstance(entry, dict)]
    faults += [
        _fault(f"the name {name!r} twice", "a name of its own for each instrument")
        for name in dict.fromkeys(n for n in names if isinstance(n, str) and names.count(n) > 1)
    ]
    if faults:
        raise DataError(str(file), faults, _MEND)
    table = pd.DataFrame([{"key": key, "result": "", **entry} for key, entry in entries.items()])
    table["step"] = [RUNGS.index(rung) + 1 for rung in table.rung]
    order = ["key", "name", "rung", "step", *_FIELDS[2:]]
    return table[order].sort_values(["step", "reach", "key"], ignore_index=True)


def _faults(key: str, entry: object) -> list[Fault]:
    if not isinstance(entry, dict):
        return [_fault(f"{key} = {entry!r}", f"a table, [{key}]")]
    found = [
        _fault(f"[{key}] without {name}", f"{', '.join(_FIELDS[:-1])}; result may be left out")
        for name in _FIELDS[:-1]
        if name not in entry
    ]
    found += [
        _fault(f"[{key}] {name}.{did_you_mean(name, _FIELDS)}", ", ".join(_FIELDS))
        for name in entry
        if name not in _FIELDS
    ]
    for name in (*_TEXTS, "result"):
        text = entry.get(name, "text")
        if not isinstance(text, str) or (name != "result" and not text.strip()):
            found.append(_fault(f"[{key}] {name} = {text!r}", "a text that is not empty"))
    rung = entry.get("rung", RUNGS[0])
    if isinstance(rung, str) and rung.strip() and rung not in RUNGS:
        found.append(_fault(f"[{key}] rung = {rung!r}", f"one of {', '.join(RUNGS)}"))
    reach = entry.get("reach", 1)
    if not isinstance(reach, int) or isinstance(reach, bool) or reach < 1:
        found.append(_fault(f"[{key}] reach = {reach!r}", "a whole number of people, 1 or more"))
    if not isinstance(judged := entry.get("reach_judged", False), bool):
        found.append(_fault(f"[{key}] reach_judged = {judged!r}", "true or false"))
    return found


def _fault(found: object, allowed: str) -> Fault:
    return Fault(str(found), allowed)
