"""How grave an offence is taken to be: weights by offence, and what they mean for offence groups.

Two layouts: the Cambridge Crime Harm Index by offence subgroup of the Home Office, and a table
of the user's own, with the columns ``offence`` (or ``offence_group``), ``weight``, ``version``
and perhaps ``count``. Figures by offence group alone are weighed by the mean of what is
in the group, as often as each is recorded; without counts there is no such mean.
"""

from __future__ import annotations

import re

import numpy as np
import pandas as pd

from pvtools.tables import cells
from pvtools.tables.declared import Contract, Contracts, Declared, Layout
from pvtools.tables.harm_offences import (
    GROUP_OF_OFFENCE,
    GROUP_OF_SUBGROUP,
    RENAMED,
    SUBGROUPS,
)
from pvtools.tables.offence_names import letters
from pvtools.tables.releases import Rule
from pvtools.tables.sheets import Sheet

COLUMNS = ("version", "year", "kind", "category", "weight", "source")
COUNTS = r"national_count_([0-9]{4})_([0-9]{2})"
#: The version that comes with pvtools.
SHIPPED = "ONS Crime Severity Score 2019–20, London's mix 2017–19"
_INDEX = "Cambridge Crime Harm Index"


def tidy(sheet: Sheet) -> pd.DataFrame:
    """Return the weight of each offence and offence group, from a file in either layout.

    Returns
    -------
    pandas.DataFrame
        ``version``, ``year`` (the last year in the version's name), ``kind`` (``"offence"`` or
        ``"offence_group"``), ``category`` (named as recorded crime names it), ``weight``,
        ``source``.

    Raises
    ------
    DataError
        Everything wrong with the file, at once.
    """
    return _index(sheet) if sheet.place("prcsubgroup") is not None else _own(sheet)


def shipped(minor: pd.DataFrame) -> pd.DataFrame:
    """Return the weights that come with pvtools, in the same columns as :func:`tidy`.

    An offence of the older schema has the weight of the offence that it became, or is part of.

    Parameters
    ----------
    minor
        The published table ``severity_by_minor``.
    """
    weights = minor.assign(
        version=SHIPPED,
        part=minor["offence"],
        group=minor["offence_group"],
        count=minor["offences_2017_18"] + minor["offences_2018_19"],
        source=f"{SHIPPED}, " + minor["offence"],
    )
    today = set(minor["offence"])
    names: dict[str, list[str]] = {}  # today's offence: itself, and those that became it
    for subgroup in SUBGROUPS.values():
        now = [name for name in subgroup if name in today]
        for name in subgroup if now else ():
            names.setdefault(name if name in now else RENAMED.get(name, now[0]), []).append(name)
    offences = weights.assign(category=weights["part"].map(names)).explode("category")
    once = weights.drop_duplicates("offence_codes")  # all residential burglary has the same codes
    means = _group_means(once, "in London in 2017/18 and 2018/19")
    return _frame(offence=offences.dropna(subset=["category"]), offence_group=means)


def _index(sheet: Sheet) -> pd.DataFrame:
    subgroup = cells.among(
        sheet,
        sheet.place("prcsubgroup"),
        tuple(SUBGROUPS),
        lambda text: "an offence subgroup of the Home Office" + cells.nearest(text, SUBGROUPS),
        fold=letters,
    )
    weight = cells.amounts(sheet, sheet.place("cchidays"), "days")
    title = next(name for name in sheet.columns if re.fullmatch(COUNTS, name))
    count = cells.counts(sheet, sheet.columns.index(title))
    years = "/".join(re.fullmatch(COUNTS, title).groups())
    cells.unique_keys(sheet, [subgroup], "offence subgroup")
    sheet.faults.refuse()
    weights = pd.DataFrame({"part": subgroup, "weight": weight, "count": count}).assign(
        version=f"{_INDEX}, national counts {years}"
    )
    weights["group"] = weights["part"].map(GROUP_OF_SUBGROUP)
    weights["source"] = f"{_INDEX}, subgroup " + weights["part"]
    offences = weights.assign(category=weights["part"].map(SUBGROUPS)).explode("category")
    means = _group_means(weights, f"in England and Wales in {years}")
    return _frame(offence=offences, offence_group=means)


def _own(sheet: Sheet) -> pd.DataFrame:
    offence, group = sheet.place("offence"), sheet.place("offencegroup")
    if offence is not None and group is not None:
        sheet.faults.add("columns offence and offence_group", "one of them in one file", row=1)
        sheet.faults.refuse()
    category = cells.names(sheet, group if offence is None else offence)
    weight = cells.amounts(sheet, sheet.place("weight"), "harm")
    version = cells.parsed(
        sheet, sheet.place("version"), _version, "a name with a year, such as Own weights 2024"
    )
    place = sheet.place("count")
    count = np.zeros(len(weight)) if place is None else cells.counts(sheet, place)
    cells.unique_keys(sheet, [version, category], "version and offence")
    sheet.faults.refuse()
    weights = pd.DataFrame({"version": version, "category": category, "weight": weight})
    weights = weights.assign(source=weights["version"], count=count)
    if offence is None:
        return _frame(offence_group=weights)
    weights = weights.assign(
        part=weights["category"], group=weights["category"].map(GROUP_OF_OFFENCE)
    )
    return _frame(offence=weights, offence_group=_group_means(weights, "by the file's counts"))


def _version(text: str) -> str | None:
    return re.sub(r"\s+", " ", text) if _year(text) else None


def _year(version: str) -> int:
    """Return the last year in a version's name, or 0 where there is none."""
    return int((re.findall(r"(?<![0-9])(?:19|20)[0-9]{2}(?![0-9])", version) or ["0"])[-1])


def _group_means(weights: pd.DataFrame, counted: str) -> pd.DataFrame:
    """Return the mean weight of each group's parts, each as often as it was recorded."""
    weights = weights[weights["count"] > 0].dropna(subset=["group"])
    rows = [
        (
            version,
            group,
            np.average(part["weight"], weights=part["count"]),
            f"mean of {', '.join(part['part'])}, each as often as recorded {counted}: "
            "right for a borough only where its mix is the same",
        )
        for (version, group), part in weights.groupby(["version", "group"], sort=False)
    ]
    return pd.DataFrame(rows, columns=["version", "category", "weight", "source"])


def _frame(**kinds: pd.DataFrame) -> pd.DataFrame:
    frame = pd.concat([part.assign(kind=kind) for kind, part in kinds.items()], ignore_index=True)
    frame = frame.assign(year=frame["version"].map(_year).astype("int64"))[list(COLUMNS)]
    texts = dict.fromkeys(["version", "kind", "category", "source"], "str")
    return frame.astype(texts | {"weight": float})


# what is declared of it --------------------------------------------------------------------------


def _contract(contracts: Contracts) -> Contract:
    return contracts.table(
        {
            "version": contracts.text(),
            "year": contracts.years(1900, 2099),
            "kind": contracts.text(["offence", "offence_group"]),
            "category": contracts.text(),
            "weight": contracts.numbers(contracts.Check.ge(0)),
            "source": contracts.text(),
        },
        contracts.once("version", "kind", "category"),
    )


DECLARED = (
    Declared(
        key="harm_weights",
        layouts=(
            Layout(
                "the Cambridge Crime Harm Index by offence subgroup",
                ("category", "prc_subgroup", "cchi_days"),
                then=COUNTS,
                then_words="counts such as national_count_2024_25",
            ),
            Layout("harm weights by offence", (("offence", "offence_group"), "weight", "version")),
        ),
        tidy=tidy,
        contract=_contract,
        # a version is what its name says in every file, so the file that weighs most counts
        rule=Rule(when="year", cell=("version",), fullest=True, edges=False),
        gains=(
            "How serious the recorded offences are, beside how many they are; read with "
            "tables.load_harm_weights()."
        ),
        cannot_bear=(
            "A weight is a judgement: the days of the sentence a court would start from, not "
            "what a victim suffers.",
            "The makers of the index leave out offences that officers find by looking for "
            "them, such as drugs and weapons; here they are weighed, and more looking makes "
            "more harm.",
            "One weight for a whole subgroup, the median, hides what differs within it.",
            "The file does not say which edition of the index it holds; the version is named "
            "by its counts.",
            "Which of the force's offences belong to which subgroup is this project's "
            "judgement: tables/harm_offences.py.",
            "The weight of an offence group is a mean at the national mix of offences; where a "
            "borough's mix is another, so is its harm.",
            "A few offences carry most of a score, so it moves with chance; two scores with "
            "different weights are in different units.",
        ),
    ),
)
