"""Exhibits of an indicator and what it stands for, before and after it became a target."""

from __future__ import annotations

import pandas as pd

from pvtools import figures, words
from pvtools.exhibits import maker
from pvtools.exhibits.pieces import Exhibit

_SYNTHETIC = "SYNTHETIC organisation made by pvtools"


def indicator(monthly: pd.DataFrame, result: pd.Series, *, start: pd.Timestamp) -> Exhibit:
    """Return the exhibit of a made-up organisation's indicator and outcome, month by month.

    ``monthly`` has ``month, indicator, outcome``; ``result`` is the graded row of
    ``stats.decoupling.discrepancy``.
    """
    when = words.month(start)
    first, last = monthly.iloc[0], monthly.iloc[-1]
    apart = last.indicator - last.outcome
    return maker.exhibit(
        "distortion-indicator",
        monthly,
        lambda ax: figures.parting(monthly, start=start, ax=ax),
        headline=(
            f"Indicator and outcome part after the target of {when}: {result.grade}"
            if result.grade.startswith("consistent")
            else f"No sign that indicator and outcome part after the target of {when}"
        ),
        subtitle=(
            f"What is reported and what those served say, {words.month(first.month)} to "
            f"{words.month(last.month)}, in arbitrary units"
        ),
        alt=(
            f"Line chart of an indicator and an outcome by month, with the target announced in "
            f"{when}. In the last month they are {words.number(apart, 'decimal')} units apart. "
            f"{words.sentence(result.grade)}"
        ),
        height=2.4,
        also={
            "month": ("Month", "month"),
            "indicator": ("Indicator", "decimal"),
            "outcome": ("Outcome", "decimal"),
        },
        synthetic=True,
        source=_SYNTHETIC,
        vintage="Nothing observed enters this figure",
        caveats=[result.caveat] if result.caveat else [],
    )


def forms(promised: pd.DataFrame, described: dict[str, str]) -> Exhibit:
    """Return the exhibit of what an indicator promised and what the value came to, in four forms.

    ``promised`` is what ``synthetic.promised`` returns; ``described`` says what each form is.
    """
    rows = promised.assign(called=promised.form.str.capitalize())
    wide = promised.pivot(index="form", columns="kind", values="estimate")
    lost = wide.promised - wide.delivered
    said = words.listing(
        [f"{form} {words.number(lost[form], 'decimal')}" for form in described if form in lost]
    )
    return maker.exhibit(
        "distortion-forms",
        rows.assign(what=rows.form.map(described)),
        lambda ax: figures.side_by_side(
                rows, label="called", kind="kind",
                kinds={"promised": "promised by the indicator", "delivered": "delivered"},
                how="decimal", reference=0, ax=ax,
            ),
        headline="In each of four ways, less comes of a target than its indicator promises",
        subtitle=(
            "What the indicator lets one expect of the value and what the value is, in standard "
            "deviations, with 95% interval"
        ),
        alt=(
            "Dot plot of four forms of Goodhart's law, each with what was promised and what was "
            f"delivered. The shortfall, in standard deviations: {said}."
        ),
        height=2.1,
        also={
'called': 'Form',
'what': 'What happens',
'kind': 'Kind',
'estimate': ('Standard deviations', 'decimal'),
'lower': ('Lower', 'decimal'),
'upper': ('Upper', 'decimal'),
},
        synthetic=True,
        source="SYNTHETIC units made by pvtools, after Manheim and Garrabrant (2018)",
        vintage="Nothing observed enters this figure",
        caveats=(
            "Before the target all four look the same: indicator and value correlate by 0.7.",
        ),
    )  # fmt: skip
