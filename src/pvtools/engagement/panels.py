"""Panels and petitions: whom they hold, whom they may miss, and what they are worth."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import numpy as np
import pandas as pd

from pvtools import areas, estimates
from pvtools.errors import InputError
from pvtools.stats import (
    intervals,
    panel_size,
    representativity,
    self_selection,
    shares,
    suppression,
    survey,
)
from pvtools.stats.sortition import Lottery, lottery
from pvtools.stats.suppression import Minimum, blanking

__all__ = [
    "Lottery",
    "Minimum",
    "against_area",
    "evenness",
    "lottery",
    "missed",
    "reweighted",
    "worth",
]

_STANDARD = Minimum()
_FEW_SEATS = (
    "Withheld: fewer than {} members are of this group, or could be worked out from the others."
)
_FEW = "A panel is not a random sample; the interval is what chance alone could do if it were."


def against_area(
    seats: pd.Series,
    population: pd.Series,
    *,
    area: str,
    period: str = "",
    source: str = "",
    level: float = 0.95,
    minimum: Minimum = _STANDARD,
) -> pd.DataFrame:
    """Return who has more or fewer seats on a panel than living there explains.

    Parameters
    ----------
    seats
        Seats of each group, by group; one that has none is given as 0.
    population
        The same groups: their number among those who live there, or their shares.
    area, period, source
        Where, when, and the keys of the register that the figures are from, if any.
    level
        Confidence level.
    minimum
        How many members a group must have before its seats are given. Who sits on a panel is often
        known, so that one seat of a group tells what somebody is. Groups that could be worked out
        from the rest are withheld as well; one without a member is not. Of a panel whose make-up
        is published, or made up: ``Minimum(1, reason="…")``.

    Returns
    -------
    pandas.DataFrame
        Estimate table of differences, panel less population, with ``group, sample, population,
        seats, short`` (seats that its share would give it, less those it has) and
        ``dissimilarity``: the share of seats that would have to go to others, missing where any
        group is withheld.

    Raises
    ------
    InputError
        Groups that only one side has, or counts that cannot be.
    """
    if set(seats.index) != set(population.index):
        apart = ", ".join(sorted(map(str, set(seats.index) ^ set(population.index))))
        raise InputError(f"Panel and population must name the same groups; only one has {apart}.")
    counts = pd.to_numeric(seats, errors="coerce")
    if not ((counts >= 0) & (counts % 1 == 0)).all() or not counts.sum() > 0:
        raise InputError(
            "Seats are whole numbers, 0 or more, and not all 0, found "
            f"{', '.join(f'{group!r} {found!r}' for group, found in seats.items())}."
        )
    if not (population >= 0).all() or not population.sum() > 0:
        raise InputError("The population of each group is 0 or more, and not 0 in all.")
    population = population.reindex(seats.index)
    apart = shares.dissimilarity(population, seats).dissimilarity.iloc[0]
    share = (population / population.sum()).to_numpy(dtype=float)
    n = int(seats.sum())
    found = intervals.wilson(seats.to_numpy(), n, level=level)
    frame = pd.DataFrame(
        {
            "group": seats.index.astype("str"),
            "estimate": found.estimate - share,
            "lower": found.lower - share,
            "upper": found.upper - share,
            "sample": found.estimate,
            "population": share,
            "seats": seats.to_numpy(),
            "short": share * n - seats.to_numpy(),
            "dissimilarity": apart,
        }
    )
    table = _table(
        frame, "sample", "difference", area, period, source, level=level, n=n,
        method="Wilson score", caveat=_FEW,
    )  # fmt: skip
    return _without_few(table, minimum)


def _without_few(table: pd.DataFrame, minimum: Minimum) -> pd.DataFrame:
    """Return seats without the groups of so few members that a seat tells what somebody is."""
    seats = table.set_index("group").seats.astype(int).to_dict()
    cells = {name: [name] for name in seats} | {"": [*seats]}
    why = suppression.withheld(seats, cells, minimum=minimum.respondents, kept=[""])
    said = {
        place: _FEW_SEATS.format(minimum.respondents)
        for place, name in enumerate(table.group)
        if name in why or table.n.iloc[0] < minimum.respondents
    }
    table = blanking.blanked(table, said, minimum)
    gone = table.estimate.isna()
    hidden = {name: table[name].mask(gone) for name in ("sample", "seats", "short")}
    apart = np.nan if gone.any() else table.dissimilarity
    return estimates.table(table.assign(**hidden, dissimilarity=apart))


def evenness(
    cells: pd.DataFrame,
    auxiliary: Sequence[str],
    *,
    area: str,
    period: str = "",
    source: str = "",
    level: float = 0.95,
) -> pd.DataFrame:
    """Return how evenly people of all kinds answered: the R-indicator, 1 where they did.

    Parameters and errors are those of ``stats.representativity.indicator`` and of
    :func:`against_area`; ``variation`` compares panels of different size.
    """
    found = blanking.marked(representativity.indicator(cells, auxiliary, level=level), cells)
    return _table(found, "representativity", "score", area, period, source, level=level)


def missed(
    population: pd.Series, *, panel: int, area: str, period: str = "", source: str = ""
) -> pd.DataFrame:
    """Return how likely a panel drawn at random has nobody of each group.

    Parameters
    ----------
    population
        The number, or share, of each group among those who live there.
    panel
        Seats.
    area, period, source
        As for :func:`against_area`.

    Returns
    -------
    pandas.DataFrame
        Estimate table of chances, without interval: they are exact. ``population`` is the
        group's share, ``expected`` its seats on average, ``needed`` the seats with which it is
        missed one time in twenty.

    Raises
    ------
    InputError
        Counts that cannot be, or no seat.
    """
    share = population / population.sum()
    found = panel_size.chance_of_nobody(share.to_numpy(), panel=panel).assign(
        group=share.index.astype("str"), lower=np.nan, upper=np.nan, population=share.to_numpy()
    )
    found = found.rename(columns={"nobody": "estimate"}).drop(columns=["share", "panel"])
    return _table(
        found, "missed", "level", area, period, source, level=np.nan, n=panel,
        method="binomial, exact", caveat="",
    )  # fmt: skip


def worth(
    *,
    answered: int = 1_000_000,
    population: int | None = None,
    correlations: Iterable[float] = (0.001, 0.005, 0.01, 0.05, 0.1),
) -> pd.DataFrame:
    """Return what many self-selected answers are worth: the random sample of the same error.

    Parameters
    ----------
    answered
        How many answered.
    population
        How many there are; London's residents in the census by default.
    correlations
        How strongly answering goes with what is asked: supposed, since nobody can see it.

    Returns
    -------
    pandas.DataFrame
        Estimate table, a row a ``correlation``, without interval.

    Raises
    ------
    InputError
        As ``stats.self_selection.effective_size``.
    """
    rho = np.array(list(correlations), dtype=float)
    if population is None:
        population = sum(area.residents for area in areas.everywhere())
    size = self_selection.effective_size(answered, population, rho)
    frame = pd.DataFrame(
        {
            "estimate": size,
            "lower": np.nan,
            "upper": np.nan,
            "group": [f"correlation {one:g}" for one in rho],
            "correlation": rho,
            "answered": answered,
            "population": population,
        }
    )
    return _table(
        frame, "worth", "level", areas.LONDON, "", "", level=np.nan, n=answered,
        method="Meng's identity", caveat="The correlation is supposed: it cannot be observed.",
    )  # fmt: skip


def reweighted(people: pd.DataFrame, margins: Mapping[str, Mapping[object, float]]) -> pd.Series:
    """Return weights under which a panel has the make-up of its ward, as ``survey.rake``.

    Parameters
    ----------
    people
        One row a member.
    margins
        For each column the share or number of every category among residents.

    Returns
    -------
    pandas.Series
        One weight a member.

    Raises
    ------
    InputError
        As ``stats.survey.rake``: a group without a member cannot be weighted up.
    """
    return survey.rake(people, margins, design=survey.Design())


def _table(
    frame: pd.DataFrame,
    measure: str,
    quantity: str,
    area: str,
    period: str,
    source: str,
    **constants: object,
) -> pd.DataFrame:
    where = areas.find(area).name
    about = {"measure": measure, "quantity": quantity, "area": where, "period": period}
    return estimates.table(frame, **about, source=source, **constants)
