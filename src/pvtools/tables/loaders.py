"""What is held beside the main tables, one table a source; none of it comes with pvtools."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from pvtools.tables import dashboard, representation
from pvtools.tables.files import read_sheet
from pvtools.tables.holdings import held, table_of
from pvtools.tables.shipped import published


def load_dashboard(data_dir: str | Path | None = None) -> pd.DataFrame:
    """Return hate crime, domestic abuse, knife crime and the like by area and month.

    From added files, with wards; without any, boroughs from the figures that come with pvtools.

    Returns
    -------
    pandas.DataFrame
        ``level`` ("borough" or "ward"), ``area`` (the borough's name or the ward's code),
        ``area_name``, ``borough`` (missing where an area belongs to none), ``month``,
        ``crime_type``, ``offence``, ``offences``, ``positive_outcomes``, ``part_of``,
        ``comparable`` (with earlier months of its kind), ``caveat``. Where an area and a kind are
        published, an absent row of the file is 0.

    Notes
    -----
    Both levels count the same offences, and most kinds lie within another, named in ``part_of``
    ("TNO" for all notifiable offences). Add up rows of one level whose ``part_of`` is missing:
    these two kinds are all notifiable offences. Positive outcomes stand in the month they were
    reached and are no share of the offences beside them.
    """
    if not held("mps_dashboard", data_dir):
        return dashboard.shipped(published("special_crime_by_month", data_dir))
    return table_of("mps_dashboard", data_dir)


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
        is a zero.

    Raises
    ------
    UsageError
        No such file has been added.
    """
    return table_of("mps_business_crime", data_dir)


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
    return table_of("mps_thorough_searches", data_dir)


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
    return table_of("mps_abstractions", data_dir)


def load_ethnicity(data_dir: str | Path | None = None) -> pd.DataFrame:
    """Return residents by borough and ethnic group, from the Census table that was added.

    Returns
    -------
    pandas.DataFrame
        ``borough, year, group, population, share``.

    Raises
    ------
    UsageError
        No such table has been added.
    """
    return table_of("census_2021", data_dir, tidy=_ethnicity, rule=representation.RULE)


def load_representation(data_dir: str | Path | None = None) -> pd.DataFrame:
    """Return ethnic groups' shares of the survey's sample and of residents, from an added file.

    Returns
    -------
    pandas.DataFrame
        ``borough, year, group, share_survey, share_census, caveat``; a borough that the file
        lacks (Wandsworth) is absent.

    Raises
    ------
    UsageError
        No such file has been added.
    """
    return table_of("pas_vs_census_ethnicity", data_dir)


def load_demographic_means(data_dir: str | Path | None = None) -> pd.DataFrame:
    """Return the survey's mean answers by sex, ethnic group, borough and year, from added files.

    Returns
    -------
    pandas.DataFrame
        ``year, borough, sex, ethnicity, question, mean, n, n_borough, caveat``; means and
        bases of fewer than ten respondents are missing, and the borough's where it gives one away.

    Raises
    ------
    UsageError
        No such file has been added.
    """
    return table_of("pas_demographic_means", data_dir)


def _vawg(count: str, columns: list[str], data_dir: str | Path | None) -> pd.DataFrame:
    both = table_of("mps_vawg", data_dir)
    one = both[both[count].notna()].rename(columns={count: "offences"})
    kept = ["month", "committed_month", *columns, "offences", "caveat"]
    return one[kept].reset_index(drop=True)


def _ethnicity(path: Path, source: str) -> pd.DataFrame:
    """Return the second table of a Census file: its groups, of which ``source`` is the sum."""
    from pvtools.tables import contracts  # slow to import, and reports need it not

    frame = representation.tidy_ethnicity(read_sheet(path))
    return contracts.kept(frame, representation.ethnicity_contract(contracts), file=str(path))
