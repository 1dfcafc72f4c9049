"""What is held about who was asked and who lives here; none of it comes with pvtools."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from pvtools.tables import formats, representation
from pvtools.tables.files import read_sheet
from pvtools.tables.holdings import files_of


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
    path = files_of("census_2021", data_dir)[-1]
    frame = representation.tidy_ethnicity(read_sheet(path))
    from pvtools.tables import contracts  # slow to import, and reports need it not

    return contracts.kept(frame, contracts.ETHNICITY, file=str(path))


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
    return formats.tidy(
        files_of("pas_vs_census_ethnicity", data_dir)[-1], "pas_vs_census_ethnicity"
    )


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
    key = "pas_demographic_means"
    frames = [formats.tidy(path, key) for path in files_of(key, data_dir)]
    cell = ["year", "borough", "sex", "ethnicity", "question"]
    return pd.concat(frames).drop_duplicates(cell, keep="last", ignore_index=True)
