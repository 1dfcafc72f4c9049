"""Claims tried again: a roll-out by its outcomes, and what choosing the worst alone shows."""

from __future__ import annotations

import numpy as np
import pandas as pd

from pvtools import figures, words
from pvtools.evaluation import HARM
from pvtools.exhibits import maker
from pvtools.exhibits.captions import sentences, with_interval
from pvtools.exhibits.pieces import Exhibit
from pvtools.sources import Source

_OURS, _USUAL = "dates dealt out anew to the units", "usual software default, by area"

_TOO_SURE = (
    "The usual software default takes each area as if it had been given a date by itself. Where "
    "dates were given to units of several areas, which move together, it is too sure."
)
_UNIT = {"change": "Change", "points": "Change in percentage points"}


def rolled_out(table: pd.DataFrame, *, what: str, source: Source) -> Exhibit:
    """Return the exhibit of a roll-out's effects, each beside the usual software default's.

    ``table`` is what ``evaluation.evaluate`` returns for a roll-out; ``what`` names it in a
    sentence: "the merger of borough commands".
    """
    how = "change" if table.quantity.iloc[0] == "change" else "points"
    ours = table.assign(kind=_OURS)
    usual = table.assign(
        kind=_USUAL, estimate=np.nan, lower=table.usual_lower, upper=table.usual_upper
    )
    usual["estimate"] = (usual.lower + usual.upper) / 2
    rows = pd.concat([ours, usual], ignore_index=True)
    stands = table[table.step > 2].group.tolist()
    sure = table[(table.usual_p <= 0.05) & (table.step <= 2)].group.tolist()
    many = words.count(len(table))
    any_of = f"either of the {many}" if len(table) == 2 else f"any of the {many}"
    said = (
        f"After {what}, a change stands in {words.listing(stands)}"
        if stands
        else f"After {what}, no change in {any_of} outcomes is distinguishable from chance"
    )
    default = (
        f"; the usual software default would call that in {words.listing(sure)} clear"
        if sure
        else ""
    )
    each = [f"{row.group} {with_interval(row, how)}" for _, row in table.iterrows()]
    return maker.exhibit(
        "evaluation-rolled-out",
        table,
        lambda ax: figures.side_by_side(
            rows, label="group", kind="kind", kinds={_OURS: _OURS, _USUAL: _USUAL}, how=how,
            reference=0, ax=ax,
        ),
        headline=said + default,
        subtitle=(
            f"{_UNIT[how]} against areas that it had not reached yet, {words.level(table)} "
            "intervals: of dates dealt out anew to the units, and of the usual software default by "
            "area"
        ),
        alt=f"Dot plot of {many} outcomes, two intervals each. {words.listing(each)}{default}.",
        height=0.9 + 0.45 * len(table),
        called={"group": "Outcome"},
        also={
            "p_value": ("p-value", "decimal"),
            "adjusted": ("Adjusted for the outcomes", "decimal"),
            "usual_p": ("p-value of the usual software default", "decimal"),
            "lowest": ("Lowest over possible dates", how),
            "highest": ("Highest over possible dates", how),
            "verdict": "Verdict",
        },
        source=source,
        caveats=[
            *_alone(table),
            *_harm(table),
            _TOO_SURE if sure else "",
            *sentences(*table.caveat, *table.why),
        ],
    )  # fmt: skip


def _alone(table: pd.DataFrame) -> list[str]:
    """Return which outcomes would stand alone and do not once all are tested, as a sentence."""
    clear = [row for row in table.itertuples() if words.excludes_zero(row) and row.step <= 2]
    if not clear:
        return []
    each = [f"{row.group} (adjusted p {words.number(row.adjusted, 'decimal')})" for row in clear]
    return [
        f"Taken alone, the interval leaves out zero for {words.listing(each)}; once it is allowed "
        f"for that {words.count(len(table))} outcomes were tested, it does not stand."
    ]


def _harm(table: pd.DataFrame) -> list[str]:
    """Return what the effect on weighted harm would amount to in a year, as a sentence."""
    return [
        "Weighed by crime severity, the point estimate would amount to a change of "
        f"{_millions(row.more)} million days of sentence a year "
        f"({words.interval(row.more_lower / 1e6, row.more_upper / 1e6, 'rate')}), of "
        f"{_millions(row.before)} million in the year before each start. "
        + (
            "It is not distinguishable from chance: neither a benefit nor a cost can be claimed."
            if row.step <= 2
            else f"It is {row.verdict}."
        )
        for row in table[table.group == HARM].itertuples()
    ]


def _millions(value: float) -> str:
    return words.number(value / 1e6, "rate")


def placebo(table: pd.DataFrame, *, claims: dict[str, float], what: str, source: Source) -> Exhibit:
    """Return the exhibit of what choosing the worst areas alone shows, beside what was claimed.

    ``table`` is what ``evaluation.chosen_worst`` returns; ``claims`` holds gaps by what they are
    called (−0.238: the treated fell 23.8 points more); ``what`` is the kind of crime.
    """
    mean = table[table.group == "mean"].iloc[0]
    called = "Chosen for being worst, nothing done"
    rows = pd.DataFrame(
        [(called, mean.estimate, mean.next_lower, mean.next_upper)]
        + [(name, gap, np.nan, np.nan) for name, gap in claims.items()],
        columns=["label", "estimate", "lower", "upper"],
    )
    gap = words.number(mean.estimate, "points")
    fell = f"{gap} ({words.interval(mean.next_lower, mean.next_upper, 'points')})"
    each = [f"{name} {words.number(value, 'points')}" for name, value in claims.items()]
    return maker.exhibit(
        "evaluation-selection",
        table,
        lambda ax: figures.forest(
            rows, label="label", how="points", reference=0, marked=[called], ax=ax
        ),
        headline=(
            f"Boroughs chosen for having most {what} moved {gap} against the others within a year, "
            "with nothing done"
        ),
        subtitle=(
            f"Change of the chosen less that of the others: mean of {words.count(int(mean.n))} "
            f"years without treatment, with the {words.level(table)} interval of one year more, "
            "beside what was claimed"
        ),
        alt=f"Dot plot of gaps. Nothing done: {fell}. Claimed: {words.listing(each)}.",
        height=0.8 + 0.3 * len(rows),
        called={"group": "Years", "estimate": "Gap"},
        also={
            "change_chosen": ("Chosen", "change"),
            "change_others": ("Others", "change"),
            "predicted": ("Gap predicted from chance", "points"),
        },
        source=source,
        caveats=[
            f"Choosing on chance alone predicts {words.number(mean.predicted, 'points')}.",
            *sentences(mean.caveat),
        ],
    )
