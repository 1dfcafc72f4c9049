"""The exhibit of how many crimes come to the knowledge of the police."""

from __future__ import annotations

import pandas as pd

from pvtools import figures, words
from pvtools.exhibits import maker
from pvtools.exhibits.captions import caveats_of, lowered
from pvtools.exhibits.pieces import Exhibit
from pvtools.sources import Source

_OF = "England and Wales"
_EVERY = "All survey crime"  # sums of kinds, which are no bars beside their parts


def reporting(rates: pd.DataFrame, *, source: Source) -> Exhibit:
    """Return the exhibit of how many crimes of each kind came to the knowledge of the police.

    ``rates`` is what ``demand.reporting_rates`` returns; the latest year is shown.
    """
    latest = rates[rates.period == rates.period.max()]
    sums = latest.group.str.startswith(_EVERY)
    kinds = latest[~sums].sort_values("estimate", ascending=False)
    drawn = kinds.assign(area=_OF)
    most, least = kinds.iloc[0], kinds.iloc[-1]
    when = words.span(kinds.period.iloc[0])
    ends = (
        f"{words.number(most.estimate, 'percent')} of {lowered(most.group)} and "
        f"{words.number(least.estimate, 'percent')} of {lowered(least.group)}"
    )
    whole = [
        f"{row.group} {words.number(row.estimate, 'percent')}"
        for row in latest[sums].sort_values("estimate").itertuples()
    ]
    return maker.exhibit(
        "demand-reporting",
        latest,
        lambda ax: figures.composition(drawn, highlight=_OF, ax=ax),
        headline=f"Police came to know of {ends}: recorded crime is not all crime",
        subtitle=f"Share of crimes in the Crime Survey known to the police, {_OF}, {when}",
        alt=(
            f"Bar chart of {len(kinds)} kinds of crime by the share known to the police in {_OF}, "
            f"{when}: from {words.number(most.estimate, 'percent')} of {lowered(most.group)} down "
            f"to {words.number(least.estimate, 'percent')} of {lowered(least.group)}."
        ),
        height=3.0,
        called={"group": "Kind of crime"},
        source=source,
        caveats=[
            f"{'; '.join(whole)}." if whole else "",
            "Some kinds lie within others, such as wounding within violence.",
            *caveats_of(latest),
            "A rise in recorded crime may be a rise in what is told to the police.",
        ],
    )
