"""Where the time of dedicated ward officers goes, by borough and month.

Put together by others from a release of the force. The unit is not stated: if it is minutes,
nine in ten amounts taken elsewhere are whole half hours, and shifts of nine hours are common.
"""

from __future__ import annotations

import re

import numpy as np
import pandas as pd

from pvtools.tables import cells
from pvtools.tables.releases import Rule
from pvtools.tables.sheets import Sheet

#: How releases are compared.
RULE = Rule(when="month", cell=("borough", "activity"), edges=False)
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
    month = cells.parsed(
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
    wide = pd.DataFrame(
        {"borough": borough, "month": month.astype("datetime64[us]"), **amounts}
    ).astype({"borough": "str"})
    long = wide.melt(["borough", "month"], var_name="activity", value_name="amount")
    return long.astype({"activity": "str"})


def _month(text: str) -> np.datetime64 | None:
    parts = re.fullmatch(r"([0-9]{4})-([0-9]{2})-01", text)
    return cells.month("".join(parts.groups())) if parts else None
