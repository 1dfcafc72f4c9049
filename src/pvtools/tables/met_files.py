"""What is held of the Metropolitan Police's dashboards; none of it comes with pvtools."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from pvtools.tables import (
    business_crime,
    dashboard,
    formats,
    thorough_searches,
    vawg,
)
from pvtools.tables.holdings import files_of
from pvtools.tables.releases import Rule, newest


def load_dashboard(data_dir: str | Path | None = None) -> pd.DataFrame:
    """Return hate crime, domestic abuse, knife crime and the like by area and month.

    Returns
    -------
    pandas.DataFrame
        ``level`` ("borough" or "ward"), ``area`` (the borough's name or the ward's code),
        ``area_name``, ``borough`` (missing where an area belongs to none), ``month``,
        ``crime_type``, ``offence``, ``offences``, ``positive_outcomes``, ``part_of``,
        ``caveat``. Where an area and a kind are published, an absent row of the file is 0.

    Raises
    ------
    UsageError
        No such file has been added.

    Notes
    -----
    Both levels count the same offences, and most kinds lie within another, named in ``part_of``
    ("TNO" for all notifiable offences). Add up rows of one level whose ``part_of`` is missing:
    these two kinds are all notifiable offences. Positive outcomes stand in the month they were
    reached and are no share of the offences beside them.
    """
    return _newest("mps_dashboard", dashboard.RULE, data_dir)


def load_vawg_places(data_dir: str | Path | None = None) -> pd.DataFrame:
    """Return offences of violence against women and girls by borough and ward.

    The same offences as :func:`load_vawg_kinds` counts: never add the two up.

    Returns
    -------
    pandas.DataFrame
        ``month`` (recorded), ``committed_month`` (missing where not known), ``bcu``,
        ``borough``, ``ward`` (missing where not known), ``offences``, ``caveat``.

    Raises
    ------
    UsageError
        No such file has been added.
    """
    return _vawg("offences_by_place", ["bcu", "borough", "ward"], data_dir)


def load_vawg_kinds(data_dir: str | Path | None = None) -> pd.DataFrame:
    """Return offences of violence against women and girls by kind, London as a whole.

    The same offences as :func:`load_vawg_places` counts: never add the two up.

    Returns
    -------
    pandas.DataFrame
        ``month`` (recorded), ``committed_month`` (missing where not known), ``offence_group``,
        ``offence``, ``vawg_offence`` and ``detail`` (three ways of naming it), ``within_vawg``
        (no for flagged offences that the publisher puts outside), ``offences``, ``caveat``.

    Raises
    ------
    UsageError
        No such file has been added.
    """
    kinds = ["offence_group", "offence", "vawg_offence", "detail", "within_vawg"]
    return _vawg("offences_by_kind", kinds, data_dir).astype({"within_vawg": bool})


def load_business_outcomes(data_dir: str | Path | None = None) -> pd.DataFrame:
    """Return outcomes of crimes against businesses by day, borough, offence and outcome.

    Returns
    -------
    pandas.DataFrame
        ``date, borough, offence_group, offence, outcome, positive, outcomes``; what has no row
        is a nought.

    Raises
    ------
    UsageError
        No such file has been added.
    """
    return _newest("mps_business_crime", business_crime.RULE, data_dir)


def load_thorough_searches(data_dir: str | Path | None = None) -> pd.DataFrame:
    """Return more thorough and intimate searches, one row each.

    Returns
    -------
    pandas.DataFrame
        ``date, borough, bcu, age_group, sex, ethnicity, reason, appropriate_adult,
        positive_outcome, caveat``; what was not recorded is missing.

    Raises
    ------
    UsageError
        No such file has been added.
    """
    return _newest("mps_thorough_searches", thorough_searches.RULE, data_dir)


def _vawg(count: str, columns: list[str], data_dir: str | Path | None) -> pd.DataFrame:
    both = _newest("mps_vawg", vawg.RULE, data_dir)
    one = both[both[count].notna()].rename(columns={count: "offences"})
    kept = ["month", "committed_month", *columns, "offences", "caveat"]
    return one[kept].reset_index(drop=True)


def _newest(source: str, rule: Rule, data_dir: str | Path | None) -> pd.DataFrame:
    """Return the files of a source as one table, the one that reaches furthest preferred."""
    frames = [formats.tidy(path, source) for path in files_of(source, data_dir)]
    return newest(sorted(frames, key=lambda frame: frame[rule.when].max()), rule)
