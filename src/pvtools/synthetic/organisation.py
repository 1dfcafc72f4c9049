"""An organisation under a target: what it truly does, and what its records say of it.

Nothing here was observed. Every dial at zero is an organisation that works as it always has
and records what happened; turned up, each dial bends the record, or the work, in one known way,
so that one can see which detector notices, and which does not.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, fields

import numpy as np
import pandas as pd

from pvtools.chance import generator
from pvtools.errors import InputError
from pvtools.estimates import SYNTHETIC

#: Minutes within which a case meets the target.
THRESHOLD = 15.0
CATEGORIES = ("targeted", "neighbour", "other")
_MIX = (0.35, 0.30, 0.35)
_REACH, _LANDING = 4.0, 0.35  # minutes above the threshold that are moved; scale below it
_CLOSEST = 1.4
_KEEP = 900.0  # how steady the mix of categories is: concentration of a Dirichlet
_ABILITY, _SWING = 0.10, 0.08
_LATENT, _NOISE = 0.15, 0.35


@dataclass(frozen=True)
class Dials:
    """How the organisation answers to its target; zero is not at all, every dial is a share.

    Attributes
    ----------
    honest
        True improvement: so many fewer targeted cases arise, and times fall by half as much.
    rounding
        Records of minutes rounded to five, before the target as after it.
    shifting
        Cases up to four minutes late whose record is moved to within the target.
    reclassifying
        Targeted cases recorded under the neighbouring category.
    excluding
        Late cases that are left out of the record.
    displacing
        Effort for other work that goes to the targeted work.
    pretending
        How far the indicator climbs without the outcome: at 1, by eight standard deviations of
        its noise in four years.
    """

    honest: float = 0.0
    rounding: float = 0.0
    shifting: float = 0.0
    reclassifying: float = 0.0
    excluding: float = 0.0
    displacing: float = 0.0
    pretending: float = 0.0

    def __post_init__(self) -> None:
        faults = [
            f"{field.name} lies between 0 and 1, found {getattr(self, field.name)!r}"
            for field in fields(self)
            if not 0 <= getattr(self, field.name) <= 1
        ]
        if faults:
            raise InputError(f"Cannot set these dials: {'; '.join(faults)}.")


@dataclass(frozen=True)
class Organisation:
    """What an organisation recorded, and the truth that it hides.

    Attributes
    ----------
    cases
        A row a recorded case: ``area, month, minutes, after`` (the target).
    counts
        Recorded cases by ``area, month, category``.
    work
        Output of targeted and of other work: ``area, month, kind, output``.
    monthly
        ``month, indicator, outcome``: what is reported, and what a survey of the served finds.
    truth
        A row a dial: ``dial, value, what`` – what it did, in numbers.
    start
        The first month under the target.
    """

    cases: pd.DataFrame
    counts: pd.DataFrame
    work: pd.DataFrame
    monthly: pd.DataFrame
    truth: pd.DataFrame
    start: pd.Timestamp


def organisation(
    seed: int,
    *,
    dials: Dials | None = None,
    areas: int = 32,
    months: int = 96,
    before: int = 48,
    first: str = "2010-04",
) -> Organisation:
    """Return an organisation whose truth is known, under a target from one month on.

    Parameters
    ----------
    seed
        Seed of everything drawn. With equal seeds organisations differ only by their dials.
    dials
        How it answers to the target; all at zero by default.
    areas, months, before
        Its size, in areas and months, and how many months there are before the target.
    first
        The first month.

    Returns
    -------
    Organisation
        Recorded tables (each with ``origin`` "synthetic") and the hidden truth.

    Raises
    ------
    InputError
        Fewer than two areas, or fewer than twelve months on a side of the target.

    Examples
    --------
    >>> made = organisation(1, dials=Dials(shifting=0.2))
    >>> made.truth.set_index("dial").value["shifting"].item()
    0.2
    """
    if areas < 2 or before < 12 or months - before < 12:
        raise InputError(
            "An organisation needs two areas or more and twelve months on each side of the "
            f"target, found {areas} areas, {before} and {months - before} months."
        )
    dials = dials or Dials()
    when = pd.date_range(first, periods=months, freq="MS")
    after = np.arange(months) >= before
    names = [f"Area {i + 1:02}" for i in range(areas)]
    streams = generator(seed).spawn(4)  # a dial must not shift another one's luck
    ability = generator(seed, 1).normal(0, _ABILITY, areas)
    cases, told = _cases(streams[0], dials, names, when, after, ability)
    counts, moved = _counts(streams[1], dials, names, when, after)
    work = _work(streams[2], dials, names, when, after, ability)
    monthly = _monthly(streams[3], dials, when, after)
    tables = (table.assign(origin=SYNTHETIC) for table in (cases, counts, work, monthly))
    return Organisation(*tables, _truth(dials, {**told, **moved}), when[before])


def _cases(
    rng: np.random.Generator,
    dials: Dials,
    names: list[str],
    when: pd.DatetimeIndex,
    after: np.ndarray,
    ability: np.ndarray,
) -> tuple[pd.DataFrame, dict[str, int]]:
    """Return recorded cases with their minutes, and how many were moved or left out."""
    size = (len(names), len(when), 5)
    gain = np.log1p(-0.5 * dials.honest) * after[None, :, None] - ability[:, None, None]
    true = _to_seconds(np.exp(np.log(11.5) + gain + rng.normal(0, 0.55, size)).ravel())
    area, month, _ = (index.ravel() for index in np.indices(size))
    late = after[month] & (true > THRESHOLD)
    near = late & (true <= THRESHOLD + _REACH)
    luck = rng.random((3, true.size))
    landed = THRESHOLD - np.minimum(rng.exponential(_LANDING, true.size), _CLOSEST)
    landed = _to_seconds(landed)
    shifted = near & (luck[0] < dials.shifting)
    minutes = np.where(shifted, landed, true)
    rounded = luck[1] < dials.rounding
    minutes = np.where(rounded, np.maximum(5 * np.round(minutes / 5), 5.0), minutes)
    left_out = late & ~shifted & (luck[2] < dials.excluding)
    table = pd.DataFrame(
        {
            "area": np.array(names)[area],
            "month": when[month],
            "minutes": minutes,
            "after": after[month],
        }
    )[~left_out].reset_index(drop=True)
    return table, {"shifting": int(shifted.sum()), "excluding": int(left_out.sum())}


def _counts(
    rng: np.random.Generator,
    dials: Dials,
    names: list[str],
    when: pd.DatetimeIndex,
    after: np.ndarray,
) -> tuple[pd.DataFrame, dict[str, int]]:
    """Return cases recorded in each category, and how many stand in another than their own."""
    arising, honest, moving, placing = rng.spawn(4)
    total = arising.negative_binomial(200, 200 / (200 + 900 * _season(when)))
    mix = arising.dirichlet(_KEEP * np.array(_MIX), len(when))
    true = np.stack([arising.multinomial(n, p) for n, p in zip(total, mix, strict=True)])
    true[:, 0] = honest.binomial(true[:, 0], np.where(after, 1 - dials.honest, 1.0))
    moved = moving.binomial(true[:, 0], np.where(after, dials.reclassifying, 0.0))
    recorded = true.copy()
    recorded[:, 0] -= moved
    recorded[:, 1] += moved
    share = np.full(len(names), 1 / len(names))
    by_area = placing.multinomial(recorded, share)  # months × categories × areas
    month, category, area = (index.ravel() for index in np.indices(by_area.shape))
    table = pd.DataFrame(
        {
            "area": np.array(names)[area],
            "month": when[month],
            "category": np.array(CATEGORIES)[category],
            "count": by_area.ravel(),
        }
    )
    return table, {"reclassifying": int(moved.sum())}


def _work(
    rng: np.random.Generator,
    dials: Dials,
    names: list[str],
    when: pd.DatetimeIndex,
    after: np.ndarray,
    ability: np.ndarray,
) -> pd.DataFrame:
    """Return the output of targeted and of other work, which compete for the same effort."""
    given = np.where(after, dials.displacing, 0.0)
    effort = np.stack([1 + given, 1 - given])  # what one gains the other loses
    common = np.log(_season(when)) + rng.normal(0, 0.03, len(when))
    mean = 60 * effort[:, :, None] * np.exp(common[None, :, None] + ability[None, None, :])
    output = rng.poisson(mean * rng.gamma(100, 1 / 100, mean.shape))
    kind, month, area = (index.ravel() for index in np.indices(output.shape))
    return pd.DataFrame(
        {
            "area": np.array(names)[area],
            "month": when[month],
            "kind": np.array(["targeted", "other"])[kind],
            "output": output.ravel(),
        }
    )


def _monthly(
    rng: np.random.Generator, dials: Dials, when: pd.DatetimeIndex, after: np.ndarray
) -> pd.DataFrame:
    """Return the indicator that is reported and the outcome people feel: one latent quality."""
    quality = np.cumsum(rng.normal(0, _LATENT, len(when)))
    since = np.cumsum(after) / 48
    quality = quality + 3 * dials.honest * since
    climb = 8 * dials.pretending * _NOISE * since
    noise = rng.normal(0, _NOISE, (2, len(when)))
    return pd.DataFrame(
        {"month": when, "indicator": quality + climb + noise[0], "outcome": quality + noise[1]}
    )


def _to_seconds(minutes: np.ndarray) -> np.ndarray:
    """Return minutes as records hold them, in whole seconds."""
    return np.round(minutes * 60) / 60


def _season(when: pd.DatetimeIndex) -> np.ndarray:
    return 1 + _SWING * np.sin(2 * np.pi * (when.month.to_numpy() - 4) / 12)


def _truth(dials: Dials, cases: dict[str, int]) -> pd.DataFrame:
    did = {
        "honest": "fewer targeted cases arise and service is faster",
        "rounding": "records of minutes rounded to five",
        "shifting": f"{cases['shifting']:,} late cases recorded as in time",
        "reclassifying": f"{cases['reclassifying']:,} targeted cases recorded as the neighbour",
        "excluding": f"{cases['excluding']:,} late cases left out of the record",
        "displacing": "effort for other work given to targeted work",
        "pretending": "the indicator climbs, the outcome does not",
    }
    rows = [(name, value, did[name]) for name, value in asdict(dials).items()]
    return pd.DataFrame(rows, columns=["dial", "value", "what"])
