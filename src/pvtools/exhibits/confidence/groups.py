"""Exhibits of groups of people: who is less confident, and what goes with confidence."""

from __future__ import annotations

import pandas as pd

from pvtools import figures, measures, style, words
from pvtools.exhibits.confidence import withheld
from pvtools.exhibits.pieces import Column, Exhibit, Notice

_GROUPS = {"names": "group", "what": "groups"}


def gaps(
    raw: pd.DataFrame,
    adjusted: pd.DataFrame,
    *,
    reference: str,
    alike_in: str,
    source: str,
    synthetic: bool,
) -> Exhibit | Notice:
    """Return the exhibit of gaps between groups, raw and among like people.

    ``raw`` and ``adjusted`` are what ``confidence.gaps`` and ``confidence.adjusted_gaps`` return;
    ``alike_in`` says in words what people are made alike in. Where no group is left to compare
    among like people, a notice says why.
    """
    if withheld.shown(adjusted).empty:
        return withheld.notice(f"Differences from {reference}", adjusted)
    question = answer(raw.measure.iloc[0])
    period = words.month(raw.period.iloc[0])
    both = pd.concat(
        [raw.assign(kind="raw"), adjusted.assign(kind="among like people")], ignore_index=True
    ).sort_values(["group", "kind"], ascending=[True, False], ignore_index=True)
    shown = withheld.shown(both)
    shown = shown.assign(label=shown.group + ", " + shown.kind)
    gone = [note for rows in (raw, adjusted) for note in withheld.notes(rows, **_GROUPS)]
    adjusted = withheld.shown(adjusted)
    apart = [
        f"{row.group} ({words.number(row.estimate, 'points')})"
        for row in adjusted.itertuples()
        if words.verdict(row.lower, row.upper) != "same"
    ]
    caveats = [
        f"Among like people: alike in {alike_in}. An association; it does not say why.",
        *dict.fromkeys(gone),
    ]
    return Exhibit(
        key="confidence-gaps",
        headline=(
            f"Among like people {words.count(len(apart))} of {words.count(len(adjusted))} groups "
            f"differ{'s' if len(apart) == 1 else ''} from {reference} on “{question.lower()}”"
        ),
        subtitle=(
            f"Difference from {reference} in the share who answer yes, {period}, 95% interval"
        ),
        alt=(
            f"Dot plot with two rows a group, raw and among like people, against {reference}. "
            + (
                f"Clear of nought among like people: {words.listing(apart)}."
                if apart
                else "No gap among like people is clear of nought."
            )
        ),
        svg=figures.svg(
            lambda ax: figures.forest(
                shown,
                label="label",
                how="points",
                reference=0,
                marked=shown.label[shown.kind != "raw"].tolist(),
                marked_label="among like people",
                others_label="raw",
                ax=ax,
            ),
            key="confidence-gaps",
            width=style.PAGE_WIDTH,
            height=0.9 + 0.24 * len(shown),
            synthetic=synthetic,
        ),
        table=both,
        columns=(
            Column("group", "Group"),
            Column("kind", "Kind"),
            Column("estimate", "Difference", "points"),
            Column("lower", "Lower", "points"),
            Column("upper", "Upper", "points"),
            Column("n", "Respondents", "count"),
            Column("caveat", "Note"),
        ),
        source=source,
        vintage=f"Figures to {period}",
        caveats=caveats,
        synthetic=synthetic,
    )


def drivers(shares: pd.DataFrame, *, outcome: str, source: str, synthetic: bool) -> Exhibit:
    """Return the exhibit of what goes with an answer, as shares of what can be explained.

    ``shares`` is what ``confidence.drivers_of`` returns.
    """
    rows = shares.sort_values("estimate", ascending=False, ignore_index=True).assign(
        label=lambda table: [answer(key) for key in table.predictor]
    )
    first, second = rows.iloc[0], rows.iloc[1]
    tied = second.upper >= first.lower
    headline = (
        f"{first.label} and {second.label.lower()} go most with “{answer(outcome).lower()}”"
        if tied
        else f"{first.label} goes most with “{answer(outcome).lower()}”"
    )
    return Exhibit(
        key="confidence-drivers",
        headline=headline,
        subtitle=(
            f"Share of explained variation in “{answer(outcome).lower()}” that goes with each "
            "answer, with 95% interval"
        ),
        alt=(
            f"Dot plot of {len(rows)} answers. Largest share: {first.label.lower()} at "
            f"{words.number(first.estimate, 'percent')} "
            f"({words.interval(first.lower, first.upper, 'percent')}), then "
            f"{second.label.lower()} at {words.number(second.estimate, 'percent')}."
        ),
        svg=figures.svg(
            lambda ax: figures.forest(
                rows, label="label", how="percent", marked=rows.label.tolist(), ax=ax
            ),
            key="confidence-drivers",
            width=style.PAGE_WIDTH,
            height=0.8 + 0.24 * len(rows),
            synthetic=synthetic,
        ),
        table=rows,
        columns=(
            Column("label", "Answer"),
            Column("estimate", "Share", "percent"),
            Column("lower", "Lower", "percent"),
            Column("upper", "Upper", "percent"),
        ),
        source=source,
        vintage="One wave",
        caveats=(
            "What goes together, not what causes what: people who are confident may see the rest "
            "in a kinder light.",
        ),
        synthetic=synthetic,
    )


def answer(key: str) -> str:
    """Return what an answer, or what stands behind it, is called."""
    known = measures.MEASURES.get(key)
    return known.label if known else key.replace("_", " ").capitalize()
