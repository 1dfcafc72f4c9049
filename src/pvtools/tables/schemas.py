"""The ways of counting that releases of recorded crime follow, and how each is known.

Since 2010 the publisher has changed names and places twice. Counts of two ways are no series, so
every row carries its way, the column ``schema``, and a month is told in one way alone.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from pvtools.tables.offence_names import NATIONAL_GROUPS
from pvtools.tables.sheets import Sheet, shown

#: The publisher's earlier place rule; the present one before, and since, the police's new system of
#: recording (February 2024), with which the publisher's later file begins; and by policing unit.
OLD, MIDDLE, NEW, UNITS = "mps_to_2023", "mps_to_2024", "mps_from_2024", "mps_from_2026"
NEWEST_FIRST = (UNITS, NEW, MIDDLE, OLD)
CHANGED = pd.Timestamp("2024-03-01")

#: Names that one way of counting has and the other has not.
_OLD_NAMES = {
    *("Drug trafficking", "Going equipped for stealing", "Handling stolen goods"),
    *("Historical fraud and forgery", "Other notifiable offences"),
    *("Possession of article with blade or point", "Possession of other weapon"),
    *("Theft from a motor vehicle", "Theft from person", "Theft or taking of a motor vehicle"),
}
_NEW_NAMES = {
    *("Death serious injury illegal driving", "Misc crimes against society"),
    *("Other offences public order", "Race or religious agg public fear"),
    *("Res burglary of a home", "Res burglary of unconnected building"),
    *("Stalking and harassment", "Theft from a vehicle", "Theft from the person"),
    *("Theft or unauth taking of a motor veh", "Trafficking of drugs", "Nfib fraud"),
}
#: Groups and offences of the files of 2008 to 2018, which divide crime in another way.
_EARLIER_NAMES = {
    *("Criminal damage", "Drugs", "Fraud or forgery", "Other notifiable offences"),
    "Theft and handling",
}
_EARLIER_OFFENCES = {
    *("Assault with injury", "Burglary in a dwelling", "Burglary in other buildings"),
    *("Common assault", "Theft from shops", "Wounding gbh"),
}
#: What to know of a file of the present layout when it is added.
NOTE = (
    "Its areas are policing units, where boroughs stand 0.4% to 1.9% above earlier releases: its "
    "months are counted in a way of their own, and nothing is compared across the first of them."
)
_ONE = "one way of counting a file: their borough figures are not comparable"


def judged(sheet: Sheet, place: int, groups: np.ndarray, offences: np.ndarray) -> str:
    """Return in which way a table counts; a mixture of two, or an earlier way, is a fault.

    The layout with columns Group and SubGroup is a way of its own. Else the names of offences
    decide, and where there are none that differ, their capitals. ``place`` is the column of the
    groups.
    """
    earlier = np.isin(groups, list(_EARLIER_NAMES)) | np.isin(offences, list(_EARLIER_OFFENCES))
    if earlier.any():
        at = np.flatnonzero(earlier)
        sheet.fault(
            f"{groups[at[0]]}, {offences[at[0]]}: kinds of offence of the files of 2008 to 2018",
            "a later file, such as MPS Borough Level Crime (Historical), which begins in April "
            "2010: these kinds are others, and cannot be put beside them",
            at=at[0],
            place=place,
            times=len(at),
        )
        return OLD
    if sheet.folded[place] == "group":
        return UNITS
    old, new = (
        np.isin(groups, list(names)) | np.isin(offences, list(names))
        for names in (_OLD_NAMES, _NEW_NAMES)
    )
    texts, earlier_way, later = offences, "a name to July 2023", "a later name"
    if not (old.any() or new.any()):
        texts = sheet.cells[place]
        earlier_way, later = "to July 2023, in Title Case", "later, in UPPER CASE"
        new = np.array([str(text).isupper() for text in texts])
        old = np.array([any(c.islower() for c in str(text)) for text in texts])
    schema = OLD if old.sum() > new.sum() else NEW
    strange = np.flatnonzero(new if schema == OLD else old)
    if len(strange):
        this, that = (later, earlier_way) if schema == OLD else (earlier_way, later)
        sheet.fault(
            f"a mixture of both schemas: {shown(texts[strange[0]])} ({this}) in a table of the "
            f"other one ({that})",
            _ONE,
            at=strange[0],
            place=place,
            times=len(strange),
        )
    return schema


def one_header(sheet: Sheet, *roles: tuple[str, ...]) -> None:
    """Keep a fault where a header names the same thing twice, as two layouts name it."""
    for names in roles:
        found = [sheet.columns[sheet.folded.index(name)] for name in names if name in sheet.folded]
        if len(found) > 1:
            sheet.faults.add(
                f"a mixture of both schemas: columns {' and '.join(found)}", _ONE, row=1
            )


def one_a_month(frame: pd.DataFrame) -> pd.DataFrame:
    """Return each month in one way of counting: that which holds most, of equals the newest.

    What a way holds of a month are its boroughs' groups of offences. ``frame`` has the rows of
    several releases, of the newest last.
    """
    keys, months = ["month", "schema"], frame["month"].to_numpy()
    every = frame["schema"].unique()
    by_way = (pd.unique(months[(frame["schema"] == way).to_numpy()]) for way in every)
    if len(every) < 2 or sum(map(len, by_way)) == len(pd.unique(months)):
        return frame
    placed = frame["borough"].notna() & ~frame["offence_group"].isin(NATIONAL_GROUPS)
    own = frame.loc[placed, [*keys, "borough", "offence_group"]]
    ways = frame[keys].assign(newest=np.arange(len(frame))).groupby(keys).max()
    ways["held"] = own.drop_duplicates([*keys, "borough", "offence_group"]).groupby(keys).size()
    best = ways.fillna({"held": 0}).sort_values(["held", "newest"]).reset_index()
    best = best.drop_duplicates("month", keep="last").set_index("month")["schema"]
    return frame[frame["schema"] == frame["month"].map(best)].reset_index(drop=True)
