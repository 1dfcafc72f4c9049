"""What is held on how grave offences are and where officers' time goes; none of it comes along."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from pvtools.errors import UsageError
from pvtools.tables import abstractions, formats
from pvtools.tables.holdings import files_of
from pvtools.tables.releases import newest


def load_harm_weights(
    data_dir: str | Path | None = None, *, version: str | None = None
) -> pd.DataFrame:
    """Return one version of harm weights, by offence and by offence group, from added files.

    Parameters
    ----------
    version
        Its name, whole; the newest by default (the latest year in a name).

    Returns
    -------
    pandas.DataFrame
        ``version, kind`` (``"offence"`` or ``"offence_group"``), ``category`` (as recorded
        crime names it), ``weight, source``. The weight of a group is the mean of what is in it,
        each as often as it was recorded where the weights' file counts it, and ``source`` says
        so; without counts there are no weights of groups.

    Raises
    ------
    UsageError
        No weights have been added, there is no such version, two are equally new, or two files
        give a version different weights.
    """
    key = "harm_weights"
    held = pd.concat([formats.tidy(path, key) for path in files_of(key, data_dir)])
    held = held.drop_duplicates(ignore_index=True)
    known = ", ".join(held["version"].unique())
    newest = held.loc[held["year"] == held["year"].max(), "version"].unique()
    if version is None and len(newest) > 1:
        raise UsageError(f"Equally new versions of weights are held: {known}. Name one: version=")
    name = newest[0] if version is None else version
    own = held[held["version"] == name]
    if own.empty:
        raise UsageError(f"No harm weights {name!r} are held. Versions are: {known}.")
    twice = own.loc[own.duplicated(["kind", "category"]), "category"].unique()
    if len(twice):
        raise UsageError(
            f"Two files give {name!r} different weights, for {', '.join(twice)}. Remove one, or "
            "give the versions different names."
        )
    return own.drop(columns="year").reset_index(drop=True)


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
