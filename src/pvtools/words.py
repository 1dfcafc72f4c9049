"""Numbers and sentences: every rounding and every phrase a reader meets is made here."""

from __future__ import annotations

import math
from datetime import date
from typing import Any

import numpy as np
import pandas as pd

from pvtools.measures import Format

MINUS = "−"
MISSING = "not published"


def plain(value: Any) -> Any:
    """Return a table value as JSON can hold it: missing as None, dates as ISO text."""
    if value is None or value is pd.NaT or value is pd.NA:
        return None
    if isinstance(value, pd.Period):
        return str(value)
    if isinstance(value, (pd.Timestamp, date, np.datetime64)):
        return pd.Timestamp(value).strftime("%Y-%m-%d")
    if isinstance(value, (bool, np.bool_)):
        return bool(value)
    if isinstance(value, (int, np.integer)):
        return int(value)
    if isinstance(value, (float, np.floating)):
        return float(value) if math.isfinite(value) else None
    return str(value)


def number(value: float, how: Format) -> str:
    """Return ``value`` as it is written everywhere: 0.62 as "62%", 118.24 as "118.2"."""
    if how == "percent":
        return f"{_fixed(100 * value, 0)}%"
    if how == "points":
        return _signed(100 * value, 0) + (
            " point" if _fixed(abs(100 * value), 0) == "1" else " points"
        )
    if how == "change":
        return _signed(100 * value, 1) + "%"
    if how == "rate":
        return _fixed(value, 1)
    if how == "count":
        return _fixed(value, 0)
    if how == "decimal":
        return _fixed(value, 2)
    raise ValueError(f"{how!r} is not a way of writing a number")


def tick(value: float, how: Format) -> str:
    """Return an axis tick: as :func:`number`, without decimals that are all zero."""
    text = number(value, how)
    return text.removesuffix(".0") if how in {"rate", "decimal"} else text


def cell(value: Any, how: Format) -> str:
    """Return a table cell as text; a missing value is said, never left blank."""
    value = plain(value)
    if value is None:
        return MISSING if how != "text" else ""
    if how == "month":
        return month(value)
    return str(value) if how == "text" else number(value, how)


def interval(lower: float, upper: float, how: Format) -> str:
    """Return "57% to 67%"."""
    return f"{number(lower, how)} to {number(upper, how)}"


def month(value: Any) -> str:
    """Return "November 2025" for a date or ISO text."""
    return pd.Timestamp(value).strftime("%B %Y")


def _fixed(value: float, places: int) -> str:
    # Halves round away from zero, as readers expect, not to the even digit.
    scaled = math.floor(abs(value) * 10**places + 0.5 + 1e-9) / 10**places
    return f"{MINUS if value < 0 and scaled else ''}{scaled:,.{places}f}"


def _signed(value: float, places: int) -> str:
    text = _fixed(value, places)
    return text if text.startswith(MINUS) or float(text.replace(",", "")) == 0 else f"+{text}"
