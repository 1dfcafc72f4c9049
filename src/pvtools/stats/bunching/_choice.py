"""Which curve: its degree, its scale and the habits of rounding, chosen by rule."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from pvtools.stats.bunching._bins import Bins
from pvtools.stats.bunching._rounding import Heap
from pvtools.stats.bunching._shape import Fit, Mask, Model, Scale, fit

_HIGHEST = 8
_HIGHEST_RATIO = 3  # of the ratio to a comparison, which is nearly level


def chosen(bins: Bins, heaps: tuple[Heap, ...], use: Mask, degree: int | None) -> Model:
    """Return the model with the least BIC on the bins in use.

    Notes
    -----
    Schwarz (1978), with bins as the observations. Degrees are tried upwards until two in a row
    bring no gain, on the scale of the values and, where all are above zero, of their logarithm;
    then habits of rounding are dropped one by one while that lowers the BIC.
    """
    compared = bins.comparison is not None
    heaps = () if compared else heaps
    least, most = (0, _HIGHEST_RATIO) if compared else (1, _HIGHEST)
    most = min(most, int(use.sum()) - len(heaps) - 3)
    scales: tuple[Scale, ...] = ("values", "log values") if bins.one_sided else ("values",)
    degrees = range(least, max(least, most) + 1) if degree is None else [degree]
    best = min(
        (_degree(bins, scale, heaps, use, degrees) for scale in scales),
        key=lambda found: _bic(found, use),
    )
    while best.model.heaps:
        without = min(
            (fit(_drop(best.model, heap), use) for heap in best.model.heaps),
            key=lambda found: _bic(found, use),
        )
        if _bic(without, use) > _bic(best, use):
            break
        best = without
    return best.model


def _degree(
    bins: Bins, scale: Scale, heaps: tuple[Heap, ...], use: Mask, degrees: range | list[int]
) -> Fit:
    """Return the best fit on one scale."""
    best: Fit | None = None
    in_vain = 0
    for degree in degrees:
        found = fit(Model(bins, degree, scale, heaps), use)
        if best is None or _bic(found, use) < _bic(best, use):
            best, in_vain = found, 0
        else:
            in_vain += 1
        if in_vain == 2:
            break
    return best


def _drop(model: Model, heap: Heap) -> Model:
    return replace(model, heaps=tuple(other for other in model.heaps if other is not heap))


def _bic(found: Fit, use: Mask) -> float:
    return found.deviance + float(np.log(use.sum())) * found.parameters
