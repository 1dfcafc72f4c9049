"""More thorough and intimate searches by the Metropolitan Police, one row each.

The publisher's yearly sheets were put one below the other as they are: headers misspelt in
several ways, so that one answer lies in several columns, and codes that changed with the year.
"""

from __future__ import annotations

import re

import numpy as np
import pandas as pd

from pvtools import areas
from pvtools.tables import cells
from pvtools.tables.declared import Contract, Contracts, Declared, Layout
from pvtools.tables.releases import Rule
from pvtools.tables.sheets import Sheet, fold, shown

COLUMNS = (
    *("date", "borough", "bcu", "age_group", "sex", "ethnicity", "reason"),
    *("appropriate_adult", "positive_outcome", "caveat"),
)

AGES = {"18 or over": "18 or over", "18 or older": "18 or over", "under 18": "Under 18"}
SEXES = {"f": "Female", "female": "Female", "m": "Male", "male": "Male"}
ETHNICITIES = {name.casefold(): name for name in ("Asian", "Black", "Other", "White")}
#: What is searched for; the publisher's letter in front is left out, and wordings are made one.
REASONS = {
    "drugs (s.23 drugs misuse act)": "Drugs (s.23 Misuse of Drugs Act)",
    "drugs (s.23 misuse of drugs act)": "Drugs (s.23 Misuse of Drugs Act)",
    "weapons, point & blades (s.1 pace, s.139 cj act)": (
        "Weapons, points and blades (s.1 PACE, s.139 CJ Act)"
    ),
    "s.60 cjpo weapons": "Weapons (s.60 CJPO Act)",
    "firearms (s.47 firearms act)": "Firearms (s.47 Firearms Act)",
    "all other searches": "All other searches",
}
_UNKNOWN = {*cells.MISSING, "not recorded", "recorded as 0 or not known", "unknown", "u", "#n/a"}
_UNDOCUMENTED = "v"
_NONE = ("not applicable", "")


def tidy(sheet: Sheet) -> pd.DataFrame:
    """Return the searches, one row each, with one wording for each answer.

    Returns
    -------
    pandas.DataFrame
        Columns :data:`COLUMNS`. What was not recorded is missing; so is ``borough`` at airports
        and of other forces, and ``appropriate_adult`` where the publisher leaves it blank, as it
        mostly does for adults. ``positive_outcome`` is joined from every column of that meaning.

    Raises
    ------
    DataError
        Everything wrong with the file, at once; also where columns of one meaning contradict
        each other, and where a Basic Command Unit is not the borough's.
    """
    date = cells.days(sheet, sheet.place("stopdate"))
    borough, bcu = _places(sheet)
    age = _coded(sheet, "agegroup", AGES)
    sex = _coded(sheet, "sex", SEXES, also=(_UNDOCUMENTED,))
    ethnicity = _coded(sheet, "ethnicappearance", ETHNICITIES)
    reason = _coded(sheet, "stopreason", REASONS, before=r"^[A-Z] ")
    outcomes = [n for n in sheet.folded if "outcome" in n and "reason" not in n]
    positive = _joined(sheet, outcomes)
    adult = _joined(sheet, [n for n in sheet.folded if "adult" in n])
    sheet.faults.refuse()
    caveat = {
        "the reason given for the outcome says otherwise": _otherwise(sheet, positive),
        "the publisher's code of sex, V, is not documented": sex == _UNDOCUMENTED,
    }
    texts = {"borough": borough, "bcu": bcu, "age_group": age, "ethnicity": ethnicity}
    texts |= {"sex": np.where(sex == _UNDOCUMENTED, "", sex), "reason": reason}
    return cells.named(texts).assign(
        date=date,
        caveat=pd.Series(cells.sentences(caveat), dtype="str"),
        positive_outcome=pd.array(positive, dtype="boolean"),
        appropriate_adult=pd.array(adult, dtype="boolean"),
    )[list(COLUMNS)]


def _coded(
    sheet: Sheet,
    column: str,
    codes: dict[str, str],
    *,
    before: str = "",
    also: tuple[str, ...] = (),
) -> np.ndarray:
    """Return a column of codes in one wording; what was not recorded is blank here."""

    def parse(text: str) -> str | None:
        plain = re.sub(before, "", text).casefold()
        if plain in also:
            return plain
        return "" if plain in _UNKNOWN else codes.get(plain)

    def allowed(text: str) -> str:
        return " or ".join(dict.fromkeys(codes.values())) + cells.nearest(text, codes.values())

    return cells.parsed(sheet, sheet.place(column), parse, allowed)


def _joined(sheet: Sheet, columns: list[str]) -> np.ndarray:
    """Return True, False or None from several columns of one meaning, at most one filled a row."""
    joined = np.full(len(sheet.rows), None, dtype=object)
    for column in columns:
        place = sheet.place(column)
        given = cells.parsed(
            sheet,
            place,
            lambda text: "" if text.casefold() in _UNKNOWN else cells.ANSWERS.get(text.casefold()),
            "Yes or No, Y or N, or blank",
        )
        answered = np.array([isinstance(value, bool) for value in given])
        before = np.array([value is not None for value in joined])
        for number in np.flatnonzero(answered & before & (given != joined)):
            sheet.fault(
                f"{shown(sheet.cells[place][number])}, where another column of the same meaning "
                "says the opposite",
                f"one answer in {', '.join(repr(sheet.columns[sheet.place(n)]) for n in columns)}",
                at=number,
                place=place,
            )
        joined[answered & ~before] = given[answered & ~before]
    return joined


def _places(sheet: Sheet) -> tuple[np.ndarray, np.ndarray]:
    """Return borough and Basic Command Unit, blank where there is none."""

    def other(text: str) -> str | None:
        plain = re.sub(r"\s*\(legacy only\)$", "", text, flags=re.IGNORECASE)
        return "" if not text or areas.pseudo_area(plain) else None

    units = {_short(borough.bcu): borough.bcu for borough in areas.boroughs()}
    of = {borough.name: borough.bcu for borough in areas.boroughs()}

    def unit(text: str) -> str | None:
        if not text or other(text) == "" or fold(text).startswith("aviationpolicing"):
            return ""
        return units.get(_short(text))

    borough = cells.places(sheet, sheet.place("borough"), others=other)
    written = cells.parsed(sheet, sheet.place("area"), unit, " or ".join(sorted(units.values())))
    own = np.array([of.get(name, "") for name in borough], dtype=object)
    cells.units_agree(sheet, borough, np.where((own == "") | (written == ""), None, written))
    return borough, np.where(own == "", written, own)


def _short(unit: str) -> str:
    return fold(unit).removesuffix("area")


def _otherwise(sheet: Sheet, positive: np.ndarray) -> np.ndarray:
    """Return where a positive outcome has no reason, or one that is not positive has."""
    place = sheet.place("outcomereason")
    if place is None:
        return np.zeros(len(positive), dtype=bool)
    reasons = cells.parsed(sheet, place, lambda text: text.casefold() in _NONE, "a text")
    return np.where(reasons, positive == True, positive == False)  # noqa: E712 - None is neither


# what is declared of it --------------------------------------------------------------------------


def _contract(contracts: Contracts) -> Contract:
    return contracts.table(
        {
            "date": contracts.days(),
            "borough": contracts.boroughs(nullable=True),
            "bcu": contracts.text(contracts.UNITS, nullable=True),
            "age_group": contracts.text(AGES.values(), nullable=True),
            "sex": contracts.text(["Female", "Male"], nullable=True),
            "ethnicity": contracts.text(ETHNICITIES.values(), nullable=True),
            "reason": contracts.text(nullable=True),
            "appropriate_adult": contracts.flags(),
            "positive_outcome": contracts.flags(),
            "caveat": contracts.sentences(),
        }
    )


DECLARED = (
    Declared(
        key="mps_thorough_searches",
        layouts=(
            Layout(
                "more thorough and intimate searches",
                (
                    *("stop_date", "area", "borough", "age_group", "sex"),
                    *("ethnic_appearance", "stop_reason"),
                    ("positive_outcome_of_stop", "postive_outcome_of_stop", "positve_outcome"),
                ),
            ),
        ),
        tidy=tidy,
        contract=_contract,
        rule=Rule(when="date", cell=("borough",)),  # a row is a search
        gains=(
            "Each more thorough or intimate search with borough, age, sex, ethnic appearance, "
            "reason and outcome; read with tables.load_thorough_searches()."
        ),
        cannot_bear=(
            "Ethnicity is the officer's view, in four groups; what was not recorded is missing.",
            "Codes changed over the years: sex is not recorded for about one search in twelve "
            "since 2024, for almost none before.",
            "An appropriate adult is mostly left blank for adults, which is not a no.",
            "Rows have no identifier, so a search that stands twice would be counted twice.",
            "Searches are of persons: small numbers of a borough and group can point at "
            "somebody, so show totals only.",
        ),
    ),
)
