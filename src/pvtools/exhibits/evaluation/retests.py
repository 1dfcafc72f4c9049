"""Claims tried again: a roll-out by its outcomes, and what choosing the worst alone shows."""

from __future__ import annotations

import numpy as np
import pandas as pd

from pvtools import figures, words
from pvtools.evaluation import HARM
from pvtools.exhibits import maker
from pvtools.exhibits.captions import sentences, with_interval
from pvtools.exhibits.pieces import Exhibit
from pvtools.measures import Format
from pvtools.sources import Source

_OURS = "shuffling start dates between units"
_USUAL = "treating boroughs as independent"

_TOO_SURE = (
    "The common method treats each borough as if it had been given a start date by itself. Start "
    "dates were given to units of several boroughs, which move together, so it claims too much."
)
_UNIT = {"change": "Change, per cent", "points": "Change, percentage points"}


def rolled_out(
    table: pd.DataFrame, *, what: str, source: Source, varied: pd.DataFrame | None = None
) -> Exhibit:
    """Return the exhibit of a roll-out's effects, each beside what a common method says.

    Parameters
    ----------
    table
        What ``evaluation.evaluate`` returns for a roll-out.
    what
        What names it in a sentence: "the merger of borough commands".
    source
        The register's entry.
    varied
        The same, of some outcomes, with other start dates that may be true: told below.
    """
    how = "change" if table.quantity.iloc[0] == "change" else "points"
    ours = table.assign(kind=_OURS)
    usual = table.assign(
        kind=_USUAL, estimate=np.nan, lower=table.usual_lower, upper=table.usual_upper
    )
    usual["estimate"] = (usual.lower + usual.upper) / 2
    rows = pd.concat([ours, usual], ignore_index=True)
    rows["group"] = rows.group.str.capitalize()
    stands = table[table.step > 2].group.tolist()
    sure = table[(table.usual_p <= 0.05) & (table.step <= 2)].group.tolist()
    many = words.count(len(table))
    any_of = f"either of the {many}" if len(table) == 2 else f"any of the {many}"
    said = (
        f"After {what}, a change stands in {words.listing(stands)}"
        if stands
        else f"After {what}, no change in {any_of} outcomes is distinguishable from chance"
    )
    common = (
        "; a common method, which treats boroughs as independent, would call "
        f"{words.listing(sure)} certain"
        if sure
        else ""
    )
    each = [f"{row.group} {with_interval(row, how)}" for _, row in table.iterrows()]
    return maker.exhibit(
        f"evaluation-rolled-out-{source.key}",
        table.assign(group=table.group.str.capitalize()),
        lambda ax: figures.side_by_side(
            rows, label="group", kind="kind", kinds={_OURS: _OURS, _USUAL: _USUAL}, how=how,
            reference=0, unit=_UNIT[how], ax=ax,
        ),
        headline=said + common,
        subtitle=(
            f"Change against areas that it had not reached yet, {words.level(table)} intervals: "
            f"from {_OURS}, and from a common method, {_USUAL}"
        ),
        alt=f"Dot plot of {many} outcomes, two intervals each: {words.listing(each)}{common}.",
        height=1.1 + 0.45 * len(table),
        called={"group": "Outcome"},
        also={
            "p_value": ("p-value", "p_value"),
            "adjusted": ("Adjusted for the outcomes", "p_value"),
            "detectable": ("Smallest change likely to be seen", how),
            "usual_p": ("p-value of the common method", "p_value"),
            "lowest": ("Lowest over possible dates", how),
            "highest": ("Highest over possible dates", how),
            "verdict": "Verdict",
        },
        source=source,
        caveats=[
            missed(table),
            *alone(table),
            *([] if varied is None else [_varied(varied, how)]),
            *_harm(table),
            _TOO_SURE if sure else "",
            *sentences(*table.caveat, *table.why),
        ],
    )  # fmt: skip


def missed(table: pd.DataFrame) -> str:
    """Return how large a change would have gone unseen where none is clear, as a sentence."""
    unseen = table[(table.step == 2) & table.detectable.notna()].sort_values("detectable")
    if unseen.empty:
        return ""
    how = "change" if table.quantity.iloc[0] == "change" else "points"
    least, most = (
        f"{words.size(row.detectable, how)} ({row.group})" for row in
        (unseen.iloc[0], unseen.iloc[-1])
    )  # fmt: skip
    size = least if len(unseen) == 1 else f"{least} to {most}"
    return f"A true change smaller than {size} would more often than not have been missed."


def alone(table: pd.DataFrame) -> list[str]:
    """Return which outcomes would stand alone and do not once all are tested, as a sentence."""
    clear = [row for row in table.itertuples() if words.excludes_zero(row) and row.step <= 2]
    if not clear:
        return []
    each = [f"{row.group} (adjusted p {words.number(row.adjusted, 'p_value')})" for row in clear]
    return [
        f"Taken alone, the interval leaves out zero for {words.listing(each)}; adjusted for "
        f"{words.count(len(table))} outcomes, it is not distinguishable from chance."
    ]


def _varied(varied: pd.DataFrame, how: Format) -> str:
    """Return what other start dates that may be true change, in sentences."""
    each = [
        f"{row.group} {with_interval(row, how)}, p {words.number(row.p_value, 'p_value')}"
        + (" (and units were already moving apart before some of these dates)" * (row.step == 1))
        for _, row in varied.iterrows()
    ]
    return (
        "Where sources differ on a unit's month, the recorded one is used. If any month that a "
        f"source gives is possible, the least favourable result is: {'; '.join(each)}."
    )


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


def placebo(
    table: pd.DataFrame, *, claims: dict[str, float], what: str, treatment: str, source: Source
) -> Exhibit:
    """Return the exhibit of how the worst boroughs fared without a treatment that was claimed for.

    ``table`` is what ``evaluation.chosen_worst`` returns; ``claims`` holds gaps by what they are
    called (−0.238: the treated fell 23.8 points more); ``what`` is the kind of crime, and
    ``treatment`` what was not there in these years.
    """
    mean, years = table[table.group == "mean"].iloc[0], table[table.group != "mean"]
    many = words.count(len(years))
    ours = {
        f"Mean of {many} years": (mean.lower, mean.upper),
        "One further year": (mean.next_lower, mean.next_upper),
    }
    rows = pd.DataFrame(
        [(name, mean.estimate, *ends) for name, ends in ours.items()]
        + [(name, gap, np.nan, np.nan) for name, gap in claims.items()],
        columns=["label", "estimate", "lower", "upper"],
    )
    moved = f"{'fell' if mean.estimate < 0 else 'rose'} {words.size(mean.estimate, 'points')} more"
    known, one_more = (words.interval(*ends, "points") for ends in ours.values())
    clear = "" if words.excludes_zero(mean) else ", which is not distinguishable from chance"
    chosen = words.count(years.areas.iloc[0].count("; ") + 1)
    other = int((years.estimate * mean.estimate < 0).sum())
    furthest = years.loc[(years.estimate - mean.estimate).abs().idxmax()]
    each = [f"{name} {words.number(value, 'points')}" for name, value in claims.items()]
    return maker.exhibit(
        "evaluation-selection",
        table,
        lambda ax: figures.forest(
            rows, label="label", how="points", reference=0, marked=list(ours),
            unit="Chosen less the others, percentage points", ax=ax,
        ),
        headline=(
            f"{what.capitalize()} {moved} in the boroughs with most of it than in the others in "
            f"the next year, on average ({known}){clear}"
        ),
        subtitle=(
            f"Change of the {chosen} boroughs with most cases in a year, less that of the others, "
            f"in {many} years without {treatment}: {words.level(table)} intervals of the mean and "
            f"of one further year, beside what was claimed of {treatment}"
        ),
        alt=(
            f"Dot plot of gaps. Without {treatment}: mean {words.number(mean.estimate, 'points')} "
            f"({known}); one further year {one_more}. {words.listing(each)}."
        ),
        height=1.0 + 0.3 * len(rows),
        called={
            "group": "Years",
            "estimate": "Gap",
            "lower": "Mean, lower",
            "upper": "Mean, upper",
        },
        also={
            "next_lower": ("One further year, lower", "points", words.INAPPLICABLE),
            "next_upper": ("One further year, upper", "points", words.INAPPLICABLE),
            "change_chosen": ("Chosen", "change", words.INAPPLICABLE),
            "change_others": ("Others", "change", words.INAPPLICABLE),
            "predicted": ("Gap predicted from chance", "points"),
        },
        source=source,
        caveats=[
            f"In {words.count(other)} of {many} years it went the other way; "
            f"{words.span(furthest.period)}, at {words.number(furthest.estimate, 'points')}, lies "
            "furthest from the mean and weighs most in it. Choosing on chance alone predicts "
            f"{words.number(mean.predicted, 'points')}.",
            *sentences(mean.caveat),
        ],
    )  # fmt: skip
