"""What a method is given: read as numbers, checked, and refused with all faults at once."""

from __future__ import annotations

import operator
from collections.abc import Hashable, Iterable
from numbers import Real

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from pvtools.errors import InputError

Array = NDArray[np.float64]

#: how a case may meet its target, and how it then misses it
_MISSED = {"<=": operator.gt, "<": operator.ge, ">=": operator.lt, ">": operator.le}
_SHOWN = 4  # names given one by one


def refuse(cannot: str, faults: Iterable[str]) -> None:
    """Raise every fault in one message, ``Cannot …: this; that.``, or nothing if there is none."""
    if faults := list(faults):
        raise InputError(f"{cannot}: {'; '.join(faults)}.")


def level_faults(*levels: object) -> list[str]:
    """Return what is wrong with confidence levels."""
    return [
        f"the level lies between 0 and 1, found {f'{level:g}' if real else repr(level)}"
        for level in levels
        if not ((real := isinstance(level, Real)) and 0 < level < 1)
    ]


def number_faults(**values: object) -> list[str]:
    """Return which of these named values are not finite numbers."""
    return [
        f"{name} is a number, found {value!r}"
        for name, value in values.items()
        if not (isinstance(value, Real) and np.isfinite(value))
    ]


def whole_faults(fewest: int, **values: object) -> list[str]:
    """Return which of these named values are no whole numbers, or too small."""
    return [
        f"{name} is a whole number, {fewest} or more, not {value!r}"
        for name, value in values.items()
        if not (is_whole(value) and value >= fewest)
    ]


def met_faults(met: object) -> list[str]:
    """Return what is wrong with the way in which a case meets its target."""
    return [] if met in [*_MISSED] else [f"met is one of {', '.join(_MISSED)}, found {met!r}"]


def beyond(values: ArrayLike, threshold: float, met: str) -> NDArray[np.bool_]:
    """Return which values do not meet a target; a missing one (NaN) is taken to meet it.

    Examples
    --------
    >>> beyond([14, 15, 16], 15, "<=").tolist()
    [False, False, True]
    """
    return _MISSED[met](np.asarray(values, dtype=float), threshold)


def is_whole(value: object) -> bool:
    """Return whether this is a whole number, and no truth value."""
    return isinstance(value, int | np.integer) and not isinstance(value, bool)


def place_faults(periods: pd.Index, *starts: object) -> list[str]:
    """Return what is wrong with starts that cannot be placed among periods: dates among numbers."""
    each = {type(one): one for one in starts}.values()
    kinds = {pd.Index([one]).inferred_type.rstrip("0123456789") for one in each}
    kind = periods.inferred_type.rstrip("0123456789")
    numbers = {"integer", "floating"}
    alike = kinds <= numbers if kind in numbers else kinds <= {kind}
    return [] if alike else [f"a start is of the kind of the periods, {periods.dtype}"]


def floats(values: ArrayLike) -> Array | None:
    """Return a copy as numbers, NaN where one is missing, or None where they are not numbers."""
    try:
        if isinstance(values, pd.Series | pd.DataFrame):
            return values.to_numpy(dtype=float, na_value=np.nan, copy=True)
        return np.array(values, dtype=float)
    except (TypeError, ValueError):
        return None


def numbers(cannot: str, *values: ArrayLike) -> list[Array]:
    """Return copies as numbers, NaN where one is missing, or refuse what are not."""
    read = [floats(v) for v in values]
    if any(v is None for v in read):
        raise InputError(f"{cannot}: expected numbers. Missing ones are NaN.")
    return read


def alike(cannot: str, *values: ArrayLike) -> list[Array]:
    """Return numbers brought to one shape, or refuse what cannot be."""
    read = numbers(cannot, *values)
    try:
        return [np.array(v) for v in np.broadcast_arrays(*read)]
    except ValueError:
        shapes = ", ".join(str(v.shape) for v in read)
        raise InputError(
            f"{cannot}: expected numbers, or arrays of one length, found the shapes {shapes}."
        ) from None


def some(names: Iterable[Hashable]) -> str:
    """Return the first few names, and how many more there are."""
    names = [str(name) for name in names]
    more = len(names) - _SHOWN
    return ", ".join(names[:_SHOWN]) + (f" and {more:,} more" if more > 0 else "")


def sentence(*parts: str) -> str:
    """Return the parts that are not empty as one sentence, or nothing if there is none."""
    text = "; ".join(part for part in parts if part)
    return f"{text[0].upper()}{text[1:]}." if text else ""


def sentences(*parts: str) -> str:
    """Return the sentences that are not empty, one after the other."""
    return " ".join(part for part in parts if part)
