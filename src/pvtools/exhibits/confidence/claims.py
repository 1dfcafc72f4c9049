"""Exhibits of what a sample can bear."""

from __future__ import annotations

import pandas as pd

from pvtools import figures, words
from pvtools.exhibits import maker
from pvtools.exhibits.pieces import Column, Exhibit, Ledger


def claim(table: pd.DataFrame, *, before: float, after: float, source: str) -> Exhibit:
    """Return the exhibit that answers whether a published rise was more than chance.

    ``table`` is what ``confidence.claim`` returns.
    """
    rows = table.assign(
        label=[
            f"{row.interviews:,} interviews (design effect {row.design_effect:g})"
            for row in table.itertuples()
        ]
    )
    clear = rows[(rows.lower > 0) | (rows.upper < 0)]
    ends = f"{100 * before:.1f}% to {100 * after:.1f}%"
    return maker.exhibit(
        "confidence-claim",
        rows,
        lambda ax: figures.forest(
            rows,
            label="label",
            how="points",
            reference=0,
            marked=clear.label.tolist(),
            marked_label="more than chance",
            others_label="no more than chance",
            ax=ax,
        ),
        headline=(
            f"Whether {ends} is more than chance depends on the sample: "
            f"{words.count(len(clear))} of {words.count(len(rows))} could tell"
        ),
        subtitle=(
            f"Change from {ends} in the share who say that the Metropolitan Police is doing a good "
            f"job, with {words.level(rows)} interval, by interviews a wave and design effect"
        ),
        alt=(
            f"Dot plot of the same change with intervals for {len(rows)} samples. The interval "
            "excludes zero for "
            + (words.listing(clear.label.tolist()) if len(clear) else "none of them")
            + "."
        ),
        height=0.9 + 0.2 * len(rows),
        called={"n": "Interviews a wave"},
        by={"design_effect": ("Design effect", "decimal")},
        source=source,
        vintage="Report of 13 December 2010",
        caveats=(
            "The report gives no sample size for either figure beyond some 3,000 interviews a year "
            "across London, and no design effect.",
        ),
    )


def detectable(
    table: pd.DataFrame, *, interviews: int, baseline: float, source: str, vintage: str
) -> Exhibit:
    """Return the exhibit of the smallest change that samples of each size would probably show.

    ``table`` is what ``confidence.detectable`` returns; ``interviews`` are those of a borough.
    """
    rows = table.assign(label=[f"design effect {value:g}" for value in table.design_effect])
    own = rows[rows.interviews == interviews]
    worst = own.iloc[-1]
    needed = rows[(rows.design_effect == worst.design_effect) & (rows.change <= 0.04)]
    size = words.size(worst.change, "points")
    return maker.exhibit(
        "confidence-detectable",
        rows,
        lambda ax: figures.curves(
            rows,
            x="interviews",
            y="change",
            group="label",
            x_label="Interviews a wave",
            how="points",
            mark=interviews,
            mark_label="a borough's year",
            ax=ax,
        ),
        headline=(
            f"With {interviews:,} interviews a wave, a change of under {size} is missed more than "
            "one time in five"
        ),
        subtitle=(
            "Smallest change that two waves show four times in five, from a share of "
            f"{words.number(baseline, 'percent')}, by interviews a wave"
        ),
        alt=(
            "Falling curves, one a design effect. At "
            f"{interviews:,} interviews a wave the smallest change seen four times in five is "
            + words.listing(
                [f"{words.size(r.change, 'points')} at {r.label}" for r in own.itertuples()]
            )
            + (
                f"; four points would need some {needed.interviews.min():,} interviews at "
                f"{worst.label}."
                if len(needed)
                else "."
            )
        ),
        height=2.8,
        also={
            "interviews": ("Interviews a wave", "count"),
            "design_effect": ("Design effect", "decimal"),
            "change": ("Smallest change", "points"),
        },
        source=source,
        vintage=vintage,
        caveats=("For one borough taken alone; for all 32 together more is needed.",),
    )


def planner(table: pd.DataFrame, *, latest: pd.Series, held: int, design_effect: float) -> Ledger:
    """Return the table of how many interviews would show a change, beside those a year has.

    ``table`` is what ``confidence.needed`` returns, ``latest`` the area's last estimate and
    ``held`` the interviews that the survey's design gives it a year.
    """
    rows = table.dropna(subset=["interviews"]).assign(
        size=lambda t: [words.size(change, "points") for change in t.change],
        times=lambda t: t.interviews / held,
        shown=lambda t: ["yes" if one <= held else "no" for one in t.interviews],
    )
    enough, least = rows[rows.interviews <= held], rows.iloc[0]
    can = (
        f"would show a change of {enough.iloc[0]['size']}"
        if len(enough)
        else f"would miss even a change of {rows.iloc[-1]['size']}"
    )
    how_often = "four times in five" if len(enough) else "more than one time in five"
    return Ledger(
        key="confidence-planner",
        title=f"How many interviews a year would show a change in {latest.area}?",
        table=rows,
        columns=[
            Column("size", "Change, up or down"),
            Column("interviews", "Interviews a year", "count"),
            Column("times", "Times those it has", "rate"),
            Column("shown", "Would those it has show it?"),
        ],
        note=(
            f"{latest.area} has about {words.number(held, 'count')} interviews a year. Two such "
            f"years {can} {how_often}; {least['size']} would take "
            f"{words.number(least.interviews, 'count')} in each. Worked out from its last share, "
            f"{words.number(latest.estimate, 'percent')}, and a design effect of "
            f"{words.number(design_effect, 'rate')}, for one area taken alone."
        ),
    )
