"""Where the time of dedicated ward officers goes, by borough and month.

Put together by others from a release of the force. The unit is not stated: if it is minutes,
nine in ten amounts taken elsewhere are whole half hours, and shifts of nine hours are common.
"""

from __future__ import annotations

import re

import numpy as np
import pandas as pd

from pvtools.tables import cells
from pvtools.tables.declared import Contract, Contracts, Declared, Layout
from pvtools.tables.releases import Rule
from pvtools.tables.sheets import Sheet

#: The columns of a file, each an activity; one of them is time that was not taken away.
ACTIVITY = r"Abstraction Type_(.+)"


def tidy(sheet: Sheet) -> pd.DataFrame:
    """Return time by borough, month and activity, from a table with a column an activity.

    Returns
    -------
    pandas.DataFrame
        ``borough, month, activity`` (in sentence case; ``"Not abstracted"`` is time in the
        ward), ``amount`` (the file's unit, probably minutes). A borough and month that the file
        lacks is absent.

    Raises
    ------
    DataError
        Everything wrong with the file, at once.
    """
    month = cells.instants(
        sheet, sheet.place("date"), _month, "the first of a month, such as 2018-05-01"
    )
    borough = cells.places(sheet, sheet.place("borough"), others=lambda text: None)
    cells.unique_keys(sheet, [borough, month.astype("datetime64[M]")], "borough and month")
    amounts = {}
    for place, title in enumerate(sheet.columns):
        if named := re.fullmatch(ACTIVITY, title):
            words = named[1].strip()
            name = words if words.isupper() else words.capitalize()
            amounts[name] = cells.amounts(sheet, place, "minutes")
    sheet.faults.refuse()
    wide = pd.DataFrame({"borough": borough, "month": month, **amounts}).astype({"borough": "str"})
    long = wide.melt(["borough", "month"], var_name="activity", value_name="amount")
    return long.astype({"activity": "str"})


def _month(text: str) -> np.datetime64 | None:
    parts = re.fullmatch(r"([0-9]{4})-([0-9]{2})-01", text)
    return cells.month("".join(parts.groups())) if parts else None


# what is declared of it --------------------------------------------------------------------------


def _contract(contracts: Contracts) -> Contract:
    return contracts.table(
        {
            "borough": contracts.boroughs(),
            "month": contracts.months(),
            "activity": contracts.text(),
            "amount": contracts.numbers(contracts.Check.ge(0)),
        },
        contracts.once("borough", "month", "activity"),
    )


DECLARED = (
    Declared(
        key="mps_abstractions",
        layouts=(
            Layout(
                "time of dedicated ward officers by abstraction",
                ("Date", "Borough", "Abstraction Type_Not Abstracted"),
                then=ACTIVITY,
                then_words="activities such as Abstraction Type_Aid",
            ),
        ),
        tidy=tidy,
        contract=_contract,
        rule=Rule(when="month", cell=("borough", "activity"), edges=False),
        every_borough=True,
        gains=(
            "How much of ward officers' time is taken elsewhere, and by what; read with "
            "tables.load_abstractions()."
        ),
        cannot_bear=(
            "The unit is not verified; if it is minutes, nine in ten amounts taken elsewhere "
            "are whole half hours.",
            "Boroughs join from May 2018 to February 2019, so there is no London figure "
            "before; March 2020 holds a tenth of other months and is taken to be incomplete.",
            "Time that is not abstracted need not be spent in the ward, and what is not "
            "recorded is in no figure.",
            "It is a record of time and no sample: the interval of a year is for the level "
            "behind the months.",
        ),
    ),
)
