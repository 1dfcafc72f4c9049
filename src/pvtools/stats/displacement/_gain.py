"""Displacement of effort: did targeted outputs gain on untargeted ones under the target?"""

from __future__ import annotations

from collections.abc import Hashable, Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from pvtools.stats._arguments import level_faults, refuse, sentences, whole_faults
from pvtools.stats._series import Moment
from pvtools.stats.displacement import _areas, _wild

_FEW_IN_GROUP = 5  # areas in a group below which the bootstrap is not reliable
_FEWEST_DRAWS = 99
_ALIKE = 1e-12  # standard error below which only rounding is left


def effort(
    counts: pd.DataFrame,
    *,
    targeted: Sequence[Hashable],
    untargeted: Sequence[Hashable],
    area: str,
    start: Moment,
    pressure: str | None = None,
    n_boot: int = 999,
    seed: int = 1,
    level: float = 0.95,
) -> pd.DataFrame:
    """Return by how much targeted outputs gained on untargeted ones from a date on.

    Parameters
    ----------
    counts
        One row an area, month and category: the column named by ``area``, and ``month`` (dates,
        monthly periods or whole numbers), ``category, count``. Outputs are what effort makes:
        detections, searches, visits. A row that is not there is missing, not zero: its area
        and month are left out.
    targeted, untargeted
        Categories that the target counts, and those that it does not; each is added up.
    area
        Name of the column that says where: areas are the clusters.
    start
        First month under the target; twelve months or more are needed on each side.
    pressure
        Name of a column that is True in areas under the target and False in others: change is
        then measured against the others. Without it, within areas: what moved targeted and
        untargeted outputs apart everywhere, such as a new law, is then not distinguishable from
        the target: on London's recorded crime it fires at four dates in five, whatever happened
        there.
    n_boot, seed
        Draws of the wild bootstrap, and the seed that makes them repeatable.
    level
        Confidence level, between 0 and 1.

    Returns
    -------
    pandas.DataFrame
        One row: ``estimate, lower, upper`` in log points, above zero where effort moved to what
        is targeted; ``relative, relative_lower, relative_upper``, the same as a share (0.15 is
        15% more); ``stderr, p_value``; ``change_targeted, change_untargeted``, of which it is the
        difference: displacement is a fall of the latter, not a rise of the former alone;
        ``n_areas, n_pressured``, ``n`` (cases), ``method, caveat``.

    Raises
    ------
    InputError
        Columns or categories that are not there, categories both targeted and not, counts below
        zero or given twice, fewer than twelve months on a side, a start outside them, fewer than
        four areas in which all is known, or two in a group, or ``pressure`` that varies in time.

    Notes
    -----
    Null hypothesis: the ratio of targeted to untargeted outputs changed nowhere, or as
    elsewhere. Each area's months before and after are put into one mean each, so that
    autocorrelation between months does no harm (Bertrand, Duflo & Mullainathan 2004, Quarterly
    Journal of Economics 119:249–275), and logs of their ratios are compared, areas having equal
    weight. Intervals and p-value are those of the wild cluster bootstrap with the hypothesis
    imposed (Cameron, Gelbach & Miller 2008, Review of Economics and Statistics 90:414–427):
    the interval holds every value that it does not reject. Measured with 32 areas, 12 of them
    targeted, and two outputs of 200 a month, 24 months a side: fires at 5% in 4% where nothing
    moved, and always where outputs part by 15%. Why effort moves: Holmström & Milgrom
    (1991), Journal of Law, Economics, & Organization 7:24–52.

    Examples
    --------
    >>> cells, names = [list("abcd"), range(24), ["due", "other"]], ["area", "month", "category"]
    >>> table = pd.MultiIndex.from_product(cells, names=names).to_frame(index=False)
    >>> table["count"] = 100 + 20 * ((table.category == "due") & (table.month >= 12))
    >>> found = effort(table, targeted=["due"], untargeted=["other"], area="area", start=12)
    >>> found.relative.round(2).item()
    0.2
    """
    known = _areas.changes(counts, targeted, untargeted, area, start, pressure)
    refuse(
        "Cannot compare effort", level_faults(level) + whole_faults(_FEWEST_DRAWS, n_boot=n_boot)
    )
    contrast = _wild.Contrast(known.targeted - known.untargeted, known.pressed)
    lower, upper, p_value = np.nan, np.nan, np.nan
    if contrast.stderr > _ALIKE:
        draws = _wild.draws(len(known.pressed), n_boot=n_boot, seed=seed)
        lower, upper = contrast.interval(draws, level=level)
        p_value = contrast.p_value(draws)
    return pd.DataFrame(
        {
            "estimate": contrast.estimate,
            "lower": lower,
            "upper": upper,
            "relative": np.expm1(contrast.estimate),
            "relative_lower": np.expm1(lower),
            "relative_upper": np.expm1(upper),
            "stderr": contrast.stderr,
            "p_value": p_value,
            "change_targeted": _wild.Contrast(known.targeted, known.pressed).estimate,
            "change_untargeted": _wild.Contrast(known.untargeted, known.pressed).estimate,
            "n_areas": len(known.pressed),
            "n_pressured": int(known.pressed.sum()),
            "n": known.cases,
            "method": _method(known.pressed),
            "caveat": _caveat(known, contrast.stderr),
        },
        index=[0],
    )


def _method(pressed: NDArray[np.bool_]) -> str:
    against = "targeted v untargeted" if pressed.all() else "targeted v untargeted v other areas"
    weights = "Rademacher" if len(pressed) >= _wild.FEW else "Webb"
    return f"difference in differences of logs, {against}, wild cluster bootstrap ({weights})"


def _caveat(known: _areas.Changes, stderr: float) -> str:
    notes = [*known.caveats]
    groups = [int(known.pressed.sum()), int((~known.pressed).sum())]
    if len(known.pressed) < _wild.FEW:
        notes.append(f"Only {len(known.pressed)} areas: interval and p-value are rough.")
    elif 0 < min(groups) < _FEW_IN_GROUP:
        notes.append(
            f"Only {min(groups)} areas in one of the groups: interval and p-value are rough."
        )
    if stderr <= _ALIKE:
        notes.append("All areas changed by exactly as much: there is nothing to judge chance by.")
    return sentences(*notes)
