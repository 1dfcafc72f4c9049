"""Exhibits of groups of people: who is less confident, and what goes with confidence."""

from __future__ import annotations

import pandas as pd

from pvtools import figures, words
from pvtools.exhibits import maker, withheld
from pvtools.exhibits.pieces import Exhibit, Notice

_GROUPS = {"names": "group", "what": "groups"}


def gaps(
    raw: pd.DataFrame,
    adjusted: pd.DataFrame,
    *,
    reference: str,
    alike_in: str,
    source: str,
) -> Exhibit | Notice:
    """Return the exhibit of gaps between groups, raw and among like people.

    ``raw`` and ``adjusted`` are what ``confidence.gaps`` and ``confidence.adjusted_gaps`` return;
    ``alike_in`` says in words what people are made alike in. Where no group is left to compare
    among like people, a notice says why.
    """
    if withheld.shown(adjusted).empty:
        return withheld.notice(f"Differences from {reference}", adjusted)
    question = maker.answer(raw.measure.iloc[0])
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
        if words.verdict(row) != "same"
    ]
    caveats = [
        f"Among like people: alike in {alike_in}. An association; it does not say why.",
        *dict.fromkeys(gone),
    ]
    return maker.exhibit(
        "confidence-gaps",
        both,
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
        headline=(
            f"Among like people {words.count(len(apart))} of {words.count(len(adjusted))} groups "
            f"differ{'s' if len(apart) == 1 else ''} from {reference} on “{question.lower()}”"
        ),
        subtitle=(
            f"Difference from {reference} in the share who answer yes, {period}, "
            f"{words.level(raw)} interval"
        ),
        alt=(
            f"Dot plot with two rows a group, raw and among like people, against {reference}. "
            + (
                f"More than chance among like people: {words.listing(apart)}."
                if apart
                else "No gap among like people is more than chance."
            )
        ),
        height=0.9 + 0.24 * len(shown),
        called={"group": "Group"},
        by={"kind": "Kind"},
        source=source,
        caveats=caveats,
    )


def drivers(shares: pd.DataFrame, *, outcome: str, source: str) -> Exhibit:
    """Return the exhibit of what goes with an answer, as shares of what can be explained.

    ``shares`` is what ``confidence.drivers_of`` returns.
    """
    rows = shares.sort_values("estimate", ascending=False, ignore_index=True).assign(
        label=lambda table: [maker.answer(key) for key in table.predictor]
    )
    first, second = rows.iloc[0], rows.iloc[1]
    tied = second.upper >= first.lower
    headline = (
        f"{first.label} and {second.label.lower()} go most with “{maker.answer(outcome).lower()}”"
        if tied
        else f"{first.label} goes most with “{maker.answer(outcome).lower()}”"
    )
    return maker.exhibit(
        "confidence-drivers",
        rows,
        lambda ax: figures.forest(
            rows, label="label", how="percent", marked=rows.label.tolist(), ax=ax
        ),
        headline=headline,
        subtitle=(
            f"Share of explained variation in “{maker.answer(outcome).lower()}” that goes with "
            f"each answer, with {words.level(shares)} interval"
        ),
        alt=(
            f"Dot plot of {len(rows)} answers. Largest share: {first.label.lower()} at "
            f"{words.number(first.estimate, 'percent')} "
            f"({words.interval(first.lower, first.upper, 'percent')}), then "
            f"{second.label.lower()} at {words.number(second.estimate, 'percent')}."
        ),
        height=0.8 + 0.24 * len(rows),
        by={"label": "Answer"},
        source=source,
        vintage="One wave",
        caveats=(
            "What goes together, not what causes what: people who are confident may see the rest "
            "in a kinder light.",
        ),
    )
