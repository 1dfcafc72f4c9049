"""Goodhart's law in its four forms: why an indicator stops telling what it told."""

from __future__ import annotations

from typing import Literal

import numpy as np
import pandas as pd

from pvtools.chance import generator
from pvtools.errors import UsageError, resolve
from pvtools.estimates import SYNTHETIC

Form = Literal["regressional", "extremal", "causal", "adversarial"]

#: The four forms, and what happens in each.
FORMS: dict[str, str] = {
    "regressional": "The best figures are partly luck, and luck does not last.",
    "extremal": "What holds in the usual range does not hold at its end.",
    "causal": "The indicator is pushed, and the value never hung on it.",
    "adversarial": "Those who are judged by the indicator give it what it counts.",
}
_CORRELATION = 0.7


def goodhart(form: Form, *, seed: int, units: int = 2000, pressure: float = 0.9) -> pd.DataFrame:
    """Return what an indicator promised and what the value did once it became the target.

    Parameters
    ----------
    form
        ``regressional``, ``extremal``, ``causal`` or ``adversarial``.
    seed
        Seed of everything drawn.
    units
        Units that are judged, such as teams or areas.
    pressure
        How strong the target is, 0 to 1: how high up those picked as best begin, or how far the
        indicator is pushed.

    Returns
    -------
    pandas.DataFrame
        A row a unit: ``form, indicator, value`` (in standard deviations, before the target),
        ``picked`` (it is held up, or answers to the target), ``indicator_after``, ``promised``
        (what the indicator says of the value; in the causal, extremal and adversarial forms what
        their correlation lets one expect of it) and ``value_after``; ``origin``.

    Raises
    ------
    UsageError
        No such form, a pressure outside 0–1, or fewer than 100 units.

    Notes
    -----
    Manheim and Garrabrant (2018), "Categorizing variants of Goodhart's law". Before the target
    indicator and value correlate by 0.7 in every form: nothing in the past tells them apart.

    Examples
    --------
    >>> table = goodhart("causal", seed=1)
    >>> bool((table.value_after == table.value).all())
    True
    """
    form = resolve("form", form, FORMS)
    if not 0 <= pressure <= 1:
        raise UsageError(f"The pressure lies between 0 and 1, found {pressure!r}.")
    if units < 100:
        raise UsageError(f"At least 100 units are needed, found {units!r}.")
    rng = generator(seed)
    value = rng.standard_normal(units)
    noise = rng.standard_normal(units)
    indicator = _CORRELATION * value + np.sqrt(1 - _CORRELATION**2) * noise
    again = rng.standard_normal(units)
    after = {
        "regressional": _regressional,
        "extremal": _extremal,
        "causal": _causal,
        "adversarial": _adversarial,
    }[form](indicator, value, again, pressure)
    return pd.DataFrame(
        {"form": form, "indicator": indicator, "value": value, **after, "origin": SYNTHETIC}
    )


def promised(table: pd.DataFrame) -> pd.DataFrame:
    """Return what indicators promised of the value and what it came to, with 95% intervals.

    Parameters
    ----------
    table
        What :func:`goodhart` returned, of one form or of several.

    Returns
    -------
    pandas.DataFrame
        A row a form and kind, ``promised`` and ``delivered``: means of those picked, in standard
        deviations above the average unit: ``form, kind, estimate, lower, upper, n``.
    """
    rows = []
    for form, part in table[table.picked].groupby("form", sort=False):
        for kind, values in (("promised", part.promised), ("delivered", part.value_after)):
            half = 1.96 * values.std() / np.sqrt(len(values))
            mean = values.mean()
            rows.append((form, kind, mean, mean - half, mean + half, len(values)))
    return pd.DataFrame(rows, columns=["form", "kind", "estimate", "lower", "upper", "n"])


def _regressional(
    indicator: np.ndarray, value: np.ndarray, again: np.ndarray, pressure: float
) -> dict[str, np.ndarray]:
    """The best are picked by a noisy figure, and are taken to be as good as it says."""
    picked = indicator >= np.quantile(indicator, pressure)
    return {
        "picked": picked,
        "indicator_after": indicator,
        "promised": indicator,
        "value_after": value,
    }


def _extremal(
    indicator: np.ndarray, value: np.ndarray, again: np.ndarray, pressure: float
) -> dict[str, np.ndarray]:
    """All are driven beyond where anybody was; there, more of it brings nothing more."""
    pushed = indicator + 4 * pressure
    slope = np.minimum(pushed, 1.5) - np.minimum(indicator, 1.5)
    return {
        "picked": np.ones(indicator.size, dtype=bool),
        "indicator_after": pushed,
        "promised": _CORRELATION * pushed,
        "value_after": value + _CORRELATION * slope,
    }


def _causal(
    indicator: np.ndarray, value: np.ndarray, again: np.ndarray, pressure: float
) -> dict[str, np.ndarray]:
    """The indicator is a symptom: pushing it leaves what made it."""
    return {
        "picked": np.ones(indicator.size, dtype=bool),
        "indicator_after": indicator + 2 * pressure,
        "promised": _CORRELATION * (indicator + 2 * pressure),
        "value_after": value,
    }


def _adversarial(
    indicator: np.ndarray, value: np.ndarray, again: np.ndarray, pressure: float
) -> dict[str, np.ndarray]:
    """Effort goes from the value to the figure, more from those who had less to show."""
    effort = pressure * np.exp(-0.5 * indicator) * np.abs(again)
    return {
        "picked": np.ones(indicator.size, dtype=bool),
        "indicator_after": indicator + effort,
        "promised": _CORRELATION * (indicator + effort),
        "value_after": value - 0.3 * effort,
    }
