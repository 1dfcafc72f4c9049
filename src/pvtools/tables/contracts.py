"""What every tidy table promises: its columns, their types and the values they may hold.

The readers name what is wrong in a file cell by cell. These contracts are the second look, at
the finished table: what a reader let through is stopped here.
"""

from __future__ import annotations

import pandas as pd
import pandera.pandas as pa

from pvtools import areas, measures
from pvtools.errors import DataError, Fault
from pvtools.tables import cells, dashboard, recorded_crime, representation, thorough_searches
from pvtools.tables.respondents import PERSON, VICTIM, questions
from pvtools.tables.sheets import DO, shown

_NAMES = [borough.name for borough in areas.everywhere()]
_UNITS = [borough.bcu for borough in areas.boroughs()]
_TEXT = pd.StringDtype(na_value=float("nan"))
_DAY = "datetime64[us]"


def _text(allowed: list[str] | None = None, *, nullable: bool = False) -> pa.Column:
    check = pa.Check.isin(allowed) if allowed else pa.Check(lambda t: t != "", error="not empty")
    return pa.Column(_TEXT, check, nullable=nullable)


def _period(check: pa.Check) -> pa.Column:
    return pa.Column(_DAY, [check, pa.Check(_not_to_come, error="not in the future")])


def _not_to_come(days: pd.Series) -> pd.Series:
    return days <= pd.Timestamp(cells.today())


def _table(columns: dict[str, pa.Column], *checks: pa.Check) -> pa.DataFrameSchema:
    return pa.DataFrameSchema(columns, checks=list(checks), strict=True, ordered=True)


def _once(key: list[str]) -> pa.Check:
    return pa.Check(
        lambda frame: not frame.duplicated(key).any(), error=f"one row for each {', '.join(key)}"
    )


def _recorded_crime(level: str) -> pa.DataFrameSchema:
    names = [*_NAMES, *areas.PSEUDO_AREAS.values()] if level == "borough" else None
    return _table(
        {
            "level": _text([level]),
            "area": _text(names),
            "area_name": _text(),
            "borough": _text(_NAMES, nullable=True),
            "month": _period(pa.Check(lambda days: days.dt.day == 1, error="first of a month")),
            "offence_group": _text(),
            "offence": _text(nullable=True),
            "offences": pa.Column("Int64", pa.Check.in_range(0, cells.LARGEST)),
            "schema": _text([recorded_crime.OLD, recorded_crime.NEW]),
        },
        pa.Check(_once_in_first_month, error="one row for each area, month and offence"),
        pa.Check(_one_schema, error="one schema in one file"),
    )


def _one_schema(frame: pd.DataFrame) -> bool:
    return bool((frame["schema"] == frame["schema"].iloc[0]).all())


def _once_in_first_month(frame: pd.DataFrame) -> bool:
    """Look at one month: every row of a wide table has every month, and they are millions."""
    first = frame[frame["month"] == frame["month"].min()]
    return not first.duplicated(["area", "borough", "offence_group", "offence"]).any()


SURVEY = _table(
    {
        "measure": _text(list(measures.QUESTIONS)),
        "borough": _text([*_NAMES, areas.LONDON]),
        "quarter_end": _period(pa.Check(lambda days: days.dt.is_quarter_end, error="quarter end")),
        "proportion": pa.Column(float, pa.Check.in_range(0, 1), nullable=True),
    },
    _once(["measure", "borough", "quarter_end"]),
)

POPULATION = _table(
    {
        "borough": _text(_NAMES),
        "year": pa.Column("int64", pa.Check.in_range(1801, 2100)),
        "population": pa.Column("Int64", pa.Check.in_range(0, cells.LARGEST)),
        "kind": _text(["census", "estimate", "projection"]),
    },
    _once(["borough", "year"]),
)

ETHNICITY = _table(
    {
        "borough": _text(_NAMES),
        "year": pa.Column("int64", pa.Check.eq(2021)),
        "group": _text(),
        "population": pa.Column("Int64", pa.Check.in_range(0, cells.LARGEST)),
        "share": pa.Column(float, pa.Check.in_range(0, 1), nullable=True),
    },
    _once(["borough", "group"]),
)

SAMPLE = _table(
    {
        "borough": _text(_NAMES),
        "year": pa.Column("int64", pa.Check.eq(2021)),
        "group": _text(list(representation.ETHNICITY)),
        "share_survey": pa.Column(float, pa.Check.in_range(0, 1), nullable=True),
        "share_census": pa.Column(float, pa.Check.in_range(0, 1), nullable=True),
        "caveat": _text(),
    },
    _once(["borough", "group"]),
)

MEANS = _table(
    {
        "year": pa.Column("int64", pa.Check.in_range(2000, 2100)),
        "borough": _text(_NAMES),
        "sex": _text(["Female", "Male"]),
        "ethnicity": _text(["Asian", "Black", "White"]),
        "question": _text(["Q131", "Q133"]),
        "mean": pa.Column(float, pa.Check.in_range(1, 3), nullable=True),
        "n": pa.Column(
            "Int64", pa.Check.in_range(representation.FEWEST, cells.LARGEST), nullable=True
        ),
        "n_borough": pa.Column("Int64", pa.Check.in_range(0, cells.LARGEST), nullable=True),
        "caveat": _text(),
    },
    _once(["year", "borough", "sex", "ethnicity", "question"]),
    pa.Check(
        lambda frame: frame.loc[frame["n"].isna(), "mean"].isna().all(),
        error="no mean of a small cell",
    ),
)

_WHOLE = pa.Check.in_range(0, cells.LARGEST)
_FIRST = pa.Check(lambda days: days.isna() | (days.dt.day == 1), error="first of a month")
_ANY = pa.Check(lambda texts: texts.notna(), error="a text, which may be empty")

DASHBOARD = _table(
    {
        "level": _text(["borough", "ward"]),
        "area": _text(),
        "area_name": _text(),
        "borough": _text(_NAMES, nullable=True),
        "month": _period(_FIRST),
        "crime_type": _text(list({kind for kind, _ in dashboard.KINDS.values()})),
        "offence": _text(list(dashboard.KINDS)),
        "offences": pa.Column("Int64", _WHOLE, nullable=True),
        "positive_outcomes": pa.Column("Int64", _WHOLE, nullable=True),
        "part_of": _text([*dashboard.KINDS, dashboard.ALL], nullable=True),
        "caveat": _text(),
    },
    _once(["level", "area", "borough", "month", "offence"]),
)

_KIND = _text(nullable=True)
VAWG = _table(
    {
        "month": _period(_FIRST),
        "committed_month": pa.Column(_DAY, _FIRST, nullable=True),
        "bcu": _text(_UNITS, nullable=True),
        "borough": _text(_NAMES, nullable=True),
        "ward": _KIND,
        "offence_group": _KIND,
        "offence": _KIND,
        "vawg_offence": _KIND,
        "detail": _KIND,
        "within_vawg": pa.Column("boolean", nullable=True),
        "offences_by_place": pa.Column("Int64", _WHOLE, nullable=True),
        "offences_by_kind": pa.Column("Int64", _WHOLE, nullable=True),
        "caveat": pa.Column(_TEXT, _ANY),
    },
    pa.Check(
        lambda frame: frame["offences_by_place"].isna() != frame["offences_by_kind"].isna(),
        error="each row counts by place or by kind",
    ),
)

BUSINESS = _table(
    {
        "date": _period(_ANY),
        "borough": _text(_NAMES, nullable=True),
        "offence_group": _text(),
        "offence": _text(),
        "outcome": _text(nullable=True),
        "positive": pa.Column(bool),
        "outcomes": pa.Column("Int64", _WHOLE),
    }
)

THOROUGH = _table(
    {
        "date": _period(_ANY),
        "borough": _text(_NAMES, nullable=True),
        "bcu": _text(_UNITS, nullable=True),
        "age_group": _text(list(thorough_searches.AGES.values()), nullable=True),
        "sex": _text(["Female", "Male"], nullable=True),
        "ethnicity": _text(list(thorough_searches.ETHNICITIES.values()), nullable=True),
        "reason": _text(nullable=True),
        "appropriate_adult": pa.Column("boolean", nullable=True),
        "positive_outcome": pa.Column("boolean", nullable=True),
        "caveat": pa.Column(_TEXT, _ANY),
    }
)

WEIGHTS = _table(
    {
        "version": _text(),
        "year": pa.Column("int64", pa.Check.in_range(1900, 2099)),
        "kind": _text(["offence", "offence_group"]),
        "category": _text(),
        "weight": pa.Column(float, pa.Check.ge(0)),
        "source": _text(),
    },
    _once(["version", "kind", "category"]),
)

ABSTRACTIONS = _table(
    {
        "borough": _text(_NAMES),
        "month": _period(pa.Check(lambda days: days.dt.day == 1, error="first of a month")),
        "activity": _text(),
        "amount": pa.Column(float, pa.Check.ge(0)),
    },
    _once(["borough", "month", "activity"]),
)

_ANSWER = pa.Column(float, pa.Check.isin([0, 1]), nullable=True, required=False)


def respondents(source: str) -> pa.DataFrameSchema:
    """Return the contract of a survey's respondents; which groups and questions vary."""
    victims = source == "user_satisfaction"
    day = "first of a month" if victims else "quarter end"
    check = pa.Check(lambda d: d.dt.day == 1 if victims else d.dt.is_quarter_end, error=day)
    about = {
        name: _text(nullable=name not in ("stratum", "psu"))
        for name in (VICTIM if victims else PERSON)
    }
    about["weight"] = pa.Column(float, pa.Check.gt(0))
    for column in about.values():
        column.required = False
    return _table(
        {
            "period": _text(),
            "month" if victims else "quarter_end": pa.Column(_DAY, check),
            "borough": _text(_NAMES),
            "bcu": _text(nullable=True),
            **about,
            **dict.fromkeys(questions(source), _ANSWER),
            "origin": _text(["added", "synthetic"]),
        }
    )


#: The contract of each source, by its key.
CONTRACTS = {
    "mps_recorded_crime": _recorded_crime("borough"),
    "mps_recorded_crime_ward": _recorded_crime("ward"),
    "mps_recorded_crime_lsoa": _recorded_crime("lsoa"),
    "pas_borough": SURVEY,
    "pas_force": SURVEY,
    "census_2021": POPULATION,
    "census_historic": POPULATION,
    "gla_population": POPULATION,
    "pas_demographic_means": MEANS,
    "pas_vs_census_ethnicity": SAMPLE,
    "mps_dashboard": DASHBOARD,
    "mps_vawg": VAWG,
    "mps_business_crime": BUSINESS,
    "mps_thorough_searches": THOROUGH,
    "harm_weights": WEIGHTS,
    "mps_abstractions": ABSTRACTIONS,
}


def checked(frame: pd.DataFrame, source: str, *, file: str) -> pd.DataFrame:
    """Return the table unchanged if it keeps the contract of its source.

    Raises
    ------
    DataError
        It does not; every broken promise is listed.
    """
    return kept(frame, CONTRACTS[source], file=file)


def kept(frame: pd.DataFrame, contract: pa.DataFrameSchema, *, file: str) -> pd.DataFrame:
    """Return the table unchanged if it keeps a contract; raise as :func:`checked` does."""
    try:
        return contract.validate(frame, lazy=True)
    except pa.errors.SchemaErrors as broken:
        cases = broken.failure_cases.drop_duplicates(["column", "check"])
        faults = [
            Fault(shown(case.failure_case), str(case.check), column=str(case.column))
            for case in cases.itertuples()
        ]
        raise DataError(file, faults, DO) from None
