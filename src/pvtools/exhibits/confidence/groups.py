"""Exhibits of groups of people: who is less satisfied, what goes with confidence, who answers."""

from __future__ import annotations

import pandas as pd

from pvtools import boroughs, figures, measures, style, words
from pvtools.exhibits.pieces import Column, Exhibit


def gaps(
    raw: pd.DataFrame,
    adjusted: pd.DataFrame,
    *,
    reference: str,
    alike_in: str,
    source: str,
    synthetic: bool,
) -> Exhibit:
    """Return the exhibit of gaps between groups, raw and among like people.

    ``raw`` and ``adjusted`` are what ``confidence.gaps`` and ``confidence.adjusted_gaps`` return;
    ``alike_in`` says in words what people are made alike in.
    """
    question = _label(raw.measure.iloc[0])
    period = words.month(raw.period.iloc[0])
    both = pd.concat(
        [raw.assign(kind="raw"), adjusted.assign(kind="among like people")], ignore_index=True
    ).sort_values(["group", "kind"], ascending=[True, False], ignore_index=True)
    shown = both.dropna(subset=["estimate"])
    shown = shown.assign(label=shown.group + ", " + shown.kind)
    hidden = raw[raw.estimate.isna()].group.tolist()
    apart = [
        f"{row.group} ({words.number(row.estimate, 'points')})"
        for row in adjusted.itertuples()
        if words.verdict(row.lower, row.upper) != "same"
    ]
    caveats = [
        f"Among like people: alike in {alike_in}. An association; it does not say why.",
        *(
            [f"Not shown, for fewer than 30 respondents: {words.listing(hidden)}."]
            if hidden
            else []
        ),
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
        label=lambda table: [_label(key) for key in table.predictor]
    )
    first, second = rows.iloc[0], rows.iloc[1]
    tied = second.upper >= first.lower
    headline = (
        f"{first.label} and {second.label.lower()} go most with “{_label(outcome).lower()}”"
        if tied
        else f"{first.label} goes most with “{_label(outcome).lower()}”"
    )
    return Exhibit(
        key="confidence-drivers",
        headline=headline,
        subtitle=(
            f"Share of explained variation in “{_label(outcome).lower()}” that goes with each "
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


def representation(
    table: pd.DataFrame, *, against: str, source: str, vintage: str, synthetic: bool
) -> Exhibit:
    """Return the exhibit of who answers, against who lives here.

    ``table`` has ``group``, ``estimate, lower, upper`` (sample less population) and the two
    shares ``sample`` and ``population``.
    """
    off = [
        f"{row.group} ({words.number(row.estimate, 'points')})"
        for row in table.itertuples()
        if words.verdict(row.lower, row.upper) != "same"
    ]
    headline = (
        f"{words.count(len(off)).capitalize()} of {words.count(len(table))} groups "
        f"{'answers' if len(off) == 1 else 'answer'} more or less often than living here explains"
        if off
        else "No group answers more or less often than chance would have it"
    )
    return Exhibit(
        key="confidence-representation",
        headline=headline,
        subtitle=f"Share of the sample less share {against}, unweighted, with 95% interval",
        alt=(
            f"Dot plot of {len(table)} groups around nought. "
            + (f"Clear of nought: {words.listing(off)}." if off else "None is clear of nought.")
        ),
        svg=figures.svg(
            lambda ax: figures.forest(
                table,
                label="group",
                how="points",
                reference=0,
                marked=[row.split(" (")[0] for row in off],
                marked_label="more than chance",
                others_label="cannot be told from chance",
                ax=ax,
            ),
            key="confidence-representation",
            width=style.PAGE_WIDTH,
            height=0.9 + 0.24 * len(table),
            synthetic=synthetic,
        ),
        table=table,
        columns=(
            Column("group", "Group"),
            Column("sample", "In the sample", "percent"),
            Column("population", f"Share {against}", "percent"),
            Column("estimate", "Difference", "points"),
            Column("lower", "Lower", "points"),
            Column("upper", "Upper", "points"),
        ),
        source=source,
        vintage=vintage,
        caveats=("Weights put groups back to their share; they cannot mend who is never reached.",),
        synthetic=synthetic,
    )


def recovered(held: pd.DataFrame, *, source: str) -> Exhibit:
    """Return the exhibit of whether intervals hold the truth, which is known of made-up people.

    ``held`` is what ``confidence.against_truth`` returns.
    """
    period = held.period.max()
    last = held[(held.period == period) & (held.borough != boroughs.LONDON)]
    last = last.sort_values("borough", ignore_index=True)
    share = words.number(held.held.mean(), "percent")
    missed = last.borough[~last.held].tolist()
    question = _label(held.measure.iloc[0]).lower()
    return Exhibit(
        key="confidence-recovered",
        headline=f"{share} of {len(held):,} intervals hold the true value; they promise 95%",
        subtitle=(
            f"Estimated and true share answering yes to “{question}”, {words.month(period)}, "
            "with 95% interval"
        ),
        alt=(
            f"Dot plot of {len(last)} boroughs with the true value as a tick. Over all waves "
            f"{share} of intervals hold the truth. In {words.month(period)} it lies outside in "
            + (words.listing(missed) if missed else "none")
            + "."
        ),
        svg=figures.svg(
            lambda ax: figures.forest(
                last,
                label="borough",
                how="percent",
                marked=last.borough.tolist(),
                marked_label="estimate",
                tick="true_value",
                tick_label="true value",
                ax=ax,
            ),
            key="confidence-recovered",
            width=style.PAGE_WIDTH,
            height=6.1,
            synthetic=True,
        ),
        table=last,
        columns=(
            Column("borough", "Borough"),
            Column("estimate", "Estimate", "percent"),
            Column("lower", "Lower", "percent"),
            Column("upper", "Upper", "percent"),
            Column("true_value", "True value", "percent"),
            Column("n", "Respondents", "count"),
            Column("design_effect", "Design effect", "decimal"),
        ),
        source=source,
        vintage=f"Made up for {words.month(period)}",
        caveats=("Each borough and quarter: about 100 interviews in ten places.",),
        synthetic=True,
    )


def satisfaction(
    by_group: pd.DataFrame,
    *,
    highlight: str,
    context: str,
    source: str,
    vintage: str,
    synthetic: bool,
) -> Exhibit:
    """Return the exhibit of victims' satisfaction month by month, one group against another.

    ``by_group`` is an estimate table whose column ``borough`` names the groups.
    """
    rows = by_group.set_index(["borough", "period"])
    last = by_group.period.max()
    own, other = rows.loc[(highlight, last)], rows.loc[(context, last)]
    months = by_group.period.nunique()
    wide = rows.estimate.unstack("borough")
    below = int((wide[highlight] < wide[context]).sum())
    return Exhibit(
        key="satisfaction-groups",
        headline=(
            f"In {words.count(below)} of {words.count(months)} months victims who are "
            f"{highlight} were less satisfied than those who are {context}"
        ),
        subtitle="Share of victims satisfied with the service, London, monthly, with 95% interval",
        alt=(
            f"Two lines over {months} months. In {words.month(last)} {highlight}: "
            f"{words.number(own.estimate, 'percent')} "
            f"({words.interval(own.lower, own.upper, 'percent')}); {context}: "
            f"{words.number(other.estimate, 'percent')} "
            f"({words.interval(other.lower, other.upper, 'percent')})."
        ),
        svg=figures.svg(
            lambda ax: figures.trend(by_group, highlight=highlight, context=context, ax=ax),
            key="satisfaction-groups",
            width=style.PAGE_WIDTH,
            height=2.7,
            synthetic=synthetic,
        ),
        table=by_group,
        columns=(
            Column("borough", "Group"),
            Column("period", "Month", "month"),
            Column("estimate", "Share", "percent"),
            Column("lower", "Lower", "percent"),
            Column("upper", "Upper", "percent"),
            Column("n", "Interviews", "count"),
        ),
        source=source,
        vintage=vintage,
        caveats=("Months are independent interviews; single months bear little.",),
        synthetic=synthetic,
    )


def _label(key: str) -> str:
    known = measures.MEASURES.get(key)
    return known.label if known else key.replace("_", " ").capitalize()
