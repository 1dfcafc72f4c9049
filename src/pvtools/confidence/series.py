"""A share over time: is it steady, or is there more to it than chance?"""

from __future__ import annotations

import numpy as np
import pandas as pd

from pvtools import estimates, measures
from pvtools.confidence import withholding
from pvtools.errors import InputError
from pvtools.stats import spc


def control_chart(shares: pd.DataFrame, *, borough: str) -> pd.DataFrame:
    """Return a borough's independent waves as a control chart (XmR).

    Parameters
    ----------
    shares
        What :func:`proportion` returns, independent waves only.
    borough
        A borough, a Basic Command Unit or London.

    Returns
    -------
    pandas.DataFrame
        What ``stats.spc.xmr`` returns in its calibrated mode, with ``period``.

    Raises
    ------
    InputError
        The area is not held, has too few waves for a chart, or no figure in any.
    """
    own = shares[shares.borough == borough].sort_values("period")
    if own.empty:
        estimates.pick(shares, borough=borough)
    if own.estimate.isna().all():
        raise InputError(f"No chart of {borough}: {own.caveat.iloc[-1]}")
    better = measures.find(own.measure.iloc[0]).better
    # Limits narrower than the sampling error would call the luck of the draw a signal.
    share = own.estimate.mean()
    stderr = float((share * (1 - share) / own.n_effective.astype(float).mean()) ** 0.5)
    chart = spc.xmr(own.estimate.to_numpy(), improvement=better, calibrated=True, stderr=stderr)
    caveat = np.where(own.estimate.isna(), own.caveat, chart.caveat)
    return withholding.marked(chart.assign(period=own.period.to_numpy(), caveat=caveat), own)
