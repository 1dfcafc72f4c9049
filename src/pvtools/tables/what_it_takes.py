"""What is held on how grave offences are and where officers' time goes; none of it comes along."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from pvtools import places
from pvtools.errors import UsageError
from pvtools.sources.shelf import added
from pvtools.tables import abstractions, formats
from pvtools.tables.holdings import files_of
from pvtools.tables.releases import newest

_WEIGHTS = "harm_weights"


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
    versions = _versions(data_dir)
    if version is None:
        version = min(
            versions, key=lambda name: (-versions[name]["year"].max(), -len(versions[name]), name)
        )
    if version not in versions:
        raise UsageError(
            f"No harm weights {version!r} are held. Versions are: {', '.join(versions)}."
        )
    return versions[version].drop(columns="year").reset_index(drop=True)


def other_weights(weights: pd.DataFrame, data_dir: str | Path | None = None) -> str:
    """Return what already holds other weights under the name of a version, or nothing.

    Parameters
    ----------
    weights
        The tidy table of a file that is to be added.
    """
    for name, new in weights.groupby("version", sort=False):
        for path, held in _files(data_dir):
            own = held[held["version"] == name]
            both = own.merge(new, on=["kind", "category"], suffixes=("", "_new"))
            if (both["weight"] != both["weight_new"]).any():
                return f"other weights for {name!r}, which {path.name} holds already"
    return ""


def _versions(data_dir: str | Path | None) -> dict[str, pd.DataFrame]:
    """Return each version that is held, from the file that weighs most kinds in it."""
    files_of(_WEIGHTS, data_dir)  # says how to add one
    versions: dict[str, pd.DataFrame] = {}
    for _, frame in _files(data_dir):
        for name, rows in frame.groupby("version", sort=False):
            if name not in versions or len(rows) > len(versions[name]):
                versions[name] = rows
    return versions


def _files(data_dir: str | Path | None) -> list[tuple[Path, pd.DataFrame]]:
    folder = places.data_dir() if data_dir is None else Path(data_dir)
    return [(one.path, formats.tidy(one.path, _WEIGHTS)) for one in added(_WEIGHTS, folder)]


def load_abstractions(data_dir: str | Path | None = None) -> pd.DataFrame:
    """Return ward officers' time by borough, month and activity, from added files.

    Returns
    -------
    pandas.DataFrame
        ``borough, month, activity`` ("Not abstracted" is time in the ward), ``amount`` (unit
        not verified, probably minutes). Where files overlap, the later one counts.

    Raises
    ------
    UsageError
        No such file has been added.
    """
    key = "mps_abstractions"
    return newest([formats.tidy(path, key) for path in files_of(key, data_dir)], abstractions.RULE)
