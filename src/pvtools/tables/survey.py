"""What Londoners answered in the Public Attitude Survey, by borough and quarter.

The publisher's files come in three dialects: commas with a quoted decimal comma, semicolons
with a decimal comma, and American dates with a decimal point. Each value is the mean of the
four quarters that end with it, so neighbouring quarters share interviews.
"""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pandas as pd

from pvtools import areas, measures
from pvtools.tables import cells, wide
from pvtools.tables.declared import Contract, Contracts, Declared, Layout
from pvtools.tables.releases import Rule
from pvtools.tables.sheets import Sheet

COLUMNS = ("measure", "borough", "quarter_end", "proportion")


#: The publisher's label of each question.
LABELS = {
    '"Good Job" local': "good_job",
    "Trust MPS": "trust",
    "Treat everyone fairly": "treat_fairly",
    "Relied on to be there": "rely_on",
    "Understand issues": "understand_issues",
    "Listen to concerns": "listen",
    "Informed local": "informed",
    "Contact ward officer": "contact_officer",
}
_QUARTER_ENDS = {(31, 3), (30, 6), (30, 9), (31, 12)}
_ORDERS = {"day/month/year": ("day", "month"), "month/day/year": ("month", "day")}


def tidy(sheet: Sheet) -> pd.DataFrame:
    """Return shares of residents by question, borough and quarter.

    The force-wide value, which the borough file repeats in every row, becomes one row a
    question and quarter for ``"London"``.

    Parameters
    ----------
    sheet : Sheet
        The borough or the force file, in any of the three dialects.

    Returns
    -------
    pandas.DataFrame
        Columns ``measure`` (a key of the register), ``borough``, ``quarter_end``,
        ``proportion`` (0–1, missing where the publisher left a blank).

    Raises
    ------
    DataError
        Everything wrong with the file, at once.
    """
    date, survey, place, label, share, force = (
        sheet.place(name) for name in ("date", "survey", "borough", "measure", "proportion", "mps")
    )
    quarters = _quarters(sheet, date)
    cells.parsed(sheet, survey, lambda t: t if t == "PAS" else None, "'PAS', the survey's name")
    borough = cells.places(sheet, place, others=lambda t: areas.LONDON if t == "MPS" else None)
    measure = _questions(sheet, label)
    proportion = cells.proportions(sheet, share)
    cells.unique_keys(sheet, [measure, borough, _days(quarters)], "question, borough and quarter")
    frame = _frame(measure, borough, quarters, proportion)
    if force is not None:
        london = _force_wide(sheet, frame, cells.proportions(sheet, force), force)
        frame = pd.concat([frame, london], ignore_index=True)
    sheet.faults.refuse()
    return frame


def published(path: Path) -> pd.DataFrame:
    """Return the survey figures that come with pvtools, in the same columns as :func:`tidy`.

    Wide, with a column a quarter; a blank was not published.

    Raises
    ------
    DataError
        The file is not what came with pvtools.
    """
    table, quarters = wide.read(path, ("measure", "borough"), "float64", areas.LONDON)
    long = table.melt(["measure", "borough"], value_name="proportion", var_name="quarter_end")
    ends = dict(zip(table.columns[2:], quarters + pd.offsets.MonthEnd(0), strict=True))
    return (
        _frame(
            long["measure"],
            long["borough"],
            long["quarter_end"].map(ends).to_numpy().astype("datetime64[us]"),
            long["proportion"],
        )
        .dropna(subset=["proportion"])
        .reset_index(drop=True)
    )


def _frame(measure, borough, quarters, proportion) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "measure": pd.Series(measure, dtype="str"),
            "borough": pd.Series(borough, dtype="str"),
            "quarter_end": quarters,
            "proportion": proportion,
        }
    )


def _days(quarters: np.ndarray) -> np.ndarray:
    return quarters.astype("datetime64[D]")


def _questions(sheet: Sheet, place: int) -> np.ndarray:
    def allowed(text: str) -> str:
        return f"a question of the survey: {', '.join(LABELS)}" + cells.nearest(text, LABELS)

    return cells.among(sheet, place, LABELS, allowed, fold=_plain)


def _plain(label: str) -> str:
    return re.sub(r"[^a-z]+", " ", label.casefold()).strip()


def _quarters(sheet: Sheet, place: int) -> np.ndarray:
    """Return quarter ends; the order of day and month is the one that fits most of the file.

    A date that does not fit it is a fault: one file does not mix two orders. Because a quarter
    ends on the 30th or 31st, no date can be read both ways.
    """
    texts = [str(text).strip() for text in pd.unique(sheet.cells[place])]
    fitting = {
        order: sum(_quarter(text, names) is not None for text in texts)
        for order, names in _ORDERS.items()
    }
    order = max(fitting, key=lambda name: fitting[name])
    allowed = f"the last day of a quarter up to {cells.today():%d/%m/%Y}, written {order}"
    if fitting[order] and any(_slashed(text) for text in texts):
        allowed += " as in most of this file"
    return cells.instants(sheet, place, lambda text: _quarter(text, _ORDERS[order]), allowed)


def _slashed(text: str) -> re.Match[str] | None:
    return re.fullmatch(r"([0-9]{1,2})/([0-9]{1,2})/([0-9]{4})", text)


def _quarter(text: str, names: tuple[str, str]) -> np.datetime64 | None:
    if slashed := _slashed(text):
        parts = dict(zip(names, (int(slashed[1]), int(slashed[2])), strict=True))
        year, month, day = int(slashed[3]), parts["month"], parts["day"]
    elif iso := re.fullmatch(r"([0-9]{4})-([0-9]{2})-([0-9]{2})", text):
        year, month, day = (int(part) for part in iso.groups())
    else:
        return None
    if (day, month) not in _QUARTER_ENDS or year < 2000:
        return None
    end = np.datetime64(f"{year:04d}-{month:02d}-{day:02d}", "us")
    return end if end <= np.datetime64(cells.today(), "us") else None


def _force_wide(sheet: Sheet, frame: pd.DataFrame, values: np.ndarray, place: int) -> pd.DataFrame:
    """Return the repeated force-wide value once, after checking that it is one value."""
    rows = frame.assign(borough=areas.LONDON, proportion=values, at=np.arange(len(frame)))
    rows = rows.dropna()  # blank, or in a row whose question or date is already a fault
    by_quarter = rows.groupby(["measure", "quarter_end"], sort=False, dropna=False)
    first = by_quarter["proportion"].transform("first")
    for _, row in rows[rows["proportion"] != first].iterrows():
        sheet.fault(
            f"{row['proportion']:g} where rows above give {first[row.name]:g}",
            "one force-wide value for each question and quarter",
            at=row["at"],
            place=place,
        )
    return by_quarter.head(1)[list(COLUMNS)]


# what is declared of it --------------------------------------------------------------------------


def _contract(contracts: Contracts) -> Contract:
    return contracts.table(
        {
            "measure": contracts.text(measures.QUESTIONS),
            "borough": contracts.boroughs(areas.LONDON),
            "quarter_end": contracts.quarter_ends(),
            "proportion": contracts.shares(),
        },
        contracts.once("measure", "borough", "quarter_end"),
    )


def _which(sheet: Sheet) -> str:
    """Tell a borough file that lacks the force-wide column from the force file."""
    first = next(iter(sheet.cells[sheet.place("borough")]), "")
    return "pas_borough" if areas.match(str(first)) else "pas_force"


_RULE = Rule(when="quarter_end", cell=("measure", "borough"), value="proportion", edges=False)
_HEADER = ("Date", "Survey", "Borough", "Measure", "Proportion")


DECLARED = (
    Declared(
        key="pas_borough",
        layouts=(Layout("the Public Attitude Survey by borough", (*_HEADER, "MPS")),),
        tidy=tidy,
        contract=_contract,
        rule=_RULE,
        table="survey",
        every_borough=True,
        gains=(
            "All eight questions at every quarter end, and with a newer release more recent "
            "answers in every report."
        ),
        cannot_bear=(
            "No bases and no intervals are published: intervals here are worked out from the "
            "documented design and an estimated design effect.",
            "Each value is the mean of four quarters, so neighbouring quarters share three "
            "quarters of their interviews; only every fourth value is independent.",
            "Values are rounded to whole per cents by the publisher.",
            "The City of London is not surveyed.",
            "A borough of about 400 interviews a year cannot show changes of a few points.",
        ),
    ),
    Declared(
        key="pas_force",
        layouts=(Layout("the Public Attitude Survey for the force", _HEADER),),
        tidy=tidy,
        contract=_contract,
        rule=_RULE,
        table="survey",
        which=_which,
        gains=(
            "The publisher's own figures for London as a whole, which reach later than the borough "
            "figures that come with pvtools."
        ),
        cannot_bear=(
            "No bases and no intervals are published; about 12,800 interviews a rolling year "
            "is the documented size.",
            "Each value is the mean of four quarters, so only every fourth value is independent.",
            "It says nothing about any one borough.",
        ),
    ),
)
