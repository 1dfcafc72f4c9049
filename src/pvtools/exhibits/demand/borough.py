"""Exhibits of demand: how much is recorded here, of what, and how unusual that is."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from pvtools import areas, estimates, figures, words
from pvtools.exhibits import captions, maker
from pvtools.exhibits.captions import caveats_of, lowered
from pvtools.exhibits.pieces import Exhibit
from pvtools.sources import Source

_MOST = 12  # bars that a page bears
_WITHOUT_FRAUD = "Fraud is recorded nationally and is not in these figures."


def trend(
    monthly: pd.DataFrame,
    change: pd.DataFrame,
    *,
    area: str,
    source: Source,
    notes: Sequence[str] = (),
) -> Exhibit:
    """Return the exhibit of offences per 1,000 residents in each month.

    ``notes`` are further sentences to stand below the figure.
    """
    known = monthly.dropna(subset=["estimate"])
    own = known[known.area == area].sort_values("period")
    first, last = own.iloc[0], own.iloc[-1]
    step = estimates.pick(change, area=area)
    london = monthly[(monthly.area == areas.LONDON) & (monthly.period == last.period)]
    verdict = words.verdict(step)
    headline = {
        "higher": f"More offences were recorded in {area} than in the year before",
        "lower": f"Fewer offences were recorded in {area} than in the year before",
        "same": f"Recorded offences in {area}: no change from the year before beyond chance",
    }[verdict]
    alt = (
        f"Line chart of offences recorded each month per 1,000 residents in {area}, from "
        f"{words.month(first.period)} to {words.month(last.period)}. The last month stands at "
        f"{words.number(last.estimate, 'rate')}"
        + (
            f", London at {words.number(london.estimate.iloc[0], 'rate')}"
            if len(london) and area != areas.LONDON
            else ""
        )
        + f". Over twelve months the number {words.moved(step, 'the year before')}."
    )
    shown = monthly[monthly.area.isin([area, areas.LONDON])]
    return maker.exhibit(
        "demand-trend",
        shown,
        lambda ax: figures.trend(known, highlight=area, ax=ax),
        headline=headline,
        subtitle=(
            "Offences recorded each month per 1,000 residents, "
            f"{words.month(first.period)} to {words.month(last.period)}"
        ),
        alt=alt,
        height=2.55,
        source=source,
        caveats=[*notes, *caveats_of(shown), *caveats_of(change.loc[[step.name]]), _WITHOUT_FRAUD],
    )


def unplaced_note(offences: int, share: float) -> str:
    """Return how many offences belong to no borough, as a sentence."""
    if not offences:
        return "Offences that belong to no borough are left out by the publisher of these figures."
    return (
        f"{words.number(offences, 'count')} offences of the year "
        f"({words.number(100 * share, 'rate')}%) belong to no borough and are in none's figure."
    )


def groups(parts: pd.DataFrame, *, part: str, area: str, source: Source) -> Exhibit:
    """Return the exhibit of what the recorded offences of twelve months are made of.

    ``part`` says what the parts are: ``"offence_group"`` or ``"offence"``.
    """
    kind = {"offence_group": "offence group", "offence": "type of offence"}[part]
    own = parts[parts.area == area].sort_values("estimate", ascending=False)
    whole = parts[parts.area == areas.LONDON].set_index("group").estimate
    drawn = parts[parts.group.isin(own.group.head(_MOST))]
    top, second = own.iloc[0], own.iloc[1]
    share = own.n.iloc[:2].sum() / own.n.sum()
    period = words.span(top.period)
    excess = (own.set_index("group").estimate - whole).dropna()
    widest = "London's own figures are not whole, so none is set beside it."
    if len(excess):
        most = excess.abs().idxmax()
        widest = (
            f"The widest gap to London is in {lowered(most)}: "
            f"{words.number(abs(excess[most]), 'rate')} "
            f"{'more' if excess[most] > 0 else 'less'} per 1,000."
        )
    alt = (
        f"Bar chart of offences per 1,000 residents in {area} by {kind}, {period}. "
        f"{top.group} is largest at {words.number(top.estimate, 'rate')}, then "
        f"{lowered(second.group)} at {words.number(second.estimate, 'rate')}. {widest}"
    )
    caveats = ["Each offence counts once here, whatever harm it did and however long it took."]
    if len(own) > _MOST:
        caveats.append(f"The {_MOST} largest of {len(own)} are drawn; the table holds all.")
    return maker.exhibit(
        "demand-groups",
        parts[parts.area.isin([area, areas.LONDON])],
        lambda ax: figures.composition(drawn, highlight=area, ax=ax),
        headline=(
            f"{top.group} and {lowered(second.group)} make up "
            f"{words.number(share, 'percent')} of the offences recorded in {area}"
        ),
        subtitle=f"Offences recorded per 1,000 residents by {kind}, {period}",
        alt=alt,
        height=3.3,
        called={"group": kind.capitalize()},
        source=source,
        caveats=caveats,
    )


def funnel(
    rates: pd.DataFrame,
    limits: pd.DataFrame,
    *,
    band: pd.Series,
    area: str,
    source: Source,
    notes: Sequence[str] = (),
) -> Exhibit:
    """Return the exhibit of how unusual the borough's recorded offences are among 32.

    ``limits`` spans the sizes drawn; ``band`` is its row at the size of this borough; ``notes``
    are further sentences to stand below the figure.
    """
    london = estimates.pick(rates, area=areas.LONDON)
    target = london.estimate
    rates = rates[rates.area != areas.LONDON].assign(residents=lambda rows: rows.residents / 1000)
    known = rates.dropna(subset=["estimate"])
    own = estimates.pick(rates, area=area)
    limits = limits.assign(n=limits.n / 1000)
    outside = own.estimate < band.lower_99_8 or own.estimate > band.upper_99_8
    within = not outside and band.lower_95 <= own.estimate <= band.upper_95
    place = (
        "inside the range in which 95 of 100 boroughs would lie"
        if within
        else "outside the range in which 998 of 1,000 boroughs would lie"
        if outside
        else "outside the range in which 95 of 100 boroughs would lie, though not by far"
    )
    spread = words.interval(band.lower_95, band.upper_95, "rate")
    return maker.exhibit(
        "demand-funnel",
        rates.sort_values("area"),
        lambda ax: figures.funnel(
            known,
            limits,
            highlight=area,
            size="residents",
            size_label="Residents, thousand",
            target=target,
            ax=ax,
        ),
        headline=(
            f"{area}'s recorded crime {'is not unusual' if within else 'is unusual'} "
            "among London's boroughs"
        ),
        subtitle=(
            "Offences recorded per 1,000 residents against number of residents, "
            f"{len(known)} boroughs, "
            f"{words.span(own.period)}, with 95% and 99.8% limits"
        ),
        alt=(
            f"Funnel plot of {len(known)} boroughs. {area} stands at "
            f"{words.number(own.estimate, 'rate')} offences per 1,000 residents "
            f"({words.interval(own.lower, own.upper, 'rate')}), {place}: {spread} around "
            f"London's {words.number(target, 'rate')}."
        ),
        height=2.2,
        also={"residents": ("Residents, thousand", "rate")},
        source=f"{captions.named(source)}; residents: Census 2021",
        caveats=(
            "Boroughs differ far more than chance allows, and the limits are widened for that. "
            "A rate per resident says little where many people come to work, shop or go out.",
            *([london.caveat] if london.caveat else []),
            *notes,
        ),
    )


def sizes(rates: pd.DataFrame) -> np.ndarray:
    """Return the numbers of residents over which a funnel is drawn: a little beyond the data."""
    held = rates.loc[rates.area != areas.LONDON, "residents"]
    return np.linspace(0.9 * held.min(), 1.05 * held.max(), 80)
