"""The exhibit of what national surveys found on trust in those who govern."""

from __future__ import annotations

import pandas as pd

from pvtools import figures, words
from pvtools.exhibits import maker
from pvtools.exhibits.captions import caveats_of, lowered
from pvtools.exhibits.pieces import Exhibit
from pvtools.sources import Source


def national_trust(table: pd.DataFrame, *, source: Source) -> Exhibit:
    """Return the exhibit of what national surveys found on trust in those who govern.

    ``table`` is what ``safety_index.national_trust`` returns; its first question stands in the
    headline.
    """
    main = table[table.group == table.group.iloc[0]]
    first, last = main.iloc[0], main.iloc[-1]
    rows = table.assign(name=table.group + ", " + table.year.astype(str))
    twice = rows.duplicated("name", keep=False)
    rows.loc[twice, "name"] += rows[twice].edition.str.replace("British Social Attitudes", " ed.")
    each = [
        f"{lowered(question)}: "
        + ", ".join(f"{_share(row)} in {row.year}" for row in own.itertuples())
        for question, own in table.groupby("group", sort=False)
    ]
    return maker.exhibit(
        "safety-national",
        table,
        lambda ax: figures.forest(
            rows,
            label="name",
            how="percent",
            reference=0,
            marked=rows.name[: len(main)].tolist(),
            ax=ax,
        ),
        headline=(
            f"{_share(first)} in {first.year} and {_share(last)} in {last.year} said that "
            f"governments put the {lowered(first.group)}"
        ),
        subtitle=(
            "Share of people asked in national surveys, Great Britain, years for which a figure "
            "was found; no intervals, for how many were asked is not known"
        ),
        alt=f"Dot plot without intervals. {'. '.join(each)}.",
        height=0.5 + 0.25 * len(rows),
        called={"group": "Question"},
        also={"edition": "What is known of the figure"},
        source=source,
        vintage=f"{table.year.min()} to {table.year.max()}",
        caveats=[
            "It can show how far answers about those who govern had moved in the whole country, "
            "most of it before the years of the index. It cannot show whether London's police are "
            "trusted less, nor why: it is neither of London nor of the police.",
            *_editions(table),
            *caveats_of(table),
        ],
    )


def _share(row: pd.Series) -> str:
    return words.number(row.estimate, "percent")


def _editions(table: pd.DataFrame) -> list[str]:
    """Return which years are given differently, as sentences."""
    return [
        f"Editions differ on {year}: "
        + words.listing([f"{_share(row)} ({row.edition})" for row in own.itertuples()])
        + "."
        for (_, year), own in table[table.editions > 1].groupby(["group", "year"], sort=False)
    ]
