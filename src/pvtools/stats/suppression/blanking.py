"""Rows of a table of estimates that are withheld: blank, and with the reason beside them."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from pvtools import estimates
from pvtools.errors import InputError
from pvtools.stats.suppression._cells import FEW, Minimum

_NUMBERS = ("estimate", "stderr", "lower", "upper", "n_effective", "design_effect")
_COUNTS = ("n", "df")


def sentence(reason: str, minimum: Minimum) -> str:
    """Return why a figure is withheld, as a reader is told."""
    if reason == FEW:
        return f"Withheld: fewer than {minimum.respondents} people answered here."
    return (
        f"Withheld so that the answers of fewer than {minimum.respondents} people cannot be "
        "worked out from the other figures."
    )


def blanked(table: pd.DataFrame, said: Mapping[int, str], minimum: Minimum) -> pd.DataFrame:
    """Return a table of estimates in which rows are blank, for the reasons said by position.

    A base below the minimum is blank in any case.
    """
    few = ((table.n > 0) & (table.n < minimum.respondents)).to_numpy(dtype=bool, na_value=False)
    said = dict.fromkeys(np.flatnonzero(few), sentence(FEW, minimum)) | dict(said)
    rows = np.isin(np.arange(len(table)), list(said))
    table = table.astype({name: "Int64" for name in _COUNTS if name in table})
    numbers = [name for name in (*_NUMBERS, *_COUNTS) if name in table]
    table = table.assign(**{name: table[name].mask(rows) for name in numbers})
    caveat = [said.get(place, text) for place, text in enumerate(table.caveat)]
    table = table.assign(method=table.method.mask(rows, ""), caveat=caveat)
    return _lowered(table, minimum.lowered)


def derived(table: pd.DataFrame, *sides: pd.DataFrame) -> pd.DataFrame:
    """Return estimates that are made of others, row by row, with what must not be lost of those.

    Where a side has no figure its caveat says why; made-up people and a lowered minimum go along.
    """
    table = marked(table.reset_index(drop=True), *sides)
    for side in reversed(sides):
        missing = side.estimate.isna().to_numpy()
        table = table.assign(caveat=np.where(missing, side.caveat, table.caveat))
    return table


def marked(table: pd.DataFrame, *sources: pd.DataFrame) -> pd.DataFrame:
    """Return a table that says so if its sources are of made-up people, or of a lowered minimum."""
    if any(estimates.is_synthetic(source) for source in sources):
        table = table.assign(origin=estimates.SYNTHETIC)
    why = [source.lowered.iloc[0] for source in sources if "lowered" in source and len(source)]
    return _lowered(table, why[0] if why else "")


def _lowered(table: pd.DataFrame, why: str) -> pd.DataFrame:
    if not why:
        return table
    return table.assign(caveat=[joined(text, why) for text in table.caveat], lowered=why)


def joined(text: str, more: str) -> str:
    """Return two caveats as one sentence."""
    return f"{text[:-1]}; {more[0].lower()}{more[1:]}" if text else more


def enough(people: pd.DataFrame, minimum: Minimum, what: str) -> None:
    """Refuse to answer where fewer people than the minimum are left to answer it."""
    if len(people) < minimum.respondents:
        raise InputError(
            f"Fewer than {minimum.respondents} people are there for {what}; nothing is shown of "
            "so few. Ask of more waves or places together, or of fewer columns."
        )
