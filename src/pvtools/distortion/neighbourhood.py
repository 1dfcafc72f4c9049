"""The study of London's plan of 2013 to 2016: seven neighbourhood crimes were to fall by a fifth.

Did cases leave a targeted crime and turn up next door? Did untargeted crime grow as targeted
crime fell? Did levels break when the plan began – and how often do they at dates when nothing
did? Recording itself was inspected in 2014, and put right: an innocent reason for much.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from pvtools import areas, estimates
from pvtools.distortion.grades import graded
from pvtools.errors import InputError
from pvtools.stats import breaks, composition, displacement, multiplicity

PLAN, END, INSPECTED = "2013-04", "2016-03", "2014-11"
FIRST = "2010-04"
#: What every estimate of the study is made of.
_STUDY = {"period": f"{FIRST} to {END}", "level": 0.95, "source": "mps_recorded_crime"}
_ALONE = 0.05
_FEWEST = 5.0  # cases a month below which a pair is not tested, let alone shown

#: The seven crimes of the plan, and the others that are set beside them: the publisher's
#: offences that each is made of, by the names of either schema.
SEVEN: dict[str, tuple[str, ...]] = {
    "violence with injury": ("Violence with injury",),
    "robbery": ("Robbery of personal property", "Robbery of business property"),
    "burglary": ("Domestic burglary", "Burglary business and community"),
    "theft of a motor vehicle": (
        "Theft or taking of a motor vehicle",
        "Theft or unauth taking of a motor veh",
    ),
    "theft from a motor vehicle": ("Theft from a motor vehicle", "Theft from a vehicle"),
    "theft from the person": ("Theft from person", "Theft from the person"),
    "vandalism": ("Criminal damage",),
}
OTHERS: dict[str, tuple[str, ...]] = {
    "violence without injury": ("Violence without injury",),
    "other theft": ("Other theft",),
    "bicycle theft": ("Bicycle theft",),
    "shoplifting": ("Shoplifting",),
    "interfering with a motor vehicle": ("Interfering with a motor vehicle",),
    "aggravated vehicle taking": ("Aggravated vehicle taking",),
}
_BELONGS = {offence: kind for kind, parts in (SEVEN | OTHERS).items() for offence in parts}
#: Where a targeted crime could be written down instead: a judgement.
NEIGHBOURS: tuple[tuple[str, str], ...] = (
    ("theft from the person", "other theft"),
    ("theft from the person", "robbery"),
    ("burglary", "vandalism"),
    ("burglary", "other theft"),
    ("violence with injury", "violence without injury"),
    ("theft from a motor vehicle", "interfering with a motor vehicle"),
    ("theft of a motor vehicle", "aggravated vehicle taking"),
)
_CONTROLS = ("bicycle theft", "shoplifting")


def lacks(recorded: pd.DataFrame, area: str | None = None) -> str:
    """Return what the study lacks, as a sentence; empty if it can be made.

    Parameters
    ----------
    recorded
        Tidy recorded-crime table.
    area
        A borough; or London, which needs every borough. By default whether it can be made at all.
    """
    old = _of_the_plan(recorded)
    months = pd.date_range(FIRST, END, freq="MS")
    if (held := old.month.nunique()) < len(months):
        return (
            f"The study of the plan needs recorded crime by offence from {FIRST} to {END}, "
            f"{len(months)} months; {held} are held. Add the publisher's historical file with: "
            "pvtools add FILE"
        )
    if area is None:
        return ""
    names = [b.name for b in areas.boroughs()] if area == areas.LONDON else [area]
    counts = old.assign(kind=old.offence.map(_BELONGS)).groupby(["borough", "kind"])
    every = pd.MultiIndex.from_product([names, SEVEN | OTHERS])
    months_held = counts.month.nunique().reindex(every, fill_value=0).unstack()
    absent = list(months_held.index[(months_held < len(months)).any(axis=1)])
    if absent:
        few = ", ".join(absent[:5]) + (" and others" if len(absent) > 5 else "")
        return f"The study of the plan needs every kind of crime in every month; not so for {few}."
    each = counts.offences.sum().reindex(every).unstack().astype(float).sum() / len(months)
    if not any(each[list(pair)].min() >= _FEWEST for pair in NEIGHBOURS):
        return f"No pair of crimes has {_FEWEST:.0f} cases a month of both in {area}."
    return ""


def kinds(recorded: pd.DataFrame) -> pd.DataFrame:
    """Return the seven crimes and those beside them by area and month, London's sum too.

    Parameters
    ----------
    recorded
        Tidy recorded-crime table by offence.

    Returns
    -------
    pandas.DataFrame
        ``area, month, category, count``, April 2010 to March 2016. A borough that lacks a crime
        in a month is left out, and London with it.

    Raises
    ------
    InputError
        Those months are not held, or not recorded by offence.
    """
    if why := lacks(recorded):
        raise InputError(why)
    old = _of_the_plan(recorded)
    rows = old.assign(category=old.offence.map(_BELONGS)).dropna(subset=["category"])
    own = rows.groupby(["borough", "month", "category"], as_index=False).offences.sum()
    cells = own.month.nunique() * own.category.nunique()
    full = own.groupby("borough").month.transform("size") == cells
    table = own[full]
    if full.all():  # a sum over some months or boroughs only would have steps of its own
        whole = own.groupby(["month", "category"], as_index=False).offences.sum()
        table = pd.concat([own, whole.assign(borough=areas.LONDON)], ignore_index=True)
    table = table.rename(columns={"borough": "area", "offences": "count"})
    return table.astype({"count": float})


def _of_the_plan(recorded: pd.DataFrame) -> pd.DataFrame:
    """Return the study's months in one way of counting: that with most, the later of equals."""
    rows = recorded[recorded.month.between(FIRST, END)].dropna(subset=["borough", "offence"])
    months = rows.groupby("schema").month.nunique().sort_index()
    return rows if rows.empty else rows[rows.schema == months[months == months.max()].index[-1]]


def reclassified(
    counts: pd.DataFrame, *, area: str | Sequence[str] | None = None, start: str = PLAN
) -> pd.DataFrame:
    """Return whether cases left a targeted crime and turned up next door, pair by pair.

    Parameters
    ----------
    counts
        What :func:`kinds` returns.
    area
        One area or several; all by default. All pairs given are tested together: to
        speak of one, test all and take its rows.
    start
        The month from which on; another one for a placebo.

    Returns
    -------
    pandas.DataFrame
        Estimate table of shares of the targeted crime's cases (``group``), a row an area and
        pair: ``target, neighbour``, the further columns of
        ``stats.composition.reclassification``, its grade and error rates, ``adjusted`` (p-value
        after Benjamini and Hochberg, over the pairs of all boroughs and over London's) and
        ``stands``. Pairs of fewer than five
        cases a month are left out.

    Raises
    ------
    UsageError
        An area that is not held.
    InputError
        A crime that is not held, a start with less than twelve months on a side, or no
        pair with cases enough.
    """
    named = [area] if isinstance(area, str) else area
    held = sorted(counts.area.unique())
    wanted = held if named is None else [areas.choose(one, held) for one in named]
    rows = []
    for one in wanted:
        wide = _wide(counts, one)
        mean = wide.mean().to_dict()
        pairs = [pair for pair in NEIGHBOURS if min(mean[kind] for kind in pair) >= _FEWEST]
        if pairs:
            found = composition.reclassifications(wide, pairs, start=start, controls=_CONTROLS)
            size = [sum(mean[kind] for kind in pair) for pair in pairs]
            rows.append(found.assign(area=one, size=size))
    if not rows:
        raise InputError(f"No pair of crimes has {_FEWEST:.0f} cases a month of both.")
    every = pd.concat(rows, ignore_index=True)
    table = graded(every.drop(columns="size"), "reclassification", n=every["size"])
    adjusted = table.p_value.groupby(table.area == areas.LONDON).transform(
        lambda p: multiplicity.benjamini_hochberg(p).adjusted
    )
    stands = (adjusted <= multiplicity.FALSE_DISCOVERIES) & (table.verdict == "matching rise")
    return estimates.table(
        table,
        measure="reclassification",
        quantity="share",
        group=table.target,
        adjusted=adjusted,
        stands=stands.to_numpy(),
        **_STUDY,
    )


def placebo_starts(
    counts: pd.DataFrame, *, area: str | Sequence[str] | None = None
) -> pd.DataFrame:
    """Return how often pairs look reclassified at dates when no plan began.

    Parameters
    ----------
    counts, area
        As for :func:`reclassified`.

    Returns
    -------
    pandas.DataFrame
        A row a start, every half year more than a year from the plan's and the inspection's and
        with a year on each side: ``start, pairs, fired`` (matching rises at one in a hundred),
        ``share``.
    """
    rows = []
    for day in _clear_of_the_plan():
        found = reclassified(counts, area=area, start=f"{day:%Y-%m}")
        fired = int((found.grade == "consistent with gaming").sum())
        rows.append((f"{day:%Y-%m}", len(found), fired, fired / len(found)))
    return pd.DataFrame(rows, columns=["start", "pairs", "fired", "share"])


def displaced(counts: pd.DataFrame, *, n_boot: int = 499, seed: int = 1) -> pd.DataFrame:
    """Return whether untargeted crime gained on the seven, at the plan's start and at placebos.

    Parameters
    ----------
    counts
        What :func:`kinds` returns.
    n_boot, seed
        Draws of the wild bootstrap, and their seed.

    Returns
    -------
    pandas.DataFrame
        Estimate table in log points, above zero where untargeted crime gained on targeted crime,
        a row a start, the plan's first: ``start, is_plan``, the further columns of
        ``stats.displacement.effort``, with ``change_others, change_seven`` in log points; and
        ``placebo_share``, how many of the placebo starts show as large a gain (a loss is none).

    Notes
    -----
    All boroughs came under the plan at once, so there are none to compare with: what pulled the
    two apart everywhere, such as a new way of recording violence, looks the same. The placebo
    starts say how often that happens without any plan.
    """
    local = counts[counts.area != areas.LONDON]
    starts = [PLAN, *(f"{day:%Y-%m}" for day in _clear_of_the_plan())]
    found = [
        displacement.effort(
            local,
            targeted=list(OTHERS),
            untargeted=list(SEVEN),
            area="area",
            start=start,
            n_boot=n_boot,
            seed=seed,
        ).assign(start=start, is_plan=start == PLAN)
        for start in starts
    ]
    table = pd.concat(found, ignore_index=True).rename(
        columns={"change_targeted": "change_others", "change_untargeted": "change_seven"}
    )
    as_much = (table.estimate[1:] >= max(table.estimate[0], 0.0)).mean()
    return estimates.table(
        table,
        measure="displacement",
        quantity="difference",
        area=areas.LONDON,
        placebo_share=as_much,
        **_STUDY,
    )


def steps(counts: pd.DataFrame, *, area: str = areas.LONDON) -> pd.DataFrame:
    """Return whether levels broke when the plan began and when recording was inspected.

    Parameters
    ----------
    counts
        What :func:`kinds` returns.
    area
        A borough, or London.

    Returns
    -------
    pandas.DataFrame
        Estimate table of steps (−0.1 is a tenth fewer), a row a crime (``group``) and date:
        ``category, start, p_value, adjusted, stands``; and on all rows alike ``placebos``, steps
        tried at dates when no plan began, and ``placebos_fired``, how many of them look clear
        when taken alone (p below 0.05).

    Raises
    ------
    InputError
        An area or crime that is not held, or no crime that has cases in every month.
    """
    wide = _wide(counts, area)
    table = pd.DataFrame(_steps(wide, (PLAN, INSPECTED)))
    adjusted = multiplicity.benjamini_hochberg(table.p_value).adjusted
    elsewhen = pd.DataFrame(_steps(wide, [f"{day:%Y-%m}" for day in _clear_of_the_plan()]))
    return estimates.table(
        table,
        measure="offences",
        quantity="change",
        area=area,
        group=table.category,
        adjusted=adjusted,
        stands=(adjusted <= multiplicity.FALSE_DISCOVERIES).to_numpy(),
        placebos=len(elsewhen),
        placebos_fired=int((elsewhen.p_value < _ALONE).sum()),
        **_STUDY,
    )


def shifts(counts: pd.DataFrame, *, area: str = areas.LONDON, seed: int = 1) -> pd.DataFrame:
    """Return whether levels shifted at dates that nobody named, crime by crime.

    Parameters
    ----------
    counts
        What :func:`kinds` returns.
    area
        A borough, or London.
    seed
        Seed of the bootstrap.

    Returns
    -------
    pandas.DataFrame
        A row a crime and shift, and one where none is found: ``category, found`` (whether there
        is one), ``start`` (first month of the new level), ``lower, upper`` (of that date),
        ``change`` (as a share), ``p_value, rho, caveat``. Logarithms, less what is usual for the
        month of the year.

    Raises
    ------
    InputError
        An area or crime that is not held, or no crime that has cases in every month.
    """
    wide = _wide(counts, area)
    parts = []
    for category in _every_month(wide):
        logs = np.log(wide[category])
        steady = logs - logs.groupby(logs.index.month).transform("mean") + logs.mean()
        found = breaks.change_points(steady, n_boot=199, seed=seed)
        parts.append(found.assign(category=category, change=np.expm1(found["shift"])))
    table = pd.concat(parts, ignore_index=True)
    return table.assign(area=area, found=table["break"] > 0)


def _steps(wide: pd.DataFrame, starts: Sequence[str]) -> list[dict[str, object]]:
    """Return the step of each crime at each start, in logarithms, seasons taken out."""
    rows = []
    for category in _every_month(wide):
        for start in starts:
            found = breaks.interrupted_series(np.log(wide[category]), start=start, season=12)
            step = found[found.term == "step"].iloc[0]
            rows.append(
                {
                    "category": category,
                    "start": start,
                    **{end: np.expm1(step[end]) for end in ("estimate", "lower", "upper")},
                    **{name: step[name] for name in ("p_value", "rho", "n", "method", "caveat")},
                }
            )
    return rows


def _clear_of_the_plan() -> list[pd.Timestamp]:
    """Return starts half a year apart, a year on each side, at which nothing is known to happen.

    More than a year from the plan's start and from the inspection: few are left, which is honest.
    """
    begin = pd.Timestamp(FIRST) + pd.DateOffset(months=12)
    end = pd.Timestamp(END) - pd.DateOffset(months=11)
    known = [pd.Timestamp(month) for month in (PLAN, INSPECTED)]
    every = pd.date_range(begin, end, freq="6MS")
    return [day for day in every if all(abs((day - then).days) > 365 for then in known)]


def _every_month(wide: pd.DataFrame) -> list[str]:
    """Return the crimes with cases in every month: zero has no logarithm."""
    if found := [kind for kind in (*SEVEN, *OTHERS) if wide[kind].min() > 0]:
        return found
    raise InputError("Every crime had a month without any case: too rare here for steps or shifts.")


def _wide(counts: pd.DataFrame, area: str) -> pd.DataFrame:
    every = [*SEVEN, *OTHERS]
    if absent := sorted(set(every) - set(counts.category.unique())):
        raise InputError(f"No counts are held of {', '.join(absent)}.")
    own = counts[counts.area == area]
    if own.empty:
        raise InputError(f"No counts are held for {area!r}.")
    wide = own.pivot(index="month", columns="category", values="count")
    return wide.reindex(columns=every, fill_value=0.0)  # held elsewhere only: none here
