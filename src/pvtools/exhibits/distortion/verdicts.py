"""Exhibits of verdicts: what detectors made of it, how often they are wrong, what else fits."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from pvtools import figures, words
from pvtools.distortion.detectors import DETECTORS, LEVEL
from pvtools.exhibits import maker
from pvtools.exhibits.pieces import Column, Exhibit, Ledger


def rates_said(result: pd.Series) -> str:
    """Return how often a detector is wrong at about this sample size, as a sentence."""
    counts = DETECTORS[result.detector].counts
    return (
        f"In simulation, at about {words.number(result.rates_n, 'count')} {counts}, it "
        f"{wrong(result)}."
    )


def wrong(result: pd.Series) -> str:
    """Return "raises a false alarm in 2 of 100 cases, and finds 91 of 100 in which …"."""
    alarms, found = (
        words.number(100 * rate, "count") for rate in (result.false_positive_rate, result.power)
    )
    seldom = "fewer than 1" if result.false_positive_rate < 0.01 else alarms
    return (
        f"raises a false alarm in {seldom} of 100 cases, and finds {found} of 100 in which "
        f"{result.effect}"
    )


def _seldom(rate: float) -> str:
    return "under 1%" if rate < 0.01 else words.number(rate, "percent")


def verdicts(
    results: pd.DataFrame, *, title: str, note: str = "", synthetic: bool = False
) -> Ledger:
    """Return what every detector made of some records, in two grades, as a table.

    ``results`` is what ``distortion.organisation`` or ``distortion.times`` returns; ``synthetic``
    says that the records are made up.
    """
    rows = results.assign(
        asks=[DETECTORS[key].asks for key in results.detector],
        innocent=[DETECTORS[key].innocent for key in results.detector],
        wrong=[words.sentence(wrong(row)) for _, row in results.iterrows()],
    )
    return Ledger(
        key="distortion-verdicts",
        title=title,
        table=rows,
        columns=[
            Column("asks", "Question"),
            Column("grade", "Answer"),
            Column("wrong", "How often it is wrong"),
            Column("innocent", "What else looks so"),
        ],
        note=note
        or (
            "“Consistent with gaming” is no finding of gaming: it says that chance alone would do "
            f"as much in at most {words.number(LEVEL, 'percent')} of cases. “No sign of it” is no "
            "acquittal: see how often it finds what is there."
        ),
        synthetic=synthetic,
    )


def casebook(cells: pd.DataFrame, *, runs: int) -> Exhibit:
    """Return the exhibit of which detector notices which case, and whether it should.

    ``cells`` has ``title`` (of the case), ``detector``, ``fires`` (share of runs) and
    ``expected``.
    """
    rows = cells.assign(called=[DETECTORS[key].title for key in cells.detector])
    right = int(
        (
            ((rows.expected == "fires") & (rows.fires >= 0.5))
            | ((rows.expected == "silent") & (rows.fires < 0.5))
        ).sum()
    )
    least = rows[rows.expected == "fires"].fires.min()
    most = rows[rows.expected == "silent"].fires.max()
    return maker.exhibit(
        "distortion-casebook",
        rows,
        lambda ax: figures.matrix(
            rows, row="title", column="called", share="fires", expected="expected", ax=ax
        ),
        headline=(
            f"{words.count(rows.title.nunique()).capitalize()} cases, "
            f"{words.count(rows.detector.nunique())} detectors: {right} of {len(rows)} cells are "
            "as they should be"
        ),
        subtitle=f"Share of {runs} made-up organisations in which each detector fires, by case",
        alt=(
            f"Matrix of {rows.title.nunique()} cases by {rows.detector.nunique()} detectors. Where "
            f"a detector should notice, it does in {words.number(least, 'percent')} of runs or "
            f"more; where it should be silent, it fires in {words.number(most, 'percent')} or "
            "fewer."
        ),
        height=0.9 + 0.36 * rows.title.nunique(),
        also={
            "title": "Case",
            "called": "Detector",
            "fires": ("Fires", "percent"),
            "expected": "Should be",
        },
        synthetic=True,
        source="SYNTHETIC organisations made by pvtools; the cases: see the table of sources",
        vintage="Nothing observed enters this figure",
        caveats=(
            "What the dials are set to is made up: a milder bend is noticed less often. A cell "
            "counts as right if the detector fires in at least half the runs where it should, and "
            "in fewer where it should not.",
        ),
    )


def cases(table: pd.DataFrame) -> Ledger:
    """Return the casebook's stories with their sources, as a table."""
    return Ledger(
        key="distortion-cases",
        title="What targets are said to have done",
        table=table,
        columns=[
            Column("title", "Case"),
            Column("told", "What is told"),
            Column("form", "Goodhart's law"),
            Column("source", "Told by"),
        ],
        note="The stories are told by others; the numbers by which they are imitated are made up.",
    )


def errors(rates: pd.DataFrame) -> Ledger:
    """Return how often each detector is wrong, by sample size, as a table.

    ``rates`` is what ``distortion.error_rates`` returns.
    """
    rows = rates.assign(
        called=[DETECTORS[key].title for key in rates.detector],
        counts=[DETECTORS[key].counts for key in rates.detector],
        wrongly=[_seldom(rate) for rate in rates.false_positive_rate],
    )
    return Ledger(
        key="distortion-errors",
        title="How often are we wrong?",
        table=rows,
        columns=[
            Column("called", "Detector"),
            Column("n", "Size", "count"),
            Column("counts", "of what"),
            Column("wrongly", "False alarms"),
            Column("power", "Finds", "percent"),
            Column("effect", "of those in which"),
        ],
        note=(
            "Measured in simulation at the level detectors are read at: chance of one in a hundred."
        ),
    )


def power(rates: pd.DataFrame) -> Exhibit:
    """Return the exhibit of how much more a larger sample lets each detector notice.

    ``rates`` is what ``distortion.error_rates`` returns.
    """
    rows = rates[rates.detector != "rounding"].assign(
        called=lambda t: [DETECTORS[key].title for key in t.detector],
        size=lambda t: t.groupby("detector").n.rank(method="dense"),
    )
    small, large = (
        rows.loc[rows.groupby("detector").n.agg(how)].set_index("called").power
        for how in ("idxmin", "idxmax")
    )
    told = words.listing(
        [
            f"{name.lower()} from {words.number(small[name], 'percent')} to "
            f"{words.number(large[name], 'percent')}"
            for name in small.index
        ]
    )
    worst = rows.false_positive_rate.max()
    sizes: Mapping[float, str] = {1.0: "smallest", 2.0: "middle", 3.0: "largest"}
    shown = rows.assign(
        estimate=rows.power,
        lower=rows.power_lower,
        upper=rows.power_upper,
        kind=rows["size"].map(sizes),
    )
    return maker.exhibit(
        "distortion-power",
        rows,
        lambda ax: figures.side_by_side(
                shown, label="called", kind="kind",
                kinds={text: f"{text} sample" for text in sizes.values()}, how="percent", ax=ax,
            ),
        headline=(
            "Small samples notice little: a silent detector says more the more it had to look at"
        ),
        subtitle=(
            "Share of bent records in which each detector fires, by sample size, with 95% interval"
        ),
        alt=(
            f"Dot plot of how often each detector notices a bent record, from the smallest to the "
            f"largest sample tried: {told}. Where nothing is bent, it fires in at most "
            f"{words.number(worst, 'percent')} of samples."
        ),
        height=2.5,
        also={
'called': 'Detector',
'n': ('Size', 'count'),
'power': ('Notices', 'percent'),
'power_lower': ('Lower', 'percent'),
'power_upper': ('Upper', 'percent'),
'effect': 'where',
},
        synthetic=True,
        source="SYNTHETIC records made by pvtools",
        vintage="Nothing observed enters this figure",
        caveats=("How much is bent stands in the table: a milder bend is noticed less often.",),
    )  # fmt: skip
