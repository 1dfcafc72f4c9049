"""A share over time: is it steady, or is there more to it than chance?"""

from __future__ import annotations

import numpy as np
import pandas as pd

from pvtools import estimates, measures
from pvtools.errors import InputError
from pvtools.stats import spc
from pvtools.stats.suppression import blanking


def control_chart(shares: pd.DataFrame, *, area: str) -> pd.DataFrame:
    """Return an area's independent waves as a control chart (XmR).

    Parameters
    ----------
    shares
        What :func:`proportion` returns, independent waves only.
    area
        A borough, a Basic Command Unit or London.

    Returns
    -------
    pandas.DataFrame
        Estimate table, a row a wave, with what ``stats.spc.xmr`` returns in its calibrated mode:
        ``centre, lower_limit, upper_limit, point_type, rule, phase, family_false_alarm``.

    Raises
    ------
    UsageError
        The area is not held.
    InputError
        It has too few waves for a chart, or no figure in any.
    """
    own = estimates.of_area(shares, area).sort_values("period")
    area = own.area.iloc[0]
    if own.estimate.isna().all():
        raise InputError(f"No chart of {area}: {own.caveat.iloc[-1]}")
    better = measures.find(own.measure.iloc[0]).better
    # Limits narrower than the sampling error would call the luck of the draw a signal.
    share = own.estimate.mean()
    stderr = float((share * (1 - share) / own.n_effective.astype(float).mean()) ** 0.5)
    chart = spc.xmr(own.estimate.to_numpy(), improvement=better, calibrated=True, stderr=stderr)
    caveat = np.where(own.estimate.isna(), own.caveat, chart.caveat)
    limits = chart.drop(columns=["value", "caveat"]).rename(
        columns={"lower": "lower_limit", "upper": "upper_limit"}
    )
    frame = own.reset_index(drop=True).assign(caveat=caveat).join(limits)
    return estimates.table(blanking.marked(frame, own))
