"""Who lives in the synthetic London, who takes part, and how likely each says yes."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import pandas as pd
from scipy.special import ndtr, ndtri

from pvtools.chance import generator
from pvtools.synthetic import layout, parameters, truth


@dataclass(frozen=True, eq=False)  # one town is one key of the caches
class Town:
    """Who lives in each borough, who takes part, and how likely each kind says yes."""

    areas: layout.Areas
    kinds: dict[str, np.ndarray]  # for each grouping, the group of every kind of resident
    people: np.ndarray  # boroughs × kinds
    takes_part: np.ndarray  # kinds
    tendency: np.ndarray  # questions × boroughs × waves × kinds, probit of yes
    changed: tuple[str, ...]


@lru_cache(maxsize=4)  # the same town is surveyed again and again
def town(waves: int, changing: int, change: float, london: int) -> Town:
    """Return the London of one seed, over so many waves."""
    rng = generator(london)
    where = layout.of_london()
    sizes = [len(groups) for groups in parameters.GROUPS.values()]
    codes = dict(zip(parameters.GROUPS, np.indices(sizes).reshape(len(sizes), -1), strict=True))
    people = _people(where, codes, rng)
    levels = _levels(where, rng)
    signs = layout.changes(changing, len(where.boroughs), rng)
    since = np.arange(waves) >= max(1, waves - 4)
    contrast = sum(_each(codes, name, 2) for name in codes)
    contrast = contrast - people.sum(axis=0) @ contrast / people.sum()
    asked = np.array(list(parameters.QUESTIONS.values()))
    share, differences = ndtri(asked[:, 0]), asked[:, 2]
    step = change / slope(share[0]) * signs[:, None] * since
    return Town(
        areas=where,
        kinds=codes,
        people=people,
        takes_part=np.prod([_each(codes, name, 1) for name in codes], axis=0),
        tendency=share[:, None, None, None]
        + levels[:, :, None, None]
        + differences[:, None, None, None] * (step[None, :, :, None] + contrast),
        changed=layout.named(where, step.any(axis=1)),
    )


def _each(codes: dict[str, np.ndarray], name: str, column: int) -> np.ndarray:
    """Return one column of a grouping's parameters for every kind of resident."""
    return np.array([row[column] for row in parameters.GROUPS[name].values()])[codes[name]]


def _people(where: layout.Areas, codes: dict[str, np.ndarray], rng) -> np.ndarray:
    """Return adults of each kind in each borough; mixes stray from London's by chance."""
    mix = np.zeros((len(where.boroughs), len(codes["sex"])))
    for name, groups in parameters.GROUPS.items():
        stray = rng.normal(0, parameters.MIX_SPREAD[name], (len(where.boroughs), len(groups)))
        mix += np.log(_each(codes, name, 0)) + stray[:, codes[name]]
    british = list(parameters.GROUPS["ethnicity"]).index("White British")
    mix += parameters.OLDER_WHITE_BRITISH * codes["age_group"] * (codes["ethnicity"] == british)
    shares = np.exp(mix) / np.exp(mix).sum(axis=1, keepdims=True)
    return shares * where.residents[:, None] * parameters.ADULTS


def _levels(where: layout.Areas, rng) -> np.ndarray:
    """Return how far each borough lies from London on each question (probit scale)."""
    own = rng.normal(0, parameters.BOROUGH_SPREAD, len(where.boroughs))
    borough = parameters.DENSITY_EFFECT * where.density + own - own.mean()
    differences = np.array([row[2] for row in parameters.QUESTIONS.values()])
    question = rng.normal(
        0, parameters.BOROUGH_QUESTION_SPREAD, (len(parameters.QUESTIONS), len(where.boroughs))
    )
    return differences[:, None] * borough + question


def slope(probit: float) -> float:
    """Return how fast a share rises with its probit."""
    return float(np.exp(-(probit**2) / 2) / np.sqrt(2 * np.pi))


@lru_cache(maxsize=2)  # a long survey's table is large
def true_values(town: Town, periods: tuple[str, ...]) -> pd.DataFrame:
    """Return the true share of yes for every question, area, wave and group."""
    return truth.table(
        ndtr(town.tendency),
        town.people,
        areas=town.areas,
        measures=tuple(parameters.QUESTIONS),
        periods=list(periods),
        groups={name: (town.kinds[name], tuple(parameters.GROUPS[name])) for name in town.kinds},
    )
