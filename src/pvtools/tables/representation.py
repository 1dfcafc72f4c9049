"""Who was asked, beside who lives here: the make-up of the survey's sample and of residents.

Three tables: ethnic groups by borough from the Census, the same groups in the survey's sample
beside it, and the means of two questions by sex and ethnic group. The last two were worked out
from the survey by others; what they leave undocumented travels as a caveat.
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import pandas as pd

from pvtools import areas
from pvtools.tables import cells
from pvtools.tables.declared import Contract, Contracts, Declared, Layout
from pvtools.tables.population import census_groups
from pvtools.tables.releases import Rule
from pvtools.tables.sheets import Sheet, fold

#: Below so many respondents a cell says more about persons than about a group. The makers'
#: table prints even single respondents; here neither mean nor count of such a cell is kept.
FEWEST = 10

ETHNICITY = ("Asian", "Black", "Mixed", "White British", "White Other", "Other")
_DIRECTION = "The answer code runs from 1 to 3, and which end is better informed is not documented"
_FEW = f"fewer than {FEWEST} were asked, so mean and base are withheld"
_NOT_WHOLE = "The sample's shares leave out those who gave no ethnic group"


def tidy_ethnicity(sheet: Sheet) -> pd.DataFrame:
    """Return residents by borough and ethnic group from the Census table.

    Returns
    -------
    pandas.DataFrame
        ``borough, year, group, population, share``; the shares of a borough add up to 1. The
        publisher counts two groups as *White Other*; they are one here.
    """
    counted = census_groups(sheet)
    names = {code: areas.find(code).name for code in counted["area"].unique()}
    frame = counted.assign(borough=counted["area"].map(names).astype("str"))
    frame = frame.groupby(["borough", "label"], as_index=False)["people"].sum()
    total = frame.groupby("borough")["people"].transform("sum")
    return pd.DataFrame(
        {
            "borough": frame["borough"],
            "year": np.full(len(frame), 2021),
            "group": frame["label"].astype("str"),
            "population": frame["people"].astype("Int64"),
            "share": frame["people"] / total,
        }
    )


def tidy_sample(sheet: Sheet) -> pd.DataFrame:
    """Return each ethnic group's share of the survey's sample and of residents.

    Returns
    -------
    pandas.DataFrame
        ``borough, year, group, share_survey, share_census, caveat``; ``year`` is the census's.
        A borough that the file lacks is absent, not zero.

    Raises
    ------
    DataError
        Everything wrong with the file, at once.
    """
    place, group, survey, census, difference = (
        sheet.place(name)
        for name in ("borough", "ethnicity", "proportionpas", "proportioncensus", "difference")
    )
    borough = cells.places(sheet, place, others=lambda text: None)
    groups = cells.among(sheet, group, ETHNICITY, f"one of {', '.join(ETHNICITY)}", fold=fold)
    survey_share, census_share = cells.proportions(sheet, survey), cells.proportions(sheet, census)
    cells.unique_keys(sheet, [borough, groups], "borough and ethnic group")
    _differences(sheet, difference, survey_share - census_share)
    _every_group(sheet, borough, groups)
    _no_more_than_all(sheet, survey, borough, survey_share)
    _no_more_than_all(sheet, census, borough, census_share)
    sheet.faults.refuse()
    return pd.DataFrame(
        {
            "borough": pd.Series(borough, dtype="str"),
            "year": np.full(len(borough), 2021),
            "group": pd.Series(groups, dtype="str"),
            "share_survey": survey_share,
            "share_census": census_share,
            "caveat": _sentences([[_NOT_WHOLE]] * len(borough)),
        }
    )


def tidy_means(sheet: Sheet) -> pd.DataFrame:
    """Return the mean answers of men and women of three ethnic groups, small cells withheld.

    Returns
    -------
    pandas.DataFrame
        ``year, borough, sex, ethnicity, question`` ("Q131": how well informed about the local
        police; "Q133": about the police in London), ``mean`` (of codes 1 to 3; missing where
        fewer than ten were asked), ``n`` (missing there too), ``n_borough`` (missing where it
        would give them away, less the others), ``caveat``.

    Raises
    ------
    DataError
        Everything wrong with the file, at once; also where a column that stands twice differs.
    """
    _twins(sheet)
    year = cells.parsed(sheet, sheet.place("year"), _year, "a year such as 2017")
    sex = cells.among(sheet, sheet.place("gender"), ("Female", "Male"), "Female or Male")
    three = ("Asian", "Black", "White")
    ethnicity = cells.among(sheet, sheet.place("race"), three, "Asian, Black or White", fold=fold)
    borough = cells.places(sheet, sheet.place("borough"), others=lambda text: None)
    n = cells.counts(sheet, sheet.place("count"), "respondents")
    whole = cells.counts(sheet, sheet.place("totalsurveysborough"), "respondents")
    cells.unique_keys(sheet, [year, borough, sex, ethnicity], "year, borough, sex and group")
    for number in np.flatnonzero(n > whole):
        sheet.fault(
            f"{n[number]} respondents of {whole[number]} in the borough",
            "no more than the borough has",
            at=number,
        )
    means = {
        name: _codes(sheet, sheet.place(f"mean{name.casefold()}")) for name in ("Q131", "Q133")
    }
    sheet.faults.refuse()
    few = n < FEWEST
    place = pd.MultiIndex.from_arrays([year, borough])
    known = pd.Series(np.where(few, 0, n), index=place).groupby(level=[0, 1]).transform("sum")
    any_few = pd.Series(few, index=place).groupby(level=[0, 1]).transform("any")
    exposed = any_few.to_numpy() & (whole - known.to_numpy() < FEWEST)
    frames = [
        pd.DataFrame(
            {
                "year": year.astype("int64"),
                "borough": pd.Series(borough, dtype="str"),
                "sex": pd.Series(sex, dtype="str"),
                "ethnicity": pd.Series(ethnicity, dtype="str"),
                "question": pd.Series([question] * len(n), dtype="str"),
                "mean": np.where(few, np.nan, mean),
                "n": pd.Series(n, dtype="Int64").mask(few),
                "n_borough": pd.Series(whole, dtype="Int64").mask(exposed),
                "caveat": _sentences([[_DIRECTION, _FEW][: 1 + small] for small in few]),
            }
        )
        for question, mean in means.items()
    ]
    return pd.concat(frames, ignore_index=True)


def _sentences(parts: Iterable[list[str]]) -> pd.Series:
    return pd.Series(["; ".join(part) + "." for part in parts], dtype="str")


def _year(text: str) -> int | None:
    year = int(text) if text.isascii() and text.isdigit() and len(text) == 4 else 0
    return year if 2000 <= year <= cells.today().year else None


def _codes(sheet: Sheet, place: int) -> np.ndarray:
    def parse(text: str) -> float | None:
        value = cells.decimal(text)
        return value if value is not None and 1 <= value <= 3 else None

    return cells.numbers(sheet, place, parse, "a mean of answer codes, from 1 to 3")


def _twins(sheet: Sheet) -> None:
    """Keep a fault where a column that stands twice in the file is not the same twice."""
    for number, name in enumerate(sheet.folded):
        first = sheet.folded.index(name)
        if not name or first == number:
            continue
        differs = np.flatnonzero(sheet.cells[number] != sheet.cells[first])
        if len(differs):
            sheet.fault(
                f"a second column {sheet.columns[number]!r} that differs from the first",
                "equal values where a column stands twice",
                at=differs[0],
                place=number,
                times=len(differs),
            )


def _differences(sheet: Sheet, place: int, expected: np.ndarray) -> None:
    given = cells.numbers(sheet, place, cells.decimal, "a difference of two shares")
    for number in np.flatnonzero(np.abs(given - expected) > 0.001):
        sheet.fault(
            f"a difference of {given[number]:g} where the shares differ by {expected[number]:g}",
            "the sample's share less the census's",
            at=number,
            place=place,
        )


def _every_group(sheet: Sheet, borough: np.ndarray, groups: np.ndarray) -> None:
    held = pd.DataFrame({"borough": borough, "group": groups}).dropna()
    for name, found in held.groupby("borough")["group"]:
        if missing := [group for group in ETHNICITY if group not in set(found)]:
            sheet.faults.add(f"{name} without {', '.join(missing)}", "every group in each borough")


def _no_more_than_all(sheet: Sheet, place: int, borough: np.ndarray, share: np.ndarray) -> None:
    totals = pd.Series(share).groupby(pd.Series(borough, dtype="str")).sum()
    for name, total in totals[totals > 1.005].items():
        sheet.faults.add(
            f"shares of {name} that add up to {total:.3f}", "1 at most", column=sheet.columns[place]
        )


# what is declared of it --------------------------------------------------------------------------


def ethnicity_contract(contracts: Contracts) -> Contract:
    """Return the contract of :func:`tidy_ethnicity`, the second table of the Census file."""
    return contracts.table(
        {
            "borough": contracts.boroughs(),
            "year": contracts.years(2021, 2021),
            "group": contracts.text(),
            "population": contracts.counts(),
            "share": contracts.shares(),
        },
        contracts.once("borough", "group"),
    )


def _sample_contract(contracts: Contracts) -> Contract:
    return contracts.table(
        {
            "borough": contracts.boroughs(),
            "year": contracts.years(2021, 2021),
            "group": contracts.text(ETHNICITY),
            "share_survey": contracts.shares(),
            "share_census": contracts.shares(),
            "caveat": contracts.text(),
        },
        contracts.once("borough", "group"),
    )


def _means_contract(contracts: Contracts) -> Contract:
    return contracts.table(
        {
            "year": contracts.years(2000, 2100),
            "borough": contracts.boroughs(),
            "sex": contracts.text(["Female", "Male"]),
            "ethnicity": contracts.text(["Asian", "Black", "White"]),
            "question": contracts.text(["Q131", "Q133"]),
            "mean": contracts.numbers(contracts.Check.in_range(1, 3), nullable=True),
            "n": contracts.counts(FEWEST, nullable=True),
            "n_borough": contracts.counts(nullable=True),
            "caveat": contracts.text(),
        },
        contracts.once("year", "borough", "sex", "ethnicity", "question"),
        contracts.Check(
            lambda frame: frame.loc[frame["n"].isna(), "mean"].isna().all(),
            error="no mean of a small cell",
        ),
    )


#: The groups of a borough come from one file: shares add up, and what is withheld stays so.
RULE = Rule(when="year", cell=("borough",), edges=False)

DECLARED = (
    Declared(
        key="pas_demographic_means",
        layouts=(
            Layout(
                "the Public Attitude Survey's means by sex, ethnic group and borough",
                (
                    *("year", "gender", "race", "borough", "mean_Q131", "mean_Q133"),
                    *("count", "total_surveys_borough"),
                ),
            ),
        ),
        tidy=tidy_means,
        contract=_means_contract,
        rule=RULE,
        every_borough=True,
        twins=True,
        gains=(
            "How many men and women of three ethnic groups were asked in each borough, to show "
            "what groups a sample can bear; read with tables.load_demographic_means()."
        ),
        cannot_bear=(
            "The answers are codes from 1 to 3 whose direction is not documented: a higher "
            "mean cannot be read as better or worse informed.",
            "Means are of unweighted answers, and no spread is given: no interval can be "
            "worked out.",
            "Cells are as small as one respondent; means and bases of fewer than ten are withheld.",
            "Only Asian, Black and White respondents are in it.",
        ),
    ),
    Declared(
        key="pas_vs_census_ethnicity",
        layouts=(
            Layout(
                "ethnic groups in the survey's sample and in the census",
                ("Borough", "Ethnicity", "Proportion_PAS", "Proportion_Census", "Difference"),
            ),
        ),
        tidy=tidy_sample,
        contract=_sample_contract,
        rule=RULE,
        every_borough=True,
        gains=(
            "Which ethnic groups the survey's sample over- and under-represents, borough by "
            "borough; read with tables.load_representation()."
        ),
        cannot_bear=(
            "Wandsworth is missing: its name was spoilt when the two were joined, so its "
            "absence says nothing.",
            "Which years of the survey are pooled, and whether its shares are weighted, is not "
            "documented.",
            "Shares of the sample add up to 92 to 98 per cent of a borough; the rest gave no "
            "ethnic group.",
            "The census counts residents of every age, the survey adults.",
        ),
    ),
)
