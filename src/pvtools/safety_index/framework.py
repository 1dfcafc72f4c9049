"""What an index is made of: a file that a councillor can read, and all that is wrong in it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from pvtools import places
from pvtools.errors import DataError
from pvtools.safety_index import checks
from pvtools.sources import toml

_DO = "Correct the file; data/safety_index.toml, which comes with pvtools, shows what it may hold."


@dataclass(frozen=True, eq=False)
class Framework:
    """An index as its file states it.

    ``file`` is the name of its file, ``key`` the same as exhibits are called.
    ``indicators`` has one row an indicator: ``label, half, domain, measure, group, better, weight,
    missing, carry, error, low, high, why``. ``weights`` and ``parent`` are those of every node, as
    ``stats.composite.framework`` takes them; ``labels`` names each for readers. ``base`` is the
    period that scores are fixed to.
    """

    key: str
    file: str
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
        return self.indicators["better"].map(checks.BETTER)


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
    if faults := [*checks.faults(given)]:
        raise DataError(str(path), faults, _DO)
    return _framework(path, given)


def _framework(path: Path, given: dict[str, Any]) -> Framework:
    halves, domains, indicators = (given[kind] for kind in checks.NEEDED)
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
                "error": float(entry.get("error", float("nan"))),
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
        key=re.sub(r"[^A-Za-z0-9]+", "-", path.stem),
        file=path.name,
        title=given["title"],
        base=given["base"],
        normalisation=given["normalisation"],
        aggregation=given["aggregation"],
        bands=tuple(map(float, given.get("bands", []))),
        indicators=rows,
        weights={key: float(entry["weight"]) for key, entry in halves.items()}
        | {nodes[key]: float(entry["weight"]) for key, entry in domains.items()}
        | rows["weight"].to_dict(),
        parent=dict.fromkeys(halves, checks.TOP)
        | {nodes[key]: entry["half"] for key, entry in domains.items()}
        | {key: nodes[entry["domain"]] for key, entry in indicators.items()},
        labels={checks.TOP: given["title"]}
        | {key: entry["label"] for key, entry in halves.items()}
        | {nodes[key]: entry["label"] for key, entry in domains.items()}
        | rows["label"].to_dict(),
    )
