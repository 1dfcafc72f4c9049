"""Exhibits of coverage: which months, quarters, boroughs and questions are held, and breaks."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from pvtools import areas, figures, measures, words
from pvtools.exhibits import captions, maker
from pvtools.exhibits.pieces import Column, Exhibit, Ledger
from pvtools.sources import Source

_COUNTED: maker.Also = {
    "held": ("Periods held", "count"),
    "absent": ("Periods not held", "count"),
    "first": ("First", "month"),
    "last": ("Last", "month"),
}


def by_borough(covered: pd.DataFrame, *, source: Source) -> Exhibit:
    """Return the exhibit of which boroughs and months of one source are held.

    ``covered`` is what ``tables.coverage`` returns, for this source.
    """
    grid = covered.assign(held=(covered.status == "held").astype(float)).pivot(
        index="borough", columns="period", values="held"
    )
    grid = grid.drop(index=areas.LONDON, errors="ignore").sort_index()
    absent = grid.columns[(grid == 0).all()]
    span = f"{words.month(grid.columns[0])} to {words.month(grid.columns[-1])}"
    incomplete = int((grid < 1).any(axis=1).sum())
    headline = f"Every borough is held for every month, {span}"
    if len(absent):
        headline = f"{len(absent)} of {grid.shape[1]} months between {span} are not held"
    elif incomplete:
        headline = f"{incomplete} of {len(grid)} boroughs are not held for every month, {span}"
    return maker.exhibit(
        f"coverage-{source.key.replace('_', '-')}",
        _counted(grid, "borough"),
        lambda ax: figures.coverage(grid, ax=ax),
        headline=headline,
        subtitle=f"{source.title}: a row a borough, a column a month",
        alt=(
            f"Grid of {len(grid)} boroughs by {grid.shape[1]} months, {span}. "
            f"{int(grid.to_numpy().sum()):,} of {grid.size:,} cells are held."
            + (
                f" Not held: {words.listing([words.month(m) for m in absent])}."
                if 0 < len(absent) <= 6
                else ""
            )
        ),
        height=6.2,
        also={"borough": "Borough"} | _COUNTED,
        vintage=f"Figures to {words.month(grid.columns[-1])}",
        source=f"{source.title}, {source.publisher}",
        caveats=source.cannot_bear,
    )


def by_question(survey: pd.DataFrame, *, source: Source) -> Exhibit:
    """Return the exhibit of which questions and quarters of the survey are held."""
    asked = survey[survey.borough != areas.LONDON].dropna(subset=["proportion"])
    counted = asked.groupby(["measure", "quarter_end"]).borough.nunique().unstack()
    quarters = pd.date_range(counted.columns.min(), counted.columns.max(), freq="QE")
    order = [key for key in measures.QUESTIONS if key in counted.index]
    grid = counted.reindex(index=order, columns=quarters).fillna(0) / len(areas.boroughs())
    grid.index = [measures.find(key).label for key in order]
    every = int((grid >= 1).all(axis=1).sum())
    span = f"{words.month(quarters[0])} to {words.month(quarters[-1])}"
    return maker.exhibit(
        "coverage-survey",
        _counted(grid, "question"),
        lambda ax: figures.coverage(grid, ax=ax),
        headline=(f"{every} of {len(grid)} questions are held for every quarter, {span}"),
        subtitle=f"{source.title}: a row a question, a column a quarter, all 32 boroughs",
        alt=(
            f"Grid of {len(grid)} questions by {grid.shape[1]} quarters, {span}. "
            + " ".join(
                f"{name}: {int((row >= 1).sum())} quarters." for name, row in grid.iterrows()
            )
        ),
        height=2.6,
        vintage=f"Figures to {words.month(quarters[-1])}",
        also={"question": "Question"} | _COUNTED,
        source=f"{source.title}, {source.publisher}",
        caveats=source.cannot_bear,
    )


def everything(held: pd.DataFrame) -> Ledger:
    """Return the ledger of every data set that is held.

    ``held`` is what ``tables.inventory`` returns.
    """
    added = held.origin == "added"
    table = held.assign(
        title=held.title + added.map({True: " (added)", False: ""}),
        span=[words.between(row.first, row.last) for row in held.itertuples()],
        of_boroughs=[_of_boroughs(n) for n in held.boroughs],
        lacks=held.lacks.where(held.lacks != "", "no gaps"),
    )
    return Ledger(
        key="held",
        title=f"How far the {len(held)} data sets held reach, and what they cannot bear",
        table=table,
        columns=[
            Column("title", "Data set"),
            Column("span", "Period"),
            Column("of_boroughs", "Boroughs"),
            Column("lacks", "Not held"),
            Column("cannot_bear", "What it cannot bear"),
        ],
        note=(
            "Boroughs: of how many of the 32 there is a figure. What is not held is not zero: "
            "nothing is filled in."
        ),
    )


def breaks(seen: pd.DataFrame, *, source: Source, of: Sequence[str] = ()) -> Ledger:
    """Return the ledger of where recorded crime changes because of how it is recorded or placed.

    ``seen`` is what ``tables.breaks`` returns; ``of`` names the area and the offence it was asked
    for, if any.
    """
    asked = f": {', '.join(of)}" if of else ""
    table = seen.assign(
        span=[words.between(row.first, row.last) for row in seen.itertuples()],
        before=[_level(row.before, row.unit) for row in seen.itertuples()],
        after=[_level(row.after, row.unit) for row in seen.itertuples()],
    )
    return Ledger(
        key="recorded-crime-breaks",
        title=f"{words.count(len(seen)).capitalize()} changes to know in recorded crime{asked}",
        table=table,
        columns=[
            Column("span", "Months"),
            Column("area", "Area"),
            Column("offence", "Offence"),
            Column("before", "Before"),
            Column("after", "After"),
            Column("unit", "In"),
            Column("what", "What is seen"),
        ],
        note=" ".join([f"{captions.named(source)}.", *source.cannot_bear]),
    )


def _level(value: float, unit: str) -> str:
    if pd.isna(value):
        return "not given"
    share = unit.startswith("share")
    return f"{words.number(100 * value, 'rate')}%" if share else words.number(value, "count")


def _of_boroughs(n: object) -> str:
    if pd.isna(n):
        return "see not held"
    every = len(areas.boroughs())
    return {0: "none", every: f"all {every}"}.get(int(n), f"{n} of {every}")


def _counted(grid: pd.DataFrame, name: str) -> pd.DataFrame:
    held = grid >= 1
    return pd.DataFrame(
        {
            name: grid.index,
            "held": held.sum(axis=1).to_numpy(),
            "absent": (~held).sum(axis=1).to_numpy(),
            "first": [_end(row, 0) for _, row in held.iterrows()],
            "last": [_end(row, -1) for _, row in held.iterrows()],
        }
    )


def _end(row: pd.Series, which: int) -> pd.Timestamp | None:
    periods = row.index[row]
    return periods[which] if len(periods) else None
