"""Both halves of the index over years: whether what is recorded and what people say move alike."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from pvtools import areas, figures, words
from pvtools.exhibits import maker
from pvtools.exhibits.pieces import Exhibit
from pvtools.exhibits.safety_index.notes import HALVES, HOW, VISITORS, airport

_CORNERS = {
    "top right": "recorded better, said better",
    "top left": "recorded better, said worse",
    "bottom right": "recorded worse, said better",
    "bottom left": "recorded worse, said worse",
}


def paradox(
    moved: pd.DataFrame,
    *,
    area: str,
    indicators: dict[str, str],
    source: str,
    notes: Sequence[str] = (),
) -> Exhibit:
    """Return the exhibit of how both halves moved over years, in every borough.

    ``moved`` is what ``safety_index.moved_together`` returns, ``indicators`` what each half rests
    on throughout, ``notes`` are further sentences.
    """
    boroughs = moved[moved.area != areas.LONDON]
    drawn = moved if area == areas.LONDON else boroughs
    recorded, perceived = (
        drawn[drawn.group == half].sort_values("area").reset_index(drop=True) for half in HALVES
    )
    london = moved[moved.area == areas.LONDON].set_index("group")
    first = moved.iloc[0]
    since, until = words.span(first.since), words.span(first.period)
    wide = boroughs.pivot(index="area", columns="group", values="side")
    worse = wide.recorded[wide.perceived == "worsened"]
    better, unclear, down = (
        words.count(int((worse == side).sum())) for side in ("improved", "not clear", "worsened")
    )
    r, without = (words.number(first[one], "decimal") for one in ("agreement", "agreement_without"))
    agree = (
        "not distinguishable from none"
        if first.agreement_p > 0.05
        else "more than chance would give"
    )
    hangs = f"; without {first.without}, {without}" if first.without else ""
    related = (
        f"Over {len(wide)} boroughs the two changes correlate at {r}, {agree} "
        f"(p {words.number(first.agreement_p, 'p_value')}){hangs}."
    )
    shown = moved.assign(group=moved.group.map(HALVES).str.capitalize())
    return maker.exhibit(
        "safety-paradox",
        shown,
        lambda ax: figures.crosses(
            perceived,
            recorded,
            highlight=area,
            how=HOW,
            labels=("Change in what people say, points", "Change in what is recorded, points"),
            corners=_CORNERS,
            ax=ax,
        ),
        headline=(
            f"In {len(worse)} of {len(wide)} boroughs what people say worsened clearly; there, the "
            f"kinds of crime counted improved clearly in {better}, worsened clearly in {down} and "
            f"are not clear in {unclear}"
        ),
        subtitle=(
            f"Change in each half of the index from {since} to {until}, up is better; "
            f"{words.level(moved)} interval"
        ),
        alt=(
            f"Two axes, a cross a borough. London moved by {_moved(london.loc['recorded'])} on "
            f"what is recorded and by {_moved(london.loc['perceived'])} on what people say. "
            f"{related}"
        ),
        height=4.2,
        called={"group": "Half"},
        by={"side": "Direction"},
        source=source,
        caveats=(
            f"What is recorded is {indicators['recorded'].lower()}, and nothing else; what people "
            f"say is {indicators['perceived'].lower()}: the indicators held in every year.",
            "Clearly: distinguishable from chance once all boroughs are tested. Intervals hold "
            "chance in counts and in samples, with weights and scale as stated.",
            related,
            "Interviews in person stopped in 2020 and the survey changed, and so did how crime is "
            "recorded, and how much of it: both lie between the two years.",
            *notes,
            VISITORS,
            airport(area),
        ),
    )


def _moved(row: pd.Series) -> str:
    how = "rate" if abs(row.estimate) < 1 else HOW
    said = words.interval(row.lower, row.upper, how)
    return f"{words.number(row.estimate, how)} points ({said})"
