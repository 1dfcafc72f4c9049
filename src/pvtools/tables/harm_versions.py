"""Which versions of harm weights are held, and which of them is used; none comes with pvtools."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

import pandas as pd

from pvtools.errors import UsageError
from pvtools.sources.shelf import added
from pvtools.tables import formats
from pvtools.tables.holdings import WEIGHTS, table_of
from pvtools.tables.releases import ranked


class _Version(NamedTuple):
    frame: pd.DataFrame
    origin: str = "added"


def load_harm_weights(
    data_dir: str | Path | None = None, *, version: str | None = None
) -> pd.DataFrame:
    """Return one version of harm weights, by offence and by offence group, from added files.

    Parameters
    ----------
    version
        Its name, whole. By default the newest (the latest year in a name); of equally new ones
        that which weighs most kinds of offence, then the first in the order of names.

    Returns
    -------
    pandas.DataFrame
        ``version, kind`` (``"offence"`` or ``"offence_group"``), ``category`` (as recorded
        crime names it), ``weight, source``. The weight of a group is the mean of what is in it,
        each as often as it was recorded where the weights' file counts it, and ``source`` says
        so; without counts there are no weights of groups. A version comes whole from one file:
        where several files bear its name, from the one that weighs most kinds.

    Raises
    ------
    UsageError
        No weights have been added, or there is no such version.
    """
    versions = dict(list(table_of(WEIGHTS, data_dir).groupby("version")))
    if version is None:
        rule = formats.BY_SOURCE[WEIGHTS].rule
        rows = ranked(map(_Version, versions.values()), rule)[-1].frame
    elif version in versions:
        rows = versions[version]
    else:
        raise UsageError(
            f"No harm weights {version!r} are held. Versions are: {', '.join(versions)}."
        )
    return rows.drop(columns="year").reset_index(drop=True)


def other_weights(weights: pd.DataFrame, data_dir: str | Path | None = None) -> str:
    """Return what already holds other weights under the name of a version, or nothing.

    Parameters
    ----------
    weights
        The tidy table of a file that is to be added.
    """
    for file in added(WEIGHTS, data_dir):
        both = formats.tidy(file.path, WEIGHTS).merge(
            weights, on=["version", "kind", "category"], suffixes=("", "_new")
        )
        clash = both[both["weight"] != both["weight_new"]]
        if len(clash):
            name = clash["version"].iloc[0]
            return f"other weights for {name!r}, which {file.path.name} holds already"
    return ""
