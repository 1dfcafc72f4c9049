"""How a survey was drawn, period by period, and where its series may break."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from pvtools.errors import UsageError


@dataclass(frozen=True, slots=True)
class Design:
    """How a survey was drawn: what an interval for a share without a base rests on.

    It is stated for the interviews from ``first`` to ``last``, or without a date where these are
    empty; ``stated`` says by whom. ``caveats`` say what is not known of a period asked for.
    """

    interviews_per_quarter: int
    quarters_pooled: int
    n: int
    design_effect: float
    design_effect_basis: str
    first: str = ""
    last: str = ""
    stated: str = ""
    caveats: tuple[str, ...] = ()

    @property
    def years(self) -> str:
        """Return the years it is stated for, "2015 to 2022"; nothing where none are said."""
        return f"{self.first[:4]} to {self.last[:4]}" if self.first else ""


@dataclass(frozen=True, slots=True)
class Break:
    """A period in which a series may have changed its meaning, and the sentence that says why."""

    period: str
    sentence: str


def of(designs: Sequence[Design], period: str) -> Design:
    """Return the design of a period, or the nearest in time with a caveat that says so.

    Where no design has dates, the first holds for every period. A design without dates beside
    others is used for no period, since nobody knows from when it holds; the caveats of later
    periods say what it states.
    """
    month = _months(period)[1]
    dated = [design for design in designs if design.first]
    if not dated:
        return designs[0]
    nearest = min(dated, key=lambda design: _away(design, month))
    if not _away(nearest, month):
        return nearest
    caveat = (
        f"How the survey was drawn in {period} is not stated; the design of {nearest.first} to "
        f"{nearest.last} is used, {nearest.n:,} interviews."
    )
    later = month > _months(nearest.last)[1]
    undated = [design.stated for design in designs if later and not design.first]
    return replace(nearest, caveats=(caveat, *undated))


def crossed(breaks: Sequence[Break], earlier: str, later: str) -> tuple[str, ...]:
    """Return the sentences of the breaks that lie between two periods, or in one of them."""
    first, last = sorted([_months(earlier), _months(later)])
    return tuple(
        one.sentence
        for one in breaks
        if _months(one.period)[1] >= first[0] and _months(one.period)[0] <= last[1]
    )


def _away(design: Design, month: int) -> int:
    """Return how many months lie between a month and those that a design is stated for."""
    return max(_months(design.first)[0] - month, month - _months(design.last)[1], 0)


def _months(period: str) -> tuple[int, int]:
    """Return the first and last month of ``2020``, ``2020-06`` or ``year to 2020-06``, counted."""
    found = re.fullmatch(r"(?:(?:year|quarter) to )?([0-9]{4})(?:-(0[1-9]|1[0-2]))?", str(period))
    if not found:
        raise UsageError(
            f"Unknown period {str(period)!r}. A period is a year or a month, such as '2022' or "
            "'2022-12', or 'year to 2022-12'."
        )
    year, month = int(found[1]) * 12, found[2]
    return (year + int(month), year + int(month)) if month else (year + 1, year + 12)
