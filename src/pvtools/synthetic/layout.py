"""Boroughs, business areas and London as one set of rows, and the calendar of a survey."""

from __future__ import annotations

import re
from dataclasses import dataclass

import numpy as np
import pandas as pd

from pvtools import areas
from pvtools.errors import InputError


@dataclass(frozen=True)
class Areas:
    """The 32 boroughs, the areas they make up, and how they add up to them."""

    boroughs: tuple[str, ...]
    bcus: tuple[str, ...]  # of each borough
    residents: np.ndarray
    density: np.ndarray  # log residents per km², standardised
    names: tuple[str, ...]  # boroughs, then business areas, then London
    levels: tuple[str, ...]
    members: np.ndarray  # areas × boroughs, 1 where the borough belongs to the area


def of_london() -> Areas:
    """Return the boroughs that the survey covers: all but the City."""
    every = areas.boroughs()
    bcus = tuple(b.bcu for b in every)
    commands = tuple(sorted(set(bcus)))
    density = np.log([b.residents / b.area_km2 for b in every])
    members = np.vstack(
        [np.eye(len(every)), [[b == c for b in bcus] for c in commands], np.ones(len(every))]
    )
    return Areas(
        boroughs=tuple(b.name for b in every),
        bcus=bcus,
        residents=np.array([b.residents for b in every], dtype=float),
        density=(density - density.mean()) / density.std(),
        names=(*(b.name for b in every), *commands, areas.LONDON),
        levels=("borough",) * len(every) + ("bcu",) * len(commands) + ("london",),
        members=members.astype(float),
    )


def changes(count: int, among: int, rng: np.random.Generator) -> np.ndarray:
    """Return +1, -1 or 0 for each borough: ``count`` of them change, rises and falls in turn."""
    signs = np.zeros(among)
    signs[rng.permutation(among)[:count]] = np.where(np.arange(count) % 2 == 0, 1.0, -1.0)
    return signs


def period_end(last: str) -> pd.Timestamp:
    """Return the last day of the month written ``2024-12``."""
    return pd.Timestamp(f"{last}-01") + pd.offsets.MonthEnd(0)


def is_month(last: object) -> bool:
    """Say whether a text is a month such as ``2024-12`` that a calendar holds."""
    return isinstance(last, str) and bool(re.fullmatch(r"(19|20)[0-9]{2}-(0[1-9]|1[0-2])", last))


def is_whole(value: object, least: int = 0, most: int | None = None) -> bool:
    """Say whether a value is a whole number between two bounds."""
    whole = isinstance(value, (int, np.integer)) and not isinstance(value, bool)
    return whole and value >= least and (most is None or value <= most)


def is_number(value: object, least: float, most: float) -> bool:
    """Say whether a value is a number between two bounds."""
    number = isinstance(value, (int, float, np.number)) and not isinstance(value, bool)
    return number and bool(least <= value <= most)


def labels(codes: np.ndarray, names) -> pd.Categorical:
    """Return texts as codes: a million rows need no million texts."""
    return pd.Categorical.from_codes(codes, categories=list(names))


def named(where: Areas, chosen: np.ndarray) -> tuple[str, ...]:
    """Return the names of the boroughs that are chosen."""
    return tuple(name for name, one in zip(where.boroughs, chosen, strict=True) if one)


def located(where: Areas, borough: np.ndarray) -> dict[str, pd.Categorical]:
    """Return the columns that say where a respondent lives."""
    commands = sorted(set(where.bcus))
    command = np.array([commands.index(name) for name in where.bcus])
    return {
        "borough": labels(borough, where.boroughs),
        "bcu": labels(command[borough], commands),
    }


def pick(sizes: np.ndarray, row: np.ndarray, draw: np.ndarray) -> np.ndarray:
    """Return a column for each draw, with chances in proportion to the sizes in its row."""
    ladder = np.cumsum(sizes, axis=1) / sizes.sum(axis=1, keepdims=True)
    ladder[:, -1] = 1.0
    rungs = (ladder + np.arange(len(sizes))[:, None]).ravel()
    found = np.searchsorted(rungs, row + draw, side="right") - row * sizes.shape[1]
    return np.minimum(found, sizes.shape[1] - 1)


def refuse(faults: list[str]) -> None:
    """Raise all faults of a request at once; do nothing when there are none."""
    if faults:
        raise InputError("This survey cannot be made: " + " ".join(faults))
