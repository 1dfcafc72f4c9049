"""The exhibit of a share over time: is it steady, or is there more to it than chance?"""

from __future__ import annotations

import pandas as pd

from pvtools import figures, measures, words
from pvtools.exhibits import maker
from pvtools.exhibits.confidence.borough import breaks
from pvtools.exhibits.pieces import Exhibit
from pvtools.sources import Source


def steady(chart: pd.DataFrame, *, area: str, measure: str, source: Source) -> Exhibit:
    """Return the exhibit of a control chart of independent waves.

    ``chart`` is what ``confidence.control_chart`` returns.
    """
    asked = measures.find(measure)
    special = chart[chart.point_type.str.startswith("special cause")]
    first, last = words.month(chart.period.iloc[0]), words.month(chart.period.iloc[-1])
    waves = words.count(len(chart))
    if chart.centre.isna().all():
        headline = f"{area}: {waves} waves are too few for a verdict"
    elif special.empty:
        headline = f"{area}: nothing in {waves} waves that chance would not do"
    else:
        verb = "lies" if len(special) == 1 else "lie"
        headline = (
            f"{area}: not steady; {words.count(len(special))} of {waves} waves {verb} beyond chance"
        )
    return _control_chart(chart, headline, special, asked, f"{first} to {last}", last, source)


def _control_chart(
    chart: pd.DataFrame,
    headline: str,
    special: pd.DataFrame,
    asked: measures.Measure,
    span: str,
    last: str,
    source: Source,
) -> Exhibit:
    side = {
        "special cause improvement": "better",
        "special cause concern": "worse",
        "special cause, neither": "different",
    }
    marked = [
        f"{words.month(row.period)} {side[row.point_type]} "
        f"({words.number(row.estimate, 'percent')})"
        for row in special.itertuples()
    ]
    known = chart.dropna(subset=["centre", "lower_limit", "upper_limit"])
    limits = (
        f" around {words.number(known.centre.iloc[-1], 'percent')} with limits "
        f"{words.interval(known.lower_limit.iloc[-1], known.upper_limit.iloc[-1], 'percent')}"
        if len(known)
        else ", without limits"
    )
    return maker.exhibit(
        "confidence-steady",
        chart,
        lambda ax: figures.control_chart(chart, ax=ax),
        headline=headline,
        subtitle=f"Control chart of the share who {asked.phrase}, independent waves {span}",
        alt=(f"Control chart{limits}. {headline}" + (f": {'; '.join(marked)}." if marked else ".")),
        height=2.7,
        also={
            "centre": ("Centre", "percent"),
            "lower_limit": ("Lower limit", "percent"),
            "upper_limit": ("Upper limit", "percent"),
            "point_type": "Verdict",
        },
        source=source,
        caveats=[
            *(text for text in dict.fromkeys(chart.caveat) if text),
            *breaks(chart, source),
            *(
                [
                    "In a steady series of this length some wave would be marked "
                    f"{words.number(chart.family_false_alarm.iloc[0], 'percent')} of the time."
                ]
                if len(known)
                else []
            ),
        ],
    )
