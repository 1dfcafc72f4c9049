"""By which instruments the public is heard: ``data/engagement.toml``, read and checked."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pandas as pd

from pvtools import places
from pvtools.errors import DataError, Fault, did_you_mean
from pvtools.sources import toml

#: From least to most: how far those who are reached take part in what is decided.
RUNGS = ("inform", "consult", "involve", "collaborate", "empower")
_NEEDED = {
    "name": str, "rung": str, "reach": int, "reach_judged": bool, "reach_from": str, "depth": str,
    "often": str, "decides": str, "source": str,
}  # fmt: skip
_MEND = "Mend it, or delete it to use the one that comes with pvtools."
_FILE = "engagement.toml"


def instruments(
    path: str | Path | None = None, *, data_dir: str | Path | None = None
) -> pd.DataFrame:
    """Return the instruments by which the public is heard, the lowest rung first.

    Parameters
    ----------
    path
        A file like ``data/engagement.toml``.
    data_dir
        A data folder, the one in use by default. Without ``path``, its ``engagement.toml`` is read
        if it has one, else the one that comes with pvtools.

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
    own = (Path(data_dir) if data_dir else places.data_dir()) / _FILE
    file = Path(path) if path else own if own.is_file() else places.shipped_data() / _FILE
    entries, _ = toml.read(file, what="a map of instruments", do=_MEND)
    if faults := [*_faults(entries)]:
        raise DataError(str(file), faults, _MEND)
    table = pd.DataFrame([{"key": key, "result": "", **entry} for key, entry in entries.items()])
    table["step"] = [RUNGS.index(rung) + 1 for rung in table.rung]
    order = ["key", "name", "rung", "step", *[*_NEEDED][2:], "result"]
    return table[order].sort_values(["step", "reach", "key"], ignore_index=True)


def _faults(entries: dict[str, Any]) -> Iterator[Fault]:
    yield from toml.faulty_tables(entries, _NEEDED, {"result": str}, example="[ward_panel]")
    names = []
    for key, entry in entries.items():
        if not isinstance(entry, dict):
            continue
        rung, reach, name = (entry.get(field) for field in ("rung", "reach", "name"))
        if isinstance(rung, str) and rung.strip() and rung not in RUNGS:
            near = did_you_mean(rung, RUNGS)
            yield Fault(f"rung = {rung!r} in [{key}].{near}", ", ".join(RUNGS))
        if isinstance(reach, int) and not isinstance(reach, bool) and reach < 1:
            yield Fault(f"reach = {reach} in [{key}]", "a number of people, 1 or more")
        if isinstance(name, str) and name in names:
            yield Fault(f"the name {name!r} twice", "a name of its own for each instrument")
        names.append(name)
