"""The difference between two groups, with what they share."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from pvtools.errors import InputError, did_you_mean
from pvtools.stats._arguments import Array
from pvtools.stats.survey import limits
from pvtools.stats.survey.design import (
    Codes,
    Design,
    check_columns,
    is_share,
    numbers,
    pairs,
)
from pvtools.stats.survey.domains import Domains, Grid, Where, moments
from pvtools.stats.survey.estimation import FEW, alone, finish, one_pass, with_error
from pvtools.stats.survey.linearisation import degrees_of_freedom, meet, strata_alone, variance

#: A share near an end does no harm in a difference while so many (effectively) answered otherwise.
_FEW_EVENTS = 5
_T = "Taylor linearisation of the difference, t interval"
_HYBRID = "Taylor linearisation, hybrid (Newcombe) of two Korn–Graubard intervals"


def difference(
    data: pd.DataFrame,
    outcome: str | Sequence[str],
    *,
    design: Design,
    between: Mapping[str, tuple[object, object]],
    by: str | Sequence[str] | None = None,
    where: Where = None,
    level: float = 0.95,
) -> pd.DataFrame:
    """Return how much higher the second of two groups is than the first, one row a group of ``by``.

    Parameters
    ----------
    data, outcome, design, by, where, level
        As for :func:`proportion`; an outcome other than 0 and 1 is compared by its mean.
    between
        One column and two of its values, from and to: ``{"wave": ("2021", "2022")}`` gives 2022
        less 2021.

    Returns
    -------
    pandas.DataFrame
        The columns of :func:`proportion`, then ``first`` and ``second``, the two estimates.
        ``n`` is the smaller of the two bases; 0.04 is four points up.

    Raises
    ------
    InputError
        As for :func:`proportion`; or ``between`` names no column or values it does not hold.

    Notes
    -----
    The difference is linearised as a whole: clusters that both groups share (a ward sampled in
    two waves) add their covariance by themselves. Where a group's effective base is below 30, or
    fewer than 5 of it gave the rarer answer, two Korn–Graubard intervals are joined by the
    hybrid of Newcombe (1998), Statistics in Medicine 17:873–890, with the correlation term of
    Zou and Donner (2008), Statistics in Medicine 27:1693–1702.

    Examples
    --------
    >>> people = pd.DataFrame({"wave": ["a"] * 100 + ["b"] * 100, "yes": [1, 0] * 50 + [1] * 100})
    >>> difference(people, "yes", design=Design(), between={"wave": ("a", "b")})["estimate"][0]
    np.float64(0.5)
    """
    limits.check(level)
    column, values = _between(data, between)
    side = np.full(len(data), -1, dtype=np.int64)
    for number, value in enumerate(values):
        side[(data[column] == value).to_numpy(dtype=bool, na_value=False)] = number

    def split(found: Domains) -> tuple[Codes, int]:
        group = np.where((side >= 0) & (found.group >= 0), 2 * found.group + side, -1)
        return group, 2 * len(found.labels)

    def rows(of: Grid, name: str) -> pd.DataFrame:
        return _differences(of, numbers(data, name), level)

    return one_pass(data, outcome, design, by, where, rows, split)


def _differences(of: Grid, outcome: Array, level: float) -> pd.DataFrame:
    """Return second less first, for groups numbered 2g (first) and 2g + 1 (second)."""
    sample, cells = of.sample, of.cells
    found = moments(of, outcome)
    kind = "share" if is_share(outcome) else "mean"
    sides, _ = with_error(of, found, kind=kind)
    first, second = sides[0::2].reset_index(drop=True), sides[1::2].reset_index(drop=True)
    # Both sides of a cluster become one cell, whose influence holds their covariance.
    pair, target, cluster = pairs(cells.group // 2, cells.cluster)
    joint = meet(sample, target, cluster, len(first))
    sign = np.where(cells.group % 2 == 1, 1.0, -1.0)
    influence = np.bincount(pair, sign * found.influence, minlength=len(target))
    margins = None if found.margins is None else found.margins[1::2] - found.margins[0::2]
    squared = variance(sample, joint, influence, margins, of.known)
    respondents = np.bincount(pair, found.respondents, minlength=len(target))
    df, _ = degrees_of_freedom(joint, respondents)
    n = np.minimum(first["n"], second["n"]).to_numpy()
    known = n > 0
    shown = (first["stderr"].notna() & second["stderr"].notna()).to_numpy() & (squared > 0)
    simple = (found.spread / np.maximum(found.n - 1, 1)).reshape(-1, 2).sum(axis=1)
    base = np.where(
        shown,
        n * simple / np.where(shown, squared, 1.0),
        np.minimum(first["n_effective"], second["n_effective"]),
    )
    table = pd.DataFrame(
        {
            "estimate": second["estimate"] - first["estimate"],
            "stderr": np.where(shown, np.sqrt(squared), np.nan),
            "n": n,
            "n_effective": np.where(known, base, np.nan),
            "design_effect": n / np.where(known, base, np.nan),
            "df": np.where(known, df, 0).astype(np.int64),
        }
    )
    lower, upper, method = _difference_limits(table, first, second, kind, level)
    missing = found.unanswered.reshape(-1, 2).sum(axis=1)
    unshown = "clusters of a group show no spread: no standard error"
    hidden = known & ~shown
    parts = [
        (~known, "nobody answered in one of the groups, so there is no estimate"),
        (known & (n < FEW), ("fewer than 30 respondents in a group ({:,})", n)),
        (missing > 0, ("{:,} without an answer are left out", missing)),
        (hidden, unshown + (" and no interval" if kind == "mean" else "")),
        *alone(strata_alone(sample, joint)),
    ]
    return finish(table, lower, upper, method, parts).assign(
        first=first["estimate"], second=second["estimate"]
    )


def _difference_limits(
    table: pd.DataFrame, first: pd.DataFrame, second: pd.DataFrame, kind: str, level: float
) -> tuple[Array, Array, Array]:
    change = table["estimate"].to_numpy()
    half = limits.t(table["df"].to_numpy(), level) * table["stderr"].to_numpy()
    lower, upper = change - half, change + half
    method = np.where(table["n"] > 0, _T, "none").astype(object)
    if kind == "mean":
        return lower, upper, method
    exact, ends = np.zeros(len(table), dtype=bool), []
    for side in (first, second):
        p, n, base = (side[c].to_numpy() for c in ("estimate", "n", "n_effective"))
        base = np.minimum(n, base)
        rare = base * np.minimum(p, 1 - p) < _FEW_EVENTS
        exact |= rare | ~(base >= limits.SMALL_BASE) | side["stderr"].isna().to_numpy()
    exact &= (table["n"] > 0).to_numpy()
    for side in (first, second):
        p, n, base, df = (side[c].to_numpy() for c in ("estimate", "n", "n_effective", "df"))
        low, high = limits.korn_graubard(p, n, base, df, level, exact)
        ends.append((p - low, high - p))
    (down1, up1), (down2, up2) = ends
    error1, error2, error = (t["stderr"].to_numpy() for t in (first, second, table))
    product = error1 * error2
    related = np.nan_to_num((error1**2 + error2**2 - error**2) / (2 * product))
    related = np.clip(related, -1.0, 1.0)
    fall = np.sqrt(np.maximum(down2**2 + up1**2 - 2 * related * down2 * up1, 0.0))
    rise = np.sqrt(np.maximum(up2**2 + down1**2 - 2 * related * up2 * down1, 0.0))
    method[exact] = _HYBRID
    lower, upper = np.where(exact, change - fall, lower), np.where(exact, change + rise, upper)
    return np.maximum(lower, -1.0), np.minimum(upper, 1.0), method


def _between(
    data: pd.DataFrame, between: Mapping[str, tuple[object, object]]
) -> tuple[str, tuple[object, object]]:
    form = 'give one column and two of its values, for example {"wave": ("2021", "2022")}'
    if not isinstance(between, Mapping) or len(between) != 1:
        raise InputError(f"Cannot compare between {between!r}: {form}.")
    ((column, values),) = between.items()
    if isinstance(values, str) or not isinstance(values, Sequence) or len(values) != 2:
        raise InputError(f"Cannot compare between {values!r} of {column!r}: {form}.")
    check_columns(data, [column])
    held = data[column].dropna().unique().tolist()
    absent = [value for value in values if value not in held]
    if absent or values[0] == values[1]:
        shown = ", ".join(map(repr, sorted(held, key=str)[:12])) + (" …" if len(held) > 12 else "")
        raise InputError(
            f"Cannot compare {values[0]!r} with {values[1]!r}: two different values of "
            f"{column!r} are needed. "
            + "".join(
                f"It does not hold {value!r}.{did_you_mean(str(value), map(str, held))} "
                for value in absent
            )
            + f"It holds: {shown}."
        )
    return column, (values[0], values[1])
