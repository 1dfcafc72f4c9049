"""The ends of a long table: a figure of some hundred rows could not be read."""

from __future__ import annotations

import pandas as pd

_EACH = 20


def ends(rows: pd.DataFrame) -> tuple[pd.DataFrame, str]:
    """Return the rows that a figure shows, and a sentence where they are not all."""
    if len(rows) <= 2 * _EACH:
        return rows, ""
    shown = pd.concat([rows.head(_EACH), rows.tail(_EACH)])
    return shown, (
        f"The figure shows the first and the last {_EACH} of {len(rows):,}; the table has them all."
    )
