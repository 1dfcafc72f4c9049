"""What panels ask for, beside what is targeted from above and what is demanded."""

from __future__ import annotations

from collections.abc import Collection

import numpy as np
import pandas as pd

from pvtools import areas, estimates
from pvtools.errors import InputError
from pvtools.stats import agreement


def side_by_side(asked: pd.Series, targeted: Collection[str], demanded: pd.Series) -> pd.DataFrame:
    """Return each kind of crime or disorder: how often asked for, whether targeted, how demanded.

    Parameters
    ----------
    asked
        How many panels name each kind as a priority, by kind.
    targeted
        The kinds that a plan targets.
    demanded
        Offences, calls or harm, by kind.

    Returns
    -------
    pandas.DataFrame
        One row a kind that any of them names: ``kind, asked, asked_place, targeted, demanded,
        demanded_place``; numbers are missing where a list does not have the kind: it is not zero.

    Raises
    ------
    InputError
        A kind named twice, or a list without kinds.
    """
    targeted = list(targeted)
    faults = [
        f"{name} names no kind"
        for name, one in (("asked", asked), ("targeted", targeted), ("demanded", demanded))
        if len(one) == 0
    ]
    faults += [
        f"{name} names a kind twice"
        for name, index in (
            ("asked", asked.index), ("targeted", pd.Index(targeted)), ("demanded", demanded.index)
        )
        if not index.is_unique
    ]  # fmt: skip
    if faults:
        raise InputError(f"Cannot set priorities side by side: {'; '.join(faults)}.")
    kinds = list(
        dict.fromkeys([*asked.sort_values(ascending=False).index, *targeted, *demanded.index])
    )
    table = pd.DataFrame({"kind": kinds})
    for name, values in (("asked", asked), ("demanded", demanded)):
        table[name] = table.kind.map(values).astype(float)
        table[f"{name}_place"] = table[name].rank(ascending=False, method="min")
    table["targeted"] = table.kind.isin(targeted)
    return table[["kind", "asked", "asked_place", "targeted", "demanded", "demanded_place"]]


def agree(
    asked: pd.Series,
    targeted: Collection[str],
    demanded: pd.Series,
    *,
    area: str,
    period: str = "",
    source: str = "",
    seed: int = 0,
) -> pd.DataFrame:
    """Return how far what panels ask for agrees with what is targeted and what is demanded.

    Parameters
    ----------
    asked, targeted, demanded
        As for :func:`side_by_side`.
    area, period, source
        Where, when, and the keys of the register that the figures are from, if any.
    seed
        Of the orders drawn for the p-value.

    Returns
    -------
    pandas.DataFrame
        Estimate table without intervals; ``group`` says what of: the share of the targets that
        are among as many kinds asked for most, the same of those demanded most, and of asked and
        demanded the rank-biased overlap and tau-b over kinds that both have, with ``p_value``.

    Raises
    ------
    InputError
        As for :func:`side_by_side`, or fewer than three kinds that panels and demand both have.
    """
    table = side_by_side(asked, targeted, demanded)
    both = table.dropna(subset=["asked", "demanded"])
    chosen = set(targeted)
    rows = []
    for name in ("asked", "demanded"):
        top = _top(table, name, len(chosen))
        rows.append(("overlap", "share", f"targeted and {name}", len(top & chosen) / len(chosen),
                     np.nan, f"the {len(chosen)} {name} most", len(chosen)))  # fmt: skip
    tau = agreement.tau_b(both.asked, both.demanded, seed=seed).iloc[0]
    overlap = agreement.rank_biased_overlap(*(_order(table, n) for n in ("asked", "demanded")))
    rows += [
        ("overlap", "score", "asked and demanded", overlap, np.nan,
         "rank-biased overlap, persistence 0.9", len(both)),
        ("agreement", "score", "asked and demanded", tau.estimate, tau.p_value, tau.method,
         len(both)),
    ]  # fmt: skip
    names = ["measure", "quantity", "group", "estimate", "p_value", "method", "n"]
    frame = pd.DataFrame(rows, columns=names).assign(lower=np.nan, upper=np.nan)
    where = areas.find(area).name
    return estimates.table(frame, area=where, period=period, level=np.nan, source=source, caveat="")


def _order(table: pd.DataFrame, name: str) -> list[str]:
    held = table.dropna(subset=[name])
    return held.sort_values([name, "kind"], ascending=[False, True]).kind.tolist()


def _top(table: pd.DataFrame, name: str, count: int) -> set[str]:
    return set(_order(table, name)[:count])
