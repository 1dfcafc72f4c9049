"""Outcomes of crimes against businesses, as the Metropolitan Police publish them: by day."""

from __future__ import annotations

import numpy as np
import pandas as pd

from pvtools import areas
from pvtools.tables import cells
from pvtools.tables.declared import NO_CITY, Contract, Contracts, Declared, Layout
from pvtools.tables.releases import Rule
from pvtools.tables.sheets import Sheet

COLUMNS = ("date", "borough", "offence_group", "offence", "outcome", "positive", "outcomes")


def tidy(sheet: Sheet) -> pd.DataFrame:
    """Return outcomes by day, borough, offence and kind of outcome.

    Returns
    -------
    pandas.DataFrame
        Columns :data:`COLUMNS`, one row a row of the file. ``date`` is the publisher's, taken to
        be the day of the outcome, which is not said. ``borough`` is missing for the
        publisher's "Other", and ``outcome`` where it is blank; ``positive`` is the publisher's
        own judgement. The publisher leaves out zeros.

    Raises
    ------
    DataError
        Everything wrong with the file, at once; also where one outcome is called both positive
        and not.
    """
    date = cells.days(sheet, sheet.place("date"))
    borough = cells.places(sheet, sheet.place("borough"), others=areas.pseudo_area)
    group = cells.names(sheet, sheet.place("crimesection"))
    offence = cells.names(sheet, sheet.place("crimegroup"))
    outcome = cells.parsed(
        sheet, sheet.place("outcome"), lambda text: " ".join(text.split()), "an outcome"
    )
    positive = cells.among(sheet, sheet.place("positiveoutcome"), cells.ANSWERS, "Y or N")
    count = cells.counts(sheet, sheet.place("outcomecount"), "outcomes")
    key = [date.astype("datetime64[D]"), sheet.cells[sheet.place("borough")], group, offence]
    cells.unique_keys(
        sheet, [*key, outcome, positive], "date, borough, offence, outcome and whether positive"
    )
    _one_judgement(sheet, outcome, positive)
    sheet.faults.refuse()
    known = pd.Index([borough.name for borough in areas.everywhere()])
    borough = np.where(known.get_indexer(borough) >= 0, borough, "")
    texts = {"borough": borough, "offence_group": group, "offence": offence, "outcome": outcome}
    return cells.named(texts).assign(
        date=date, positive=positive.astype(bool), outcomes=pd.array(count, dtype="Int64")
    )[list(COLUMNS)]


def _one_judgement(sheet: Sheet, outcome: np.ndarray, positive: np.ndarray) -> None:
    held = pd.DataFrame({"outcome": outcome, "positive": positive}).dropna()
    seen = held.groupby("outcome")["positive"].agg(["any", "all"])
    for name in seen.index[(seen["any"] != seen["all"]) & (seen.index != "")]:
        rows = held.index[held["outcome"] == name]
        other = held.loc[rows, "positive"].ne(held.loc[rows[0], "positive"])
        sheet.fault(
            f"the outcome {name[:80]!r} as positive and as not",
            "one judgement of each outcome",
            at=other.idxmax(),
            place=sheet.place("positiveoutcome"),
        )


# what is declared of it --------------------------------------------------------------------------


def _contract(contracts: Contracts) -> Contract:
    return contracts.table(
        {
            "date": contracts.days(),
            "borough": contracts.boroughs(nullable=True),
            "offence_group": contracts.text(),
            "offence": contracts.text(),
            "outcome": contracts.text(nullable=True),
            "positive": contracts.flags(nullable=False),
            "outcomes": contracts.counts(),
        }
    )


DECLARED = (
    Declared(
        key="mps_business_crime",
        layouts=(
            Layout(
                "outcomes of crimes against businesses",
                (
                    *("date", "borough", "crime_section", "crime_group", "outcome"),
                    *("positive_outcome", "outcome_count"),
                ),
            ),
        ),
        tidy=tidy,
        contract=_contract,
        rule=Rule(when="date", cell=("borough", "offence_group"), count="outcomes"),
        every_borough=True,
        gains=(
            "Outcomes of shoplifting and other crimes against businesses by day, with the "
            "publisher's judgement which are positive; read with tables.load_business_outcomes()."
        ),
        cannot_bear=(
            "Outcomes are not offences: most crimes of a day get their outcome later, so no "
            "share of a day's or month's crimes can be made of them.",
            "Whether an outcome is positive is the publisher's judgement.",
            "A row that is absent is a zero.",
            "Early copies of the file hold part of the period only; what is held says which.",
            NO_CITY,
        ),
    ),
)
