"""Which versions of harm weights are held, and which of them is used."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

import pandas as pd

from pvtools.errors import UsageError
from pvtools.sources.shelf import added
from pvtools.tables import formats, harm_weights
from pvtools.tables.holdings import SHIPPED_WEIGHTS, WEIGHTS, table_of
from pvtools.tables.releases import ranked
from pvtools.tables.shipped import published


class _Version(NamedTuple):
    frame: pd.DataFrame
    origin: str = "added"


def load_harm_weights(
    data_dir: str | Path | None = None, *, version: str | None = None
) -> pd.DataFrame:
    """Return one version of harm weights, by offence and by offence group.

    Those that come with pvtools follow the Crime Severity Score of the Office for National
    Statistics; what the register says of ``severity_by_minor`` is what they cannot bear.

    Parameters
    ----------
    version
        Its name, whole. By default the newest of those added (the latest year in a name); of
        equally new ones that which weighs most kinds of offence, then the first in the order of
        names. Where none has been added, that which comes with pvtools.

    Returns
    -------
    pandas.DataFrame
        ``version, kind`` (``"offence"`` or ``"offence_group"``), ``category`` (as recorded
        crime names it), ``weight, source``. The weight of a group is the mean of what is in it,
        each as often as it was recorded where the weights' file counts it, and ``source`` says
        so; without counts there are no weights of groups. A version comes whole from one file:
        where several files bear its name, from the one that weighs most kinds, and from one that
        was added before pvtools' own.

    Raises
    ------
    UsageError
        There is no such version.
    DataError
        A file of weights was edited, or put there by hand.

    Examples
    --------
    >>> weights = load_harm_weights()
    >>> weights[weights.category == "Bicycle theft"].weight.tolist()
    [15.18]
    """
    own = added(WEIGHTS, data_dir)
    versions = dict(list(table_of(WEIGHTS, data_dir).groupby("version"))) if own else {}
    if version is None and own:
        rule = formats.BY_SOURCE[WEIGHTS].rule
        rows = ranked(map(_Version, versions.values()), rule)[-1].frame
    elif version in versions:
        rows = versions[version]
    elif version in (None, harm_weights.SHIPPED):
        rows = harm_weights.shipped(published(SHIPPED_WEIGHTS, data_dir))
    else:
        named = ", ".join([*versions, harm_weights.SHIPPED])
        raise UsageError(f"No harm weights {version!r} are held. Versions are: {named}.")
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
