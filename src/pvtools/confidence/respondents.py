"""One wave of respondents, and the estimate table that is made of them."""

from __future__ import annotations

import pandas as pd

from pvtools import areas, estimates, synthetic
from pvtools.stats.suppression import blanking


def last_wave(respondents: pd.DataFrame, period: str | None) -> str:
    return period or str(respondents.period.astype("str").max())


def of_wave(respondents: pd.DataFrame, period: str | None) -> pd.DataFrame:
    return respondents[respondents.period.astype("str") == last_wave(respondents, period)]


def source_of(respondents: pd.DataFrame) -> str:
    """Return the register key of where answers come from; empty where people are made up."""
    if synthetic.is_synthetic(respondents):
        return ""
    return "user_satisfaction" if "satisfied" in respondents else "pas_respondents"


def stamped(
    frame: pd.DataFrame,
    respondents: pd.DataFrame,
    measure: str,
    period: str,
    *,
    quantity: str,
    level: float = 0.95,
) -> pd.DataFrame:
    """Return the estimate table; what is made of synthetic rows says so."""
    table = estimates.table(
        frame,
        measure=measure,
        quantity=quantity,
        area=areas.LONDON,
        period=period,
        level=level,
        source=source_of(respondents),
    )
    return blanking.marked(table, respondents)
