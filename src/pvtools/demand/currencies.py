"""Three currencies of one demand: the same offences counted, weighed by harm, timed in hours.

Counts, and harm by fixed weights, are known and have no interval. Hours are drawn together, so that
shares and comparisons keep what they have in common: how long a burglary takes is unknown, but it
is equally unknown in every borough.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from pvtools import areas, estimates
from pvtools.demand.currency_draws import HARM, HOURS, OFFENCES, Drawn, draw, interval
from pvtools.demand.denominators import Residents, denominators
from pvtools.demand.spans import months_of
from pvtools.errors import InputError

#: The currencies in the order in which they are shown, and the measure of each.
CURRENCIES = {OFFENCES: "offences", HARM: "severity_score", HOURS: "workload_hours"}
_PER = 1000


def shares_in_each(
    incidents: pd.DataFrame,
    *,
    area: str | Sequence[str],
    handling_hours: pd.DataFrame,
    weights: pd.DataFrame | None = None,
    category: str = "offence_group",
    draws: int = 4000,
    seed: int = 1,
    level: float = 0.95,
) -> pd.DataFrame:
    """Return what share of offences, of harm and of hours each group of offences makes up.

    Parameters
    ----------
    incidents
        What ``demand.incidents`` returns.
    area
        A borough, London, or several of these, which are drawn together once.
    handling_hours
        As ``demand.assumed_hours`` returns: ``offence_group, low, likely, high``.
    weights, category
        Severity, as for ``demand.severity_score``; without it harm is left out, and the caveat
        says so.
    draws, seed
        Monte-Carlo draws and their seed.
    level
        Confidence level.

    Returns
    -------
    pandas.DataFrame
        Estimate table, a row a group and currency: ``measure`` is ``offences``,
        ``severity_score`` or ``workload_hours``, ``n`` the group's offences. Missing
        where the area's offences of some group are not published; London is then summed over
        the boroughs that publish every group, and the ``caveat`` names the others.

    Raises
    ------
    InputError
        No such area, missing columns, disordered unit times, no offence that has a weight, or
        London asked of fewer than three quarters of its boroughs.

    Notes
    -----
    Unit times are drawn once a draw for each group; the estimate is the share at their means. Of
    offences and of harm there is no interval: a count of all that was recorded is not a sample,
    and weights come without a range. That of hours is what the range of unit times leaves open.
    """
    named = [area] if isinstance(area, str) else area
    names = [areas.find_reported(one, units=True).name for one in named]
    drawn = draw(
        incidents,
        handling_hours,
        weights,
        category=category,
        draws=draws,
        seed=seed,
        level=level,
    )
    frame = pd.concat([_shares(drawn, name, level) for name in names], ignore_index=True)
    return estimates.table(
        frame,
        quantity="share",
        period=str(incidents.period.iloc[0]),
        level=level,
        method=_method(frame, draws),
    )


def _shares(drawn: Drawn, area: str, level: float) -> pd.DataFrame:
    """Return the shares of one area's groups in each currency."""
    rows = []
    for currency, measure in CURRENCIES.items():
        if currency not in drawn.currencies:
            continue
        point, sample = drawn.of(currency, area)
        share, spread = _over(point, point.sum()), _over(sample, sample.sum(axis=1, keepdims=True))
        says = drawn.says(currency, area)
        if point.sum() == 0:
            says = f"{says} There are no {currency} here to share.".strip()
        rows.append(
            _with_interval(share, spread, level, says).assign(
                measure=measure, currency=currency, group=drawn.groups
            )
        )
    counts = dict(zip(drawn.groups, drawn.of(OFFENCES, area)[0], strict=True))
    frame = pd.concat(rows, ignore_index=True)
    return frame.assign(area=area, n=frame.group.map(counts))


def against_london(
    incidents: pd.DataFrame,
    *,
    handling_hours: pd.DataFrame,
    weights: pd.DataFrame | None = None,
    category: str = "offence_group",
    residents: Residents = None,
    draws: int = 4000,
    seed: int = 1,
    level: float = 0.95,
) -> pd.DataFrame:
    """Return each borough's demand per resident against London's, in each currency.

    Parameters and errors are those of :func:`shares_in_each`; ``residents`` is as for
    ``demand.annual_rate``.

    Returns
    -------
    pandas.DataFrame
        Estimate table, a row a borough and currency: 1.2 is a fifth more per resident than in
        London as a whole; ``currency`` and ``per_resident`` (a year, per 1,000 residents).
        Missing where a borough's offences of some group are not published.
    """
    drawn = draw(
        incidents,
        handling_hours,
        weights,
        category=category,
        draws=draws,
        seed=seed,
        level=level,
    )
    found = denominators(residents, months_of(str(incidents.period.iloc[0])))
    people = found.at_middle()
    rows = [
        _ratios(drawn, currency, people, level).assign(measure=measure, currency=currency)
        for currency, measure in CURRENCIES.items()
        if currency in drawn.currencies
    ]
    frame = pd.concat(rows, ignore_index=True)
    return estimates.table(
        frame,
        quantity="ratio",
        period=str(incidents.period.iloc[0]),
        level=level,
        n=frame.area.map(incidents.groupby("borough").offences.sum().astype(float)),
        method=_method(frame, draws) + f"; {found.how}",
    )


def _ratios(drawn: Drawn, currency: str, residents: pd.Series, level: float) -> pd.DataFrame:
    """Return each borough's total per resident over that of London."""
    people = sum(residents[name] for name in drawn.whole(currency))
    whole, wholes = (part.sum(axis=-1) / people for part in drawn.of(currency, areas.LONDON))
    if whole == 0:
        raise InputError(f"There are no {currency} in London to set boroughs against.")
    rows = []
    for name in drawn.names:
        own, owns = (part.sum(axis=-1) / residents[name] for part in drawn.of(currency, name))
        says = drawn.says(currency, name, against=True)
        row = _with_interval(np.atleast_1d(own / whole), _over(owns, wholes)[:, None], level, says)
        rows.append(row.assign(area=name, per_resident=own * _PER))
    return pd.concat(rows, ignore_index=True)


def _over(part: np.ndarray, whole: np.ndarray) -> np.ndarray:
    """Return a share, missing where there is nothing to share."""
    return part / np.where(whole > 0, whole, np.nan)


def _with_interval(point: np.ndarray, sample: np.ndarray, level: float, says: str) -> pd.DataFrame:
    """Return figures with the interval over draws; without one where nothing is drawn."""
    lower, upper, _ = interval(sample, level)
    drawn = ~np.isnan(point) & (len(sample) > 1)
    # a skewed share can lie outside its own central interval by a hair
    return pd.DataFrame(
        {
            "estimate": point,
            "lower": np.where(drawn, np.minimum(lower, point), np.nan),
            "upper": np.where(drawn, np.maximum(upper, point), np.nan),
            "caveat": says,
        }
    )


def _method(frame: pd.DataFrame, draws: int) -> np.ndarray:
    """Return how each row came about: counted, weighed, or drawn."""
    drawn = f"{draws:,} draws of triangular unit times, common to all areas"
    how = {OFFENCES: "count", HARM: "count, weighed", HOURS: drawn}
    return frame.currency.map(how).to_numpy(dtype=object)
