"""A survey of residents whose true answers are known."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.special import ndtri

from pvtools.chance import generator
from pvtools.estimates import SYNTHETIC
from pvtools.synthetic import layout, parameters, residents

_QUARTER_ENDS = ("03", "06", "09", "12")


@dataclass(frozen=True)
class Survey:
    """Made-up respondents, the true values behind them, and the boroughs that truly change."""

    respondents: pd.DataFrame
    truth: pd.DataFrame
    changed: tuple[str, ...]


def survey(
    seed: int,
    *,
    waves: int = 20,
    interviews: int = 100,
    points: int = 10,
    icc: float = 0.03,
    changing: int = 4,
    change: float = 0.10,
    last: str = "2024-12",
    london: int = 1,
) -> Survey:
    """Return a survey of a London whose true values are known, and those values beside it.

    Parameters
    ----------
    seed
        Seed of the sample. The same seed gives the same respondents.
    waves
        Quarters, the last of which ends with ``last``.
    interviews
        Interviews in each of 32 boroughs and each quarter.
    points
        Sampling points (clusters) in each borough and quarter; interviews are shared out evenly.
    icc
        Correlation of two answers from one sampling point, 0 to 0.3.
    changing, change
        How many boroughs truly change, and by about how much in ``good_job`` (0.10 is ten
        points); the first rises, the second falls, and so on. The change comes at once, with
        the last four waves, so that the last year can be set against the year before.
    last
        The month in which the last quarter ends.
    london
        Seed of the true values: the same London for every ``seed``, so that samples of it can
        be drawn again and again.

    Returns
    -------
    Survey
        ``respondents``: ``period`` ("2024-12"), ``quarter_end``, ``borough``, ``bcu``,
        ``stratum`` (borough and wave), ``psu``, ``weight`` (residents of 16 or more whom a
        respondent stands for), ``age_group``, ``sex``, ``ethnicity``, ``victim`` ("yes", "no"),
        a column of bool for each of the eight questions and the five statements, ``origin``.

        ``truth``: ``measure, borough, level, period, by, group, true_value, origin``, for all
        residents (``by`` is empty) and by age group, sex, ethnicity and victim, in boroughs,
        business areas and London (``level`` is ``borough``, ``bcu`` or ``london``).

        ``changed``: the boroughs that truly change.

    Raises
    ------
    InputError
        A request that cannot be met; all its faults at once.

    Notes
    -----
    Everything is made up. A respondent's tendency to say yes is the sum of what the question,
    the borough and the groups contribute, of a term that the whole sampling point shares, of an
    attitude that all the person's answers share, and of chance; yes is a sum above zero. The
    sum of the last three is standard normal, so the true share is exact, not simulated. One adult
    is interviewed in a household and groups differ in taking part, so without weights the young,
    minorities and victims, who are less content, count too little.

    ======================= ============= ============ ============
    question                yes in London attitude     differences
    ======================= ============= ============ ============
    good_job                0.60          0.80         1.0
    trust                   0.75          0.75         1.2
    treat_fairly            0.70          0.75         1.3
    rely_on                 0.65          0.70         0.9
    understand_issues       0.70          0.65         0.8
    listen                  0.70          0.70         0.9
    informed                0.45          0.40         0.5
    contact_officer         0.20          0.25         0.4
    statement_fair          0.70          0.80         1.3
    statement_listen        0.60          0.75         1.0
    statement_team          0.40          0.50         0.7
    statement_informed      0.45          0.45         0.5
    statement_right         0.50          0.60         1.0
    ----------------------- ------------- ------------ ------------
    group                   of residents  takes part   effect
    ----------------------- ------------- ------------ ------------
    16 to 24                0.13          0.35         -0.25
    25 to 34                0.21          0.40         -0.10
    35 to 44                0.18          0.50         0.00
    45 to 54                0.17          0.55         0.00
    55 to 64                0.14          0.60         0.10
    65 and over             0.17          0.70         0.25
    Female                  0.50          1.00         0.05
    Male                    0.50          0.90         0.00
    Asian                   0.20          0.85         0.05
    Black                   0.15          0.75         -0.35
    Mixed                   0.05          0.75         -0.30
    White British           0.40          1.00         0.00
    White Other             0.15          0.90         0.10
    Other                   0.05          0.80         -0.10
    victim: no              0.80          1.00         0.00
    victim: yes             0.20          0.75         -0.35
    ======================= ============= ============ ============

    *Attitude* is how closely a question follows the person's attitude, *differences* how strongly
    groups and boroughs differ on it, *effect* is on the probit scale. The chances of taking part
    multiply. Boroughs have mixes of their own around these, and levels that differ by chance
    and with the density of residents (see ``parameters``). Of the real London it uses names,
    residents and areas alone.

    Examples
    --------
    >>> made = survey(1, waves=1)
    >>> len(made.respondents)
    3200
    >>> made.truth.query("borough == 'London' and measure == 'good_job' and by == ''").shape
    (1, 8)
    """
    layout.refuse(_faults(seed, waves, interviews, points, icc, changing, change, last, london))
    town = residents.town(waves, changing, float(change), london)
    ends = pd.date_range(end=layout.period_end(last), periods=waves, freq="QE", unit="us")
    rng = generator(seed)
    return Survey(
        respondents=_respondents(town, ends, interviews, points, icc, rng),
        truth=residents.true_values(town, tuple(ends.strftime("%Y-%m"))).copy(),
        changed=town.changed,
    )


def _faults(seed, waves, interviews, points, icc, changing, change, last, london) -> list[str]:
    most = len(layout.of_london().boroughs)
    tests = {
        f"seed is {seed!r}: a whole number of 0 or more is needed.": layout.is_whole(seed),
        f"london is {london!r}: a whole number of 0 or more is needed.": layout.is_whole(london),
        f"waves is {waves!r}: from 1 to 400 quarters are possible.": layout.is_whole(waves, 1, 400),
        f"interviews is {interviews!r}: at least 2 in a borough and quarter are needed.": (
            layout.is_whole(interviews, 2)
        ),
        f"points is {points!r}: from 1 to as many as there are interviews are possible.": (
            layout.is_whole(points, 1, interviews if layout.is_whole(interviews) else None)
        ),
        f"icc is {icc!r}: a number from 0 to 0.3 is needed.": layout.is_number(icc, 0, 0.3),
        f"changing is {changing!r}: from 0 to {most} boroughs can change.": (
            layout.is_whole(changing, 0, most)
        ),
        f"change is {change!r}: a share from 0 to 0.3 is needed.": layout.is_number(change, 0, 0.3),
        f"last is {last!r}: the month a quarter ends with is needed, such as '2024-12'.": (
            layout.is_month(last) and last[5:] in _QUARTER_ENDS
        ),
    }
    return [said for said, holds in tests.items() if not holds]


# the sample ----------------------------------------------------------------------------------


def _respondents(
    town: residents.Town, ends: pd.DatetimeIndex, interviews: int, points: int, icc: float, rng
) -> pd.DataFrame:
    count, waves = len(town.areas.boroughs), len(ends)
    stratum = np.repeat(np.arange(waves * count, dtype=np.int32), interviews)
    wave, borough = np.divmod(stratum, np.int32(count))
    point = np.sort(np.arange(interviews, dtype=np.int32) % points)
    psu = stratum * np.int32(points) + np.tile(point, waves * count)
    kind, weight = _drawn(town, borough, interviews, rng)
    periods = list(ends.strftime("%Y-%m"))
    strata = [f"{name} {period}" for period in periods for name in town.areas.boroughs]
    columns: dict[str, object] = {
        "period": layout.labels(wave, periods),
        "quarter_end": ends.to_numpy()[wave],
        **layout.located(town.areas, borough),
        "stratum": layout.labels(stratum, strata),
        "psu": layout.labels(psu, [f"{s} {n + 1:02d}" for s in strata for n in range(points)]),
        "weight": weight,
    }
    for name, codes in town.kinds.items():
        columns[name] = layout.labels(codes[kind], parameters.GROUPS[name])
    columns |= _answers(town, (borough * waves + wave) * town.people.shape[1] + kind, psu, icc, rng)
    columns["origin"] = layout.labels(np.zeros(len(psu), dtype=np.int8), [SYNTHETIC])
    return pd.DataFrame(columns)


def _drawn(
    town: residents.Town, borough: np.ndarray, interviews: int, rng
) -> tuple[np.ndarray, np.ndarray]:
    """Return each respondent's kind and weight.

    A household is drawn, then one of its adults, who may decline: a person's chance is that of
    taking part, divided by the adults at home. The weight is the inverse of that chance.
    """
    adults = np.array(list(parameters.HOUSEHOLDS))
    at_home = np.array(list(parameters.HOUSEHOLDS.values())) / adults
    sampled = town.people * town.takes_part
    kind = layout.pick(sampled, borough, rng.random(len(borough)))
    home = np.searchsorted(np.cumsum(at_home) / at_home.sum(), rng.random(len(borough)))
    reached = sampled.sum(axis=1) * at_home.sum() / interviews
    return kind, reached[borough] * adults[home] / town.takes_part[kind]


def _answers(
    town: residents.Town, place: np.ndarray, psu: np.ndarray, icc: float, rng
) -> dict[str, np.ndarray]:
    shared = rng.standard_normal(psu[-1] + 1, dtype=np.float32)[psu]
    attitude = rng.standard_normal(len(psu), dtype=np.float32)
    answers = {}
    for number, (name, (share, loading, _)) in enumerate(parameters.QUESTIONS.items()):
        own = rng.standard_normal(len(psu), dtype=np.float32)
        local = np.float32(_local_part(share, icc))
        person = np.float32(loading) * attitude + np.float32(np.sqrt(1 - loading**2)) * own
        sway = np.sqrt(local) * shared + np.sqrt(1 - local) * person
        answers[name] = sway > -town.tendency[number].ravel()[place]
    return answers


def _local_part(share: float, icc: float) -> float:
    """Return the share of the tendency's variance that gives yes and no this correlation.

    Two normals that correlate by r and are cut at z give yes and no answers that correlate by
    (r + r² z²/2 + …) f(z)² / (p (1 - p)), with f the normal density; the quadratic is solved.
    """
    z = ndtri(share)
    wanted = icc * share * (1 - share) / residents.slope(z) ** 2
    curve = z**2 / 2
    return float((np.sqrt(1 + 4 * curve * wanted) - 1) / (2 * curve) if curve > 1e-9 else wanted)
