"""Who is less satisfied: shares of groups of people, and gaps, raw and among like people."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from pvtools import areas, estimates
from pvtools.confidence import withholding
from pvtools.confidence.respondents import last_wave, of_wave, source_of, stamped
from pvtools.errors import InputError
from pvtools.stats import drivers, survey
from pvtools.stats.suppression import Minimum, blanking
from pvtools.stats.survey.design import check_columns

#: Groups of fewer respondents have no gap: a comparison could not bear it.
FEWEST = 30
_STANDARD = Minimum()


def by_group(
    respondents: pd.DataFrame,
    measure: str,
    *,
    design: survey.Design,
    group: str,
    level: float = 0.95,
    minimum: Minimum = _STANDARD,
) -> pd.DataFrame:
    """Return the share of each group of people who agree, by period, for London.

    Parameters
    ----------
    respondents, measure, design, group
        As for :func:`gaps`.
    level
        Confidence level.
    minimum
        How many must have answered. Groups of fewer are rows without figures, and so are groups
        that would let them be worked out from London's share; ``caveat`` says which.

    Returns
    -------
    pandas.DataFrame
        Estimate table of shares with ``group``; London itself is in :func:`proportion`.

    Raises
    ------
    InputError
        Unknown columns.
    """
    check_columns(respondents, ["period", measure, group])
    named = respondents.assign(
        period=respondents.period.astype("str"), group=respondents[group].astype("str").fillna("")
    )
    found = survey.proportion(named, measure, design=design, by=["group", "period"], level=level)
    found = found[found.group != ""].reset_index(drop=True)
    people = withholding.answered(named, measure, design)
    why = {
        (one, period): reason
        for period, wave in people.groupby("period")
        for one, reason in withholding.of_groups(wave, group, minimum).items()
    }
    said = {
        place: blanking.sentence(why[key], minimum)
        for place, key in enumerate(zip(found.group, found.period, strict=True))
        if key in why
    }
    frame = blanking.blanked(found, said, minimum)
    return estimates.table(
        blanking.marked(frame, respondents),
        measure=measure,
        quantity="level",
        area=areas.LONDON,
        level=level,
        source=source_of(respondents),
    )


def gaps(
    respondents: pd.DataFrame,
    measure: str,
    *,
    design: survey.Design,
    group: str,
    reference: str,
    period: str | None = None,
    fewest: int = FEWEST,
    minimum: Minimum = _STANDARD,
) -> pd.DataFrame:
    """Return how far each group of people lies from a reference group, in one wave.

    Parameters
    ----------
    respondents
        Rows of people with ``period``, the question and ``group``.
    measure
        A question, or ``"satisfied"``.
    design
        Columns of weight, stratum and cluster.
    group, reference
        The column that tells the groups, and the group the others are set against.
    period
        The wave; the latest by default.
    fewest
        Groups in which fewer gave an answer are kept as rows without an estimate.
    minimum
        How few may be shown at all, ``fewest`` included. Where a group has fewer, another is
        withheld beside it, so that the small one cannot be worked out from London's share.

    Returns
    -------
    pandas.DataFrame
        Estimate table of differences (−0.05 is five points lower) with ``group``, for London;
        ``n`` counts who answered in the group.

    Raises
    ------
    InputError
        Unknown columns, no such group or wave, or a reference group too small to compare with.
    """
    compared = _compared(respondents, measure, design, group, reference, period, fewest, minimum)
    named = respondents.assign(**{group: respondents[group].astype("str")})
    wave = (named.period.astype("str") == compared.period).to_numpy()
    rows = []
    for name in compared.shown:
        found = survey.difference(
            named, measure, design=design, between={group: (reference, name)}, where=wave
        ).iloc[0]
        row = found[["estimate", "lower", "upper", "method", "caveat"]].to_dict()
        rows.append(row | {"group": name, "n": int(compared.size[name])})
    return _gaps(rows, compared, respondents, measure, minimum)


def adjusted_gaps(
    respondents: pd.DataFrame,
    measure: str,
    *,
    design: survey.Design,
    group: str,
    reference: str,
    among: Sequence[str],
    period: str | None = None,
    fewest: int = FEWEST,
    minimum: Minimum = _STANDARD,
) -> pd.DataFrame:
    """Return the same gaps between people who are alike in ``among``.

    Parameters, columns and errors are those of :func:`gaps`; only who is known in all of
    ``among`` counts, the columns that people are made alike in, such as age, sex and borough. An
    average marginal effect of a weighted logistic regression: an association, not a cause.
    """
    compared = _compared(
        respondents, measure, design, group, reference, period, fewest, minimum, among
    )
    wave = of_wave(respondents, period)
    order = [reference, *compared.shown]
    if not compared.shown:
        return _gaps([], compared, respondents, measure, minimum)
    # Small groups become gaps: people who are left out, while their places stay in the design.
    groups = wave[group].astype("str")
    known = wave.assign(**{group: pd.Categorical(groups.where(groups.isin(order)), order)})
    effects = drivers.marginal_effects(known, measure, [group, *among], design=design)
    own = effects[effects.predictor == group]
    found = {row.level: row for row in own.itertuples()}
    rows = [
        {
            "group": name,
            "n": int(compared.size[name]),
            "estimate": found[name].estimate,
            "lower": found[name].lower,
            "upper": found[name].upper,
            "method": f"average marginal effect among people alike in {', '.join(among)}",
            "caveat": found[name].caveat,
        }
        for name in compared.shown
    ]
    return _gaps(rows, compared, respondents, measure, minimum)


@dataclass(frozen=True)
class _Compared:
    """The groups of one wave: how many answered in each, who is shown, and why others are not."""

    period: str
    size: pd.Series
    shown: list[str]
    withheld: dict[str, str]


def _compared(
    respondents: pd.DataFrame,
    measure: str,
    design: survey.Design,
    group: str,
    reference: str,
    period: str | None,
    fewest: int,
    minimum: Minimum,
    among: Sequence[str] = (),
) -> _Compared:
    check_columns(respondents, ["period", measure, group, *among])
    if fewest < minimum.respondents:
        raise InputError(
            f"fewest={fewest} is below the minimum of {minimum.respondents} respondents. Raise "
            "it, or lower the minimum with a reason: "
            f"minimum=confidence.Minimum({fewest}, reason='…')."
        )
    named = respondents.assign(**{group: respondents[group].astype("str")})
    wave, last = of_wave(named, period), last_wave(named, period)
    if wave.empty:
        held = ", ".join(sorted(respondents.period.astype("str").unique()))
        raise InputError(f"No survey wave {last!r}; waves held are {held}.")
    people = withholding.answered(wave, measure, design)
    everyone = wave[group].dropna().unique()
    why = withholding.of_groups(people, group, minimum)
    size = people.dropna(subset=list(among))[group].value_counts()
    size = size.reindex(everyone, fill_value=0)
    said = {name: blanking.sentence(reason, minimum) for name, reason in why.items()}
    few = f"Withheld: fewer than {fewest} people answered here."
    said |= dict.fromkeys(size.index[size < fewest], few)
    if reference not in size.index or reference in said:
        found = "is not there" if reference not in size.index else f"is unfit: {said[reference]}"
        others = ", ".join(sorted(set(size.index) - set(said))) or "none"
        raise InputError(
            f"The reference group {reference!r} {found.rstrip('.')} (wave {last}). Groups to "
            f"choose from: {others}."
        )
    shown = sorted(set(size.index) - set(said) - {reference})
    return _Compared(last, size, shown, said)


def _gaps(
    rows: list[dict],
    compared: _Compared,
    respondents: pd.DataFrame,
    measure: str,
    minimum: Minimum,
) -> pd.DataFrame:
    """Return the estimate table of gaps; groups that are withheld are rows without figures."""
    nothing = {"estimate": np.nan, "lower": np.nan, "upper": np.nan, "n": pd.NA, "method": ""}
    rows += [{"group": name, "caveat": why} | nothing for name, why in compared.withheld.items()]
    columns = ["group", "n", "estimate", "lower", "upper", "method", "caveat"]
    frame = pd.DataFrame(rows, columns=columns).sort_values("group", ignore_index=True)
    frame = blanking.blanked(frame.astype({"n": "Int64", "estimate": float}), {}, minimum)
    return stamped(frame, respondents, measure, compared.period, quantity="difference")
