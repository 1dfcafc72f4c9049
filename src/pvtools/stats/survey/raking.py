"""Weights that meet known totals."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from pvtools.errors import InputError
from pvtools.stats._arguments import Array, refuse
from pvtools.stats.survey.design import Codes, Design, read

_ROUNDS = 500
_TOLERANCE = 1e-10

Margin = Mapping[object, float] | pd.Series


def rake(data: pd.DataFrame, margins: Mapping[str, Margin], *, design: Design) -> pd.Series:
    """Return weights under which each column of ``margins`` has its known make-up.

    Parameters
    ----------
    data
        One row a respondent. Not changed.
    margins
        For each column the known share or count of every category:
        ``{"sex": {"female": 0.51, "male": 0.49}, "age": {...}}``. Shares sum to 1; counts must
        sum to the same number of people in every column.
    design
        How people were drawn; its weights are where raking starts from.

    Returns
    -------
    pandas.Series
        Weights named ``raked_weight``, one a row of ``data``, in its index. They sum to the
        counts given, or, with shares alone, to the weights raking started from.

    Raises
    ------
    InputError
        Unknown columns, categories that only one side knows, margins that do not agree, or no
        weights that meet them all.

    Notes
    -----
    Iterative proportional fitting (Deming and Stephan 1940), the multiplicative calibration of
    Deville and Särndal (1992), JASA 87:376–382. Their variance is that of residuals from a
    regression on the margins; name the columns in the design to get it::

        raked = data.assign(raked_weight=survey.rake(data, margins, design=design))
        after = dataclasses.replace(design, weight="raked_weight", calibration=("sex", "age"))
        survey.proportion(raked, "good_job", design=after)

    Examples
    --------
    >>> people = pd.DataFrame({"sex": ["f", "f", "f", "m"]})
    >>> rake(people, {"sex": {"f": 0.5, "m": 0.5}}, design=Design()).round(2).tolist()
    [0.67, 0.67, 0.67, 2.0]
    """
    if not margins:
        raise InputError("No margins were given; name at least one column and its known make-up.")
    start = read(data, design, margins).weight
    codes, targets = _targets(data, margins, start)
    weight = start.copy()
    for _ in range(_ROUNDS):
        for name, code in codes.items():
            weight *= _ratio(weight, code, targets[name])[code]
        astray = {
            name: float(np.abs(_ratio(weight, code, targets[name]) - 1).max())
            for name, code in codes.items()
        }
        if max(astray.values()) < _TOLERANCE:
            return pd.Series(weight, index=data.index, name="raked_weight")
    worst = max(astray, key=astray.__getitem__)
    raise InputError(
        f"Raking found no weights that meet all margins: after {_ROUNDS} rounds {worst!r} is "
        f"still {astray[worst]:.1%} from its known make-up in one category. Some combinations "
        "of categories have no respondents; join small categories or leave out a margin."
    )


def _ratio(weight: Array, code: Codes, target: Array) -> Array:
    held = np.bincount(code, weight, minlength=len(target))
    # A category with a target of zero is met once its weights are zero: 0/0 needs no change.
    return np.where(held > 0, target / np.where(held > 0, held, 1.0), 1.0)


def _targets(
    data: pd.DataFrame, margins: Mapping[str, Margin], weight: Array
) -> tuple[dict[str, Codes], dict[str, Array]]:
    """Return category codes and wanted weight sums of every margin, or all that is wrong."""
    faults: list[str] = []
    codes, wanted = {}, {}
    for name, margin in margins.items():
        try:
            known = pd.Series(margin, dtype=float)
        except (TypeError, ValueError):
            faults.append(f"the totals of {name!r} must be numbers")
            continue
        known = known[known.index.notna()]
        code, held = pd.factorize(data[name])
        code = np.array(code)
        if (code < 0).any():
            faults.append(f"{name!r} is missing for {int((code < 0).sum()):,} rows")
            continue
        unknown = [level for level in held if level not in known.index]
        if unknown:
            faults.append(f"{name!r} has no known total for {', '.join(map(repr, unknown))}")
        if not (known >= 0).all() or not known.sum() > 0 or not known.index.is_unique:
            faults.append(f"the totals of {name!r} must be zero or more and given once each")
        if faults:
            continue
        weighted = np.bincount(code, weight, minlength=len(held))
        present = known[known > 0].index
        empty = [v for v in present if v not in held or not weighted[held.get_indexer([v])[0]] > 0]
        if empty:
            faults.append(
                f"{name!r} has no respondents in {', '.join(map(repr, empty))}, who cannot be "
                "weighted up"
            )
        codes[name], wanted[name] = code, known.reindex(held).to_numpy(copy=True)
    totals = {name: target.sum() for name, target in wanted.items()}
    counted = {name: total for name, total in totals.items() if abs(total - 1) > 1e-6}
    if counted and max(counted.values()) > min(counted.values()) * (1 + 1e-6):
        each = ", ".join(f"{name!r} {total:,g}" for name, total in counted.items())
        faults.append(f"margins must sum to 1 or to one number of people, found {each}")
    refuse("Cannot rake these weights", faults)
    people = next(iter(counted.values())) if counted else float(weight.sum())
    return codes, {name: target / totals[name] * people for name, target in wanted.items()}
