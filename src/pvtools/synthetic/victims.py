"""A survey of victims whose true satisfaction is known."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import pandas as pd
from scipy.special import ndtr, ndtri

from pvtools.chance import generator
from pvtools.estimates import SYNTHETIC
from pvtools.synthetic import layout, parameters, truth

#: The question's key in both tables.
MEASURE = "satisfied"
_CRIME, _ETHNICITY = "crime_type", "ethnicity_group"


@dataclass(frozen=True)
class Satisfaction:
    """Made-up victims, the true values behind them, and the boroughs that truly change."""

    respondents: pd.DataFrame
    truth: pd.DataFrame
    changed: tuple[str, ...]


def satisfaction(
    seed: int,
    *,
    months: int = 36,
    interviews: int = 1_500,
    gap: float = 0.06,
    changing: int = 2,
    change: float = 0.10,
    last: str = "2024-12",
    london: int = 1,
) -> Satisfaction:
    """Return a survey of victims of crime whose true satisfaction is known, with the truth.

    It has the shape of the User Satisfaction Survey: some 18,000 interviews a year with victims
    of burglary, violence, vehicle crime, road traffic incidents and racially motivated crime.

    Parameters
    ----------
    seed
        Seed of the sample. The same seed gives the same respondents.
    months
        Months, the last of which is ``last``.
    interviews
        Interviews a month in all of London.
    gap
        By about how much fewer victims of minority ethnicity are satisfied than White victims
        of the same crime (0.06 is six points).
    changing, change
        How many boroughs truly change, and by about how much; rises and falls take turns. The
        change comes at once, with the last twelve months.
    last
        The last month.
    london
        Seed of the true values, the same for every ``seed``.

    Returns
    -------
    Satisfaction
        ``respondents``: ``period`` ("2024-12"), ``month`` (its first day), ``borough``, ``bcu``,
        ``stratum`` (borough and month), ``weight``, ``crime_type``, ``ethnicity_group``,
        ``satisfied`` (bool), ``origin``; ``truth`` and ``changed`` as for :func:`survey`, with
        ``by`` empty, ``crime_type`` or ``ethnicity_group`` and the measure ``satisfied``.

    Raises
    ------
    InputError
        A request that cannot be met; all its faults at once.

    Notes
    -----
    Everything is made up. Racially motivated crime is rare and sampled heavily, and White victims
    take part more readily, so that the share without weights is not the share of victims.

    ==================== =========== ============= ==========
    crime                of victims  of the asked  satisfied
    ==================== =========== ============= ==========
    Burglary             0.25        0.25          0.80
    Violence             0.30        0.20          0.70
    Vehicle crime        0.30        0.25          0.75
    Road traffic         0.12        0.15          0.85
    Racially motivated   0.03        0.15          0.65
    ==================== =========== ============= ==========

    Of victims 60% are White, of racially motivated crime 15%; half of the White victims who are
    asked take part, and 40% of the others.

    Examples
    --------
    >>> made = satisfaction(1, months=1)
    >>> len(made.respondents)
    1500
    """
    layout.refuse(_faults(seed, months, interviews, gap, changing, change, last, london))
    town = _town(months, float(gap), changing, float(change), london)
    ends = pd.date_range(end=layout.period_end(last), periods=months, freq="ME", unit="us")
    periods = tuple(ends.strftime("%Y-%m"))
    return Satisfaction(
        respondents=_respondents(town, periods, interviews, generator(seed)),
        truth=_true(town, periods).copy(),
        changed=town.changed,
    )


def _faults(seed, months, interviews, gap, changing, change, last, london) -> list[str]:
    most = len(layout.of_london().boroughs)
    tests = {
        f"seed is {seed!r}: a whole number of 0 or more is needed.": layout.is_whole(seed),
        f"london is {london!r}: a whole number of 0 or more is needed.": layout.is_whole(london),
        f"months is {months!r}: from 1 to 600 are possible.": layout.is_whole(months, 1, 600),
        f"interviews is {interviews!r}: at least {most} a month are needed, one a borough.": (
            layout.is_whole(interviews, most)
        ),
        f"gap is {gap!r}: a share from -0.3 to 0.3 is needed.": layout.is_number(gap, -0.3, 0.3),
        f"changing is {changing!r}: from 0 to {most} boroughs can change.": (
            layout.is_whole(changing, 0, most)
        ),
        f"change is {change!r}: a share from 0 to 0.2 is needed.": layout.is_number(change, 0, 0.2),
        f"last is {last!r}: a month is needed, such as '2024-12'.": layout.is_month(last),
    }
    return [said for said, holds in tests.items() if not holds]


# the town ------------------------------------------------------------------------------------


@dataclass(frozen=True, eq=False)  # one town is one key of the caches
class _Town:
    """The victims of each borough, who takes part, and how likely each kind is satisfied."""

    areas: layout.Areas
    crime: np.ndarray  # of every kind of victim
    ethnicity: np.ndarray
    people: np.ndarray  # boroughs × kinds, victims in a month
    takes_part: np.ndarray  # kinds, whether sought out or willing
    tendency: np.ndarray  # boroughs × months × kinds, probit of satisfied
    changed: tuple[str, ...]


@lru_cache(maxsize=4)
def _town(months: int, gap: float, changing: int, change: float, london: int) -> _Town:
    rng = generator(london)
    where = layout.of_london()
    crime, ethnicity = np.indices((len(parameters.CRIMES), len(parameters.VICTIMS))).reshape(2, -1)
    crimes = np.array(list(parameters.CRIMES.values()))
    victims = np.array(list(parameters.VICTIMS.values()))
    minority = np.where(
        crimes[crime, 0] == crimes[:, 0].min(),  # racially motivated crime
        parameters.RACIALLY_MOTIVATED_MINORITY,
        victims[1, 0],
    )
    kinds = crimes[crime, 0] * np.where(ethnicity == 1, minority, 1 - minority)
    level = rng.normal(0, parameters.SATISFACTION_SPREAD, len(where.boroughs))
    signs = layout.changes(changing, len(where.boroughs), rng)
    step = change / 0.32 * signs[:, None] * (np.arange(months) >= max(1, months - 12))
    kind = ndtri(crimes[crime, 2]) - gap / 0.32 * (ethnicity - minority)
    return _Town(
        areas=where,
        crime=crime,
        ethnicity=ethnicity,
        people=where.residents[:, None] * parameters.VICTIMS_A_MONTH * kinds,
        takes_part=crimes[crime, 1] / crimes[crime, 0] * victims[ethnicity, 1],
        tendency=(level[:, None] + step)[:, :, None] + kind,
        changed=layout.named(where, step.any(axis=1)),
    )


@lru_cache(maxsize=4)
def _true(town: _Town, periods: tuple[str, ...]) -> pd.DataFrame:
    return truth.table(
        ndtr(town.tendency)[None],
        town.people,
        areas=town.areas,
        measures=(MEASURE,),
        periods=list(periods),
        groups={
            _CRIME: (town.crime, tuple(parameters.CRIMES)),
            _ETHNICITY: (town.ethnicity, tuple(parameters.VICTIMS)),
        },
    )


# the sample ----------------------------------------------------------------------------------


def _respondents(town: _Town, periods: tuple[str, ...], interviews: int, rng) -> pd.DataFrame:
    count = len(town.areas.boroughs)
    each = np.full((len(periods), count), interviews // count)
    for month in range(len(periods)):  # those left over go round the boroughs
        each[month, (np.arange(interviews % count) + month) % count] += 1
    stratum = np.repeat(np.arange(each.size), each.ravel())
    month, borough = np.divmod(stratum, count)
    sampled = town.people * town.takes_part
    kind = layout.pick(sampled, borough, rng.random(len(stratum)))
    weight = (sampled.sum(axis=1) / each).ravel()[stratum] / town.takes_part[kind]
    place = (borough * len(periods) + month) * len(town.takes_part) + kind
    satisfied = rng.standard_normal(len(stratum)) > -town.tendency.ravel()[place]
    strata = [f"{name} {period}" for period in periods for name in town.areas.boroughs]
    return pd.DataFrame(
        {
            "period": layout.labels(month, periods),
            "month": np.array(periods, dtype="datetime64[us]")[month],
            **layout.located(town.areas, borough),
            "stratum": layout.labels(stratum, strata),
            "weight": weight,
            _CRIME: layout.labels(town.crime[kind], parameters.CRIMES),
            _ETHNICITY: layout.labels(town.ethnicity[kind], parameters.VICTIMS),
            MEASURE: satisfied,
            "origin": layout.labels(np.zeros(len(kind), dtype=np.int8), [SYNTHETIC]),
        }
    )
