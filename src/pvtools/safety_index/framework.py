"""What an index is made of: a file that a councillor can read, and all that is wrong in it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from pvtools import places
from pvtools.errors import DataError, Fault, did_you_mean
from pvtools.sources import toml

TOP = "index"
HALVES = ("recorded", "perceived")
_BETTER = {"higher": 1, "lower": -1}
_SCALES = ("goalposts", "minmax", "reference", "z", "z100", "percentile")
_MEANS = ("arithmetic", "geometric", "harmonic")
_MISSING = ("drop", "reweight", "base")
_DO = "Correct the file; data/safety_index.toml, which comes with pvtools, shows what it may hold."
_EXAMPLE = {"halves": "recorded", "domains": "violence", "indicators": "burglary"}

#: What an entry of each kind must hold, and what else it may: the type of each.
_NEEDED: dict[str, dict[str, type]] = {
    "halves": {"label": str, "weight": float},
    "domains": {"half": str, "label": str, "weight": float},
    "indicators": {
        "domain": str,
        "label": str,
        "measure": str,
        "better": str,
        "weight": float,
        "why": str,
    },
}
_MAY: dict[str, dict[str, type]] = {
    "halves": {},
    "domains": {},
    "indicators": {"group": str, "missing": str, "carry": int, "goalposts": list},
}
_TOP_NEEDED = {"title": str, "base": str, "normalisation": str, "aggregation": str}
_TOP_MAY = {"bands": list, **dict.fromkeys(_NEEDED, dict)}


@dataclass(frozen=True, eq=False)
class Framework:
    """An index as its file states it.

    ``key`` is what its file is called.
    ``indicators`` has one row an indicator: ``label, half, domain, measure, group, better, weight,
    missing, carry, why``. ``weights`` and ``parent`` are those of every node, as
    ``stats.composite.framework`` takes them; ``labels`` names each for readers. ``base`` is the
    period that scores are fixed to.
    """

    key: str
    title: str
    base: str
    normalisation: str
    aggregation: str
    bands: tuple[float, ...]
    indicators: pd.DataFrame
    weights: Mapping[str, float]
    parent: Mapping[str, str]
    labels: Mapping[str, str]

    @property
    def hundred(self) -> str:
        """Return who has a score of 100 in the base year; nothing where no one need have."""
        return {"z100": "the average borough", "reference": "London"}.get(self.normalisation, "")

    @property
    def direction(self) -> pd.Series:
        """Return 1 for each indicator of which more is better, −1 for the others."""
        return self.indicators["better"].map(_BETTER)


def read(path: str | Path | None = None) -> Framework:
    """Return the index that a file describes; by default the one that comes with pvtools.

    Parameters
    ----------
    path
        A TOML file, or the name of one that comes with pvtools: ``"safety_index"``,
        ``"safety_index_rotterdam"``.

    Raises
    ------
    DataError
        The file cannot be read, or does not describe an index: everything wrong with it, at once.

    Examples
    --------
    >>> read().title
    'Community Safety Index'
    """
    if path is None or str(path) in {"safety_index", "safety_index_rotterdam"}:
        path = places.shipped_data() / f"{path or 'safety_index'}.toml"
    path = Path(path)
    given, _ = toml.read(path, what="a description of an index", do=_DO)
    if faults := [*_shape(given)]:
        raise DataError(str(path), faults, _DO)
    if faults := [*_sense(given)]:
        raise DataError(str(path), faults, _DO)
    return _framework(re.sub(r"[^A-Za-z0-9]+", "-", path.stem), given)


def _shape(given: dict[str, Any]) -> Iterator[Fault]:
    """Find entries that are absent, unknown or of another type."""
    yield from toml.faulty_fields("the file", given, _TOP_NEEDED, _TOP_MAY)
    for kind, needed in _NEEDED.items():
        entries = given.get(kind)
        yield from toml.faulty_tables(
            entries, needed, _MAY[kind], named=f"{kind}.{{}}", example=f"[{kind}.{_EXAMPLE[kind]}]"
        )
        for key in entries if isinstance(entries, dict) else ():
            if not re.fullmatch(r"[a-z][a-z0-9_]*", key):
                yield Fault(f"the name {key!r} in {kind}", "small letters, digits and _")


def _sense(given: dict[str, Any]) -> Iterator[Fault]:
    """Find what each entry may not say, and entries that do not fit together."""
    halves, domains, indicators = (given[kind] for kind in _NEEDED)
    if not re.fullmatch(r"year to \d{4}-(0[1-9]|1[0-2])", given["base"]):
        yield Fault(f"base = {given['base']!r}", '"year to 2022-12", a year that ends in a month')
    yield from _one_of("normalisation", given["normalisation"], _SCALES)
    yield from _one_of("aggregation", given["aggregation"], _MEANS)
    bands = given.get("bands", [])
    if not all(isinstance(band, int | float) for band in bands) or sorted(set(bands)) != bands:
        yield Fault(f"bands = {bands!r}", "numbers from low to high")
    if set(halves) != set(HALVES):
        yield Fault(
            f"the halves {', '.join(halves)}",
            f"{' and '.join(HALVES)}: an index of one half hides that they can move apart",
        )
    for key in {TOP, *HALVES} & set(indicators):
        yield Fault(f"an indicator called {key!r}", "another name: that one is taken")
    for kind, entries in (("halves", halves), ("domains", domains), ("indicators", indicators)):
        for key, entry in entries.items():
            if not 0 < entry["weight"] < float("inf"):
                yield Fault(f"weight = {entry['weight']!r} in {kind}.{key}", "a number above 0")
    yield from _belongs("domains", domains, "half", halves)
    yield from _belongs("indicators", indicators, "domain", domains)
    seen: dict[tuple[str, str], str] = {}
    for key, entry in indicators.items():
        yield from _one_of(f"better in indicators.{key}", entry["better"], _BETTER)
        yield from _one_of(f"missing in indicators.{key}", entry.get("missing", "drop"), _MISSING)
        if entry.get("carry", 0) < 0:
            yield Fault(f"carry = {entry['carry']} in indicators.{key}", "years, 0 or more")
        yield from _posts(key, entry, given["normalisation"])
        what = entry["measure"], entry.get("group", "")
        if what in seen:
            yield Fault(f"indicators.{key} is indicators.{seen[what]} again", "each thing once")
        seen[what] = key


def _one_of(name: str, value: str, allowed: Any) -> Iterator[Fault]:
    if value not in allowed:
        yield Fault(f"{name} = {value!r}", ", ".join(allowed))


def _belongs(
    kind: str, entries: dict[str, Any], above: str, groups: dict[str, Any]
) -> Iterator[Fault]:
    for key, entry in entries.items():
        if entry[above] not in groups:
            near = did_you_mean(entry[above], groups)
            yield Fault(f"{above} = {entry[above]!r} in {kind}.{key}.{near}", ", ".join(groups))
    used = {entry[above] for entry in entries.values()}
    for group in groups:
        if group not in used:
            yield Fault(
                f"nothing in the {above} {group!r}", f"one of the {kind}, or no such {above}"
            )


def _posts(key: str, entry: dict[str, Any], scale: str) -> Iterator[Fault]:
    ends = entry.get("goalposts")
    if ends is None:
        if scale == "goalposts":
            yield Fault(f"no goalposts in indicators.{key}", "goalposts = [lowest, highest]")
    elif (
        len(ends) != 2
        or not all(isinstance(end, int | float) for end in ends)
        or not ends[0] < ends[1]
    ):
        yield Fault(f"goalposts = {ends!r} in indicators.{key}", "[lowest, highest]")


def _framework(key: str, given: dict[str, Any]) -> Framework:
    halves, domains, indicators = (given[kind] for kind in _NEEDED)
    rows = pd.DataFrame(
        [
            {
                "indicator": key,
                "label": entry["label"],
                "half": domains[entry["domain"]]["half"],
                "domain": entry["domain"],
                "measure": entry["measure"],
                "group": entry.get("group", ""),
                "better": entry["better"],
                "weight": float(entry["weight"]),
                "missing": entry.get("missing", "drop"),
                "carry": entry.get("carry", 0),
                "low": float(entry.get("goalposts", [float("nan")])[0]),
                "high": float(entry.get("goalposts", [float("nan")])[-1]),
                "why": entry["why"],
            }
            for key, entry in indicators.items()
        ]
    ).set_index("indicator")
    # domains and indicators may share a name, so a domain's node is written with its half
    nodes = {key: f"{entry['half']}/{key}" for key, entry in domains.items()}
    return Framework(
        key=key,
        title=given["title"],
        base=given["base"],
        normalisation=given["normalisation"],
        aggregation=given["aggregation"],
        bands=tuple(map(float, given.get("bands", []))),
        indicators=rows,
        weights={key: float(entry["weight"]) for key, entry in halves.items()}
        | {nodes[key]: float(entry["weight"]) for key, entry in domains.items()}
        | rows["weight"].to_dict(),
        parent=dict.fromkeys(halves, TOP)
        | {nodes[key]: entry["half"] for key, entry in domains.items()}
        | {key: nodes[entry["domain"]] for key, entry in indicators.items()},
        labels={TOP: given["title"]}
        | {key: entry["label"] for key, entry in halves.items()}
        | {nodes[key]: entry["label"] for key, entry in domains.items()}
        | rows["label"].to_dict(),
    )
