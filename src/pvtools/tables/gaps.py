"""What an added file lacks, in plain words, and what that means for reports.

A file with gaps is taken all the same: other files may fill them. What stays absent is never
read as zero, so the figures that would rest on it are left out of reports, with the reason.
"""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from pvtools import areas, measures
from pvtools.tables import recorded_crime
from pvtools.tables.formats import BY_SOURCE
from pvtools.tables.harm_offences import GROUP_OF_OFFENCE
from pvtools.tables.lacking import lacking, listed, months_in_words
from pvtools.tables.releases import Rule, edge_months

_TWO_YEARS = 24


def gaps_in(frame: pd.DataFrame, source: str) -> tuple[str, ...]:
    """Return what a file lacks, a sentence each; nothing if it lacks nothing.

    Parameters
    ----------
    frame
        The tidy table of one file, as ``tables.read`` gives it.
    source
        The key of its source.
    """
    said: list[str] = []
    declared = BY_SOURCE[source]
    if rule := declared.rule:
        said += _strays(frame, rule)
        if rule.when != "year":
            said += _months(frame[rule.when], step=3 if rule.when == "quarter_end" else 1)
    if declared.every_borough:
        said += _boroughs(frame)
    if source == "mps_recorded_crime":
        said += _kinds(frame)
        said += _too_short(frame["month"])
    if source == "pas_borough":
        said += _questions(frame)
    if source == "harm_weights":
        said += _weights(frame)
    return tuple(said)


def _strays(frame: pd.DataFrame, rule: Rule) -> list[str]:
    if not rule.edges:
        return []
    edges = edge_months(frame, rule)
    if rule.count in frame and not frame[rule.count].fillna(0).any():
        return ["Every count in it is zero, so nothing of it is used."]
    name = "offence" if "offence" in rule.kinds else None
    return [
        f"{row.month:%B %Y} is incomplete{f' for {getattr(row, name)}' if name else ''}: "
        f"{row.n:,.0f} counted, {row.usual:,.0f} in the months next to it. It is left out, or "
        "taken from another file that holds it whole."
        for row in edges.drop_duplicates([*([name] if name else []), "month"]).itertuples()
    ]


def _months(days: pd.Series, *, step: int) -> list[str]:
    """Return the months, or quarters, that are absent between the first and the last."""
    held = pd.DatetimeIndex(days.dropna().dt.to_period("M").dt.to_timestamp().unique())
    if held.empty:
        return []
    absent = pd.date_range(held.min(), held.max(), freq=f"{step}MS").difference(held)
    if absent.empty:
        return []
    what = (
        f"No row for {months_in_words(absent)}"
        if step == 1
        else f"No quarter that ends in {listed([f'{month:%B %Y}' for month in absent])}"
    )
    return [f"{what}: a figure that needs it is left out unless another file holds it."]


def _boroughs(frame: pd.DataFrame) -> list[str]:
    held = set(frame["borough"].dropna())
    absent = [b.name for b in areas.boroughs() if b.name not in held]
    if not absent:
        return []
    return [
        f"No rows for {listed(absent)} ({len(absent)} of {len(areas.boroughs())} boroughs): "
        "what rests on them is left out of these boroughs' reports unless another file holds it."
    ]


def _kinds(frame: pd.DataFrame) -> list[str]:
    """Return the kinds of offence that some boroughs lack in some months, and others hold."""
    never = sorted(set(_known_groups()) - set(frame["offence_group"]))
    absent = lacking(frame)
    months = frame["month"].nunique()
    wide = frame.dropna(subset=["borough"])[["borough", "month"]].drop_duplicates()
    said = []
    if never:
        said.append(
            f"No rows of {listed(never, 12)} for any borough: its months bear no rate unless "
            "another file holds these."
        )
    for kind, part in absent.groupby("kind"):
        names = sorted(part["borough"].unique())
        when = sorted(part["month"].unique())
        span = "" if len(when) == months else f" in {months_in_words(map(pd.Timestamp, when))}"
        everywhere = len(names) == wide["borough"].nunique()
        whom = "for any borough" if everywhere else f"for {listed(names)}, which others have"
        said.append(
            f"No rows of {kind} {whom}{span}: no rate or change is given there, for it would be "
            "too low, unless another file holds them."
        )
    return [*said[:6], *([f"And {len(said) - 6} kinds more."] if len(said) > 6 else [])]


def _too_short(months: pd.Series) -> list[str]:
    n = months.nunique()
    if n >= _TWO_YEARS:
        return []
    return [
        f"It holds {n} month{'s' * (n != 1)}: reports need twelve in a row for a yearly rate and "
        f"{_TWO_YEARS} for a change in a year, from all files held together."
    ]


def _questions(frame: pd.DataFrame) -> list[str]:
    held = frame.dropna(subset=["proportion"])
    absent = [key for key in measures.QUESTIONS if key not in set(held["measure"])]
    labels = [f"“{measures.find(key).label.lower()}”" for key in absent]
    said = [f"No answers on {listed(labels, 8)}."] if absent else []
    last = held[held["quarter_end"] == held["quarter_end"].max()]
    if len(held) and areas.LONDON not in set(last["borough"]):
        said.append(
            "No share for London in the last quarter: none is worked out unless every borough is "
            "held, and boroughs cannot be set against it."
        )
    return said


def _weights(frame: pd.DataFrame) -> list[str]:
    said = []
    if not (frame["kind"] == "offence_group").any():
        said.append(
            "No weights of offence groups, since the file counts no offences: the figures that "
            "come with pvtools are of groups only, and cannot be weighed by it."
        )
    elif absent := sorted(set(_known_groups()) - set(frame["category"])):
        said.append(f"No weight for {listed(absent, 12)}: such offences add no harm.")
    return said


def _known_groups() -> Sequence[str]:
    return [g for g in set(GROUP_OF_OFFENCE.values()) if g not in recorded_crime.NATIONAL_GROUPS]
