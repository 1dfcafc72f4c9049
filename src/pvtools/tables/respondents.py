"""Surveys one row a respondent, as their users hold them under licence.

The files name their columns and answers in ways of their own. A map says what they mean; the
user writes it into the register of their data folder, or gives it with the call.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Iterable, Mapping
from functools import partial
from pathlib import Path

import numpy as np
import pandas as pd

from pvtools import areas, measures, sources
from pvtools.errors import did_you_mean, resolve
from pvtools.tables import answers, cells, people
from pvtools.tables.archives import read_archive
from pvtools.tables.declared import Contract, Contracts, Declared, Layout
from pvtools.tables.sheets import Sheet, fold, shown

PERSON = ("stratum", "psu", "weight", "age_group", "sex", "ethnicity", "victim")
VICTIM = ("stratum", "psu", "weight", "crime_type", "ethnicity_group")

#: Which columns a survey may have besides period and borough, and how long a wave is.
_ABOUT = {"pas_respondents": PERSON, "user_satisfaction": VICTIM}
_FAMILIES = {
    "pas_respondents": {"pas_borough", "pas_respondents"},
    "user_satisfaction": {"user_satisfaction"},
}
_NAMES = (
    *("january", "february", "march", "april", "may", "june"),
    *("july", "august", "september", "october", "november", "december"),
)
#: The names of months and their short forms.
_MONTHS = {form: n for n, name in enumerate(_NAMES, 1) for form in (name, name[:3], name[:4])}
_DO = (
    "Nothing was taken from it. Say what its columns mean with columns={'THEIRS': 'ours'}, and "
    "which answers count as yes, as no and as no answer with yes={'ours': [answers]}, no=… and "
    "no_answer=…; or write it into the register of your data folder (sources.toml, "
    "[{source}.columns_map], [{source}.yes_answers], [{source}.no_answers] and "
    "[{source}.missing_answers])."
)

#: What is explained of answers: yes, no and no answer, each by question.
_Explained = Mapping[str, Mapping[str, Iterable[object]]]


def questions(source: str = "pas_respondents") -> tuple[str, ...]:
    """Return the questions that a file of this survey may hold, by their keys."""
    return tuple(m.key for m in measures.MEASURES.values() if m.source in _FAMILIES[source])


def read_respondents(
    path: str | Path,
    *,
    source: str = "pas_respondents",
    columns: Mapping[str, str] | None = None,
    yes: Mapping[str, Iterable[object]] | None = None,
    no: Mapping[str, Iterable[object]] | None = None,
    no_answer: Mapping[str, Iterable[object]] | None = None,
    period: str | None = None,
    data_dir: str | Path | None = None,
) -> pd.DataFrame:
    """Return the respondents of a survey file, one row each, with our names and types.

    Parameters
    ----------
    path
        CSV, Parquet, Stata, or SPSS (for which ``pip install 'pvtools[spss]'``); recognised by
        content, never by name.
    source
        ``"pas_respondents"`` or ``"user_satisfaction"``.
    columns
        What the file's columns are called here, such as ``{"Q60": "good_job"}``; it goes before
        the register's ``columns_map``. A column that has our name already needs no entry.
    yes, no
        The answers that count as yes and as no, as labels or codes, such as
        ``yes={"good_job": [1, 2]}, no={"good_job": [3, 4, 5]}``. They go before the register's
        ``yes_answers`` and ``no_answers``.
    no_answer
        The answers that are none, such as ``{"good_job": ["Didn't understand"]}``; of groups too.
        They go before the register's ``missing_answers``.
    period
        When everybody was interviewed, such as ``"2014-12"``, for a file that does not say.
    data_dir
        The data folder whose register is read, by default the project's own.

    Returns
    -------
    pandas.DataFrame
        ``period`` ("2014-12", the last month of the quarter; for victims the month),
        ``quarter_end`` or ``month``, ``borough``, ``bcu``; then those the file has of
        ``stratum``, ``psu``, ``weight``, the groups, and the questions, which are 1 for yes, 0
        for no and missing for no answer; ``origin`` ("added"; "synthetic" where the file was
        written from made-up respondents). Columns without a name of ours are left out.

    Raises
    ------
    DataError
        Everything wrong with the file or its map, at once.
    UsageError
        There is no such survey, or the library that reads SPSS is not installed.

    Notes
    -----
    An answer counts by its label unless ``yes``, ``no`` or ``no_answer`` say otherwise: the two
    most favourable of a scale are yes (*Excellent* and *Good*; *Strongly agree* and *Tend to
    agree*; *Very* and *Fairly well informed*; *Completely* and *Very satisfied* and *Fairly
    satisfied*), the rest no. Of a scale of which ``yes`` names a label, the others are no: a
    narrower yes. Case, accents, dashes, remarks in brackets and a code before the label
    (``1 - Good``) make no difference. Bare 0 and 1 are no and yes. Any other code, and any other
    label, is refused until it is explained: 1 means the best answer in one file and the worst in
    the next, and an answer that nobody has explained is not a no.

    Missing are *Don't know*, *Refused*, *Not asked*, *No response*, *N/A* and their like, blanks,
    dashes, dots and question marks; the codes -1, -7, -8, -9, -99 and their like, unless the
    scale has other answers below 0; and 66, 77, 88, 97, 98, 99, 999 and their like, unless it has
    others above 10. What is missing is so in groups too, where a code such as 99 beside others
    above 10 may be an age: that must be explained. 7, 8, 9 and 96 are never taken for no answer.

    A period can be a day (``2014-12-31`` or ``31/12/2014``), a month (``2014-12``, ``12/2014``,
    ``Dec 2014``, or ``9 (Dec 2014)`` with its number in the financial year), a quarter of a year
    (``2014 Q4``) or of a financial year (``2014/15 Q3`` is October to December 2014).
    """
    source = resolve("survey of respondents", source, _ABOUT)
    entry = sources.register(data_dir).get(source)
    sheet = read_archive(path)
    named = columns if columns is not None else entry.columns_map if entry else {}
    explained = {
        "yes": dict(entry.yes_answers if entry else {}) | dict(yes or {}),
        "no": dict(entry.no_answers if entry else {}) | dict(no or {}),
        "no_answer": dict(entry.missing_answers if entry else {}) | dict(no_answer or {}),
    }
    place = _places(sheet, source, named, explained)
    frame = _frame(sheet, source, place, explained, period)
    sheet.faults.refuse(_DO.replace("{source}", source))
    from pvtools.tables import contracts  # slow to import, and reports need it not

    return contracts.kept(frame, _contract(contracts, source), file=str(path))


# which column is which ------------------------------------------------------------------------


def _places(
    sheet: Sheet, source: str, named: Mapping[str, str], explained: _Explained
) -> dict[str, int]:
    """Return the place of each of our columns; a map that does not fit is a fault."""
    ours = ("period", "borough", *_ABOUT[source], *questions(source), "origin")
    there = {fold(name): number for number, name in enumerate(sheet.columns)}
    place = {name: there[fold(name)] for name in ours if fold(name) in there}
    mapped: dict[str, str] = {}
    for theirs, name in named.items():
        if name not in ours:
            sheet.faults.add(
                f"a map of {theirs!r} to {shown(name)}.{did_you_mean(str(name), ours)}",
                f"one of {', '.join(ours)}",
            )
        elif fold(theirs) not in there:
            near = difflib.get_close_matches(theirs, sheet.columns, n=1)
            hint = f" (did you mean {near[0]!r}?)" if near else ""
            sheet.faults.add(f"no column {theirs!r}{hint}", f"a column of the file for {name!r}")
        elif name in mapped:
            sheet.faults.add(
                f"both {mapped[name]!r} and {theirs!r} for {name!r}", "one column each"
            )
        else:
            place[name] = there[fold(theirs)]
            mapped[name] = theirs
    answered = [*questions(source), *({"victim"} & set(_ABOUT[source]))]
    grouped = [name for name in _ABOUT[source] if name not in ("stratum", "psu", "weight")]
    for what, answers_of in explained.items():
        known = answered if what != "no_answer" else [*dict.fromkeys([*answered, *grouped])]
        for name in set(answers_of) - set(known):
            sheet.faults.add(
                f"answers that count as {what.replace('_', ' ')} to {name!r}."
                f"{did_you_mean(str(name), known)}",
                f"one of {', '.join(known)}",
            )
    return place


# what is in them ------------------------------------------------------------------------------


def _frame(
    sheet: Sheet,
    source: str,
    place: dict[str, int],
    explained: _Explained,
    period: str | None,
) -> pd.DataFrame:
    columns = _when(sheet, source, place, period)
    if "borough" in place:
        borough = cells.places(sheet, place["borough"], others=lambda text: None)
        commands = {b.name: b.bcu or None for b in areas.everywhere()}
        columns["borough"] = pd.Series(borough, dtype="str")
        columns["bcu"] = columns["borough"].map(commands).astype("str")
    else:
        _missing(sheet, "borough")
    readers: dict[str, Callable[[Sheet, int], object]] = {
        "weight": people.weights,
        "stratum": people.units,
        "psu": people.units,
    }
    for name in [name for name in _ABOUT[source] if name in place]:
        of = answers.explained(name, **explained)
        if name in readers:
            columns[name] = readers[name](sheet, place[name])
        elif name == "victim":
            columns[name] = answers.victims(sheet, place[name], of)
        else:
            columns[name] = people.groups(sheet, place[name], name, of)
    held = [name for name in questions(source) if name in place]
    if not held:
        _missing(sheet, " or ".join(questions(source)[:3]))
    for name in held:
        columns[name] = answers.read(sheet, place[name], name, answers.explained(name, **explained))
    made_up = "origin" in place and set(sheet.cells[place["origin"]]) == {"synthetic"}
    columns["origin"] = np.repeat("synthetic" if made_up else "added", len(sheet.rows))
    return pd.DataFrame(columns).astype({"origin": "str"})


def _missing(sheet: Sheet, name: str) -> None:
    near = ", ".join(sheet.columns[:12]) + (", …" if len(sheet.columns) > 12 else "")
    sheet.faults.add(f"no column for {name} among {near}", f"a column mapped to {name}")


def _when(sheet: Sheet, source: str, place: dict[str, int], period: str | None) -> dict:
    monthly = source == "user_satisfaction"
    allowed = (
        f"a day, month or quarter up to {cells.today():%Y-%m-%d}, "
        "such as 2014-12-31, 2014-12, 2014 Q4 or 2014/15 Q3"
    )

    def parse(text: str) -> pd.Timestamp | None:
        month = _month(text)
        if month is None or month.to_timestamp() > pd.Timestamp(cells.today()):
            return None
        return month.to_timestamp() if monthly else month.to_timestamp() + pd.offsets.QuarterEnd(0)

    if period is not None:
        day = parse(period)
        if day is None:
            sheet.faults.add(f"the period {period!r}", allowed)
        days = np.full(len(sheet.rows), day, dtype=object)
    elif "period" in place:
        days = cells.parsed(sheet, place["period"], parse, allowed)
    else:
        sheet.faults.add("no column for period", "a column mapped to period, or period='2014-12'")
        days = np.full(len(sheet.rows), None, dtype=object)
    when = pd.Series(pd.to_datetime(pd.Series(days, dtype="object"))).astype("datetime64[us]")
    return {"period": when.dt.strftime("%Y-%m"), "month" if monthly else "quarter_end": when}


def _month(text: str) -> pd.Period | None:
    """Return the month in which a day, month or quarter ends, or nothing."""
    patterns = {
        r"(?P<y>20\d\d)-(?P<m>\d\d)(-\d\d([ t]00:00(:00(\.0+)?)?)?)?": "",
        r"(\d{1,2}/)?(?P<m>\d{1,2})/(?P<y>20\d\d)": "",
        r"(\d{1,2}[-.:)\s]*)?\(?(?P<name>[a-z]{3,9})[-.,/\s]*(?P<y>20\d\d)\)?": "",
        r"(?P<y>20\d\d)[ -]?q(?P<q>[1-4])": "",
        r"q(?P<q>[1-4])[ -](?P<y>20\d\d)": "",
        r"(?P<y>20\d\d)[/-]\d\d(\d\d)?[ -]q(?P<q>[1-4])": "financial",
        r"q(?P<q>[1-4])[ -](?P<y>20\d\d)[/-]\d\d(\d\d)?": "financial",
    }
    for pattern, kind in patterns.items():
        if found := re.fullmatch(pattern, text.casefold()):
            parts = found.groupdict()
            if "name" in parts:
                month = _MONTHS.get(parts["name"], 0)
            else:
                month = int(parts["m"]) if "m" in parts else 3 * int(parts["q"])
            if not 1 <= month <= 12:
                return None
            first = pd.Period(year=int(parts["y"]), month=month, freq="M")
            return first + 3 if kind else first
    return None


# what is declared of it --------------------------------------------------------------------------


def _contract(contracts: Contracts, source: str) -> Contract:
    """Return the contract of a survey's respondents; which groups and questions vary."""
    victims = source == "user_satisfaction"
    about = {
        name: contracts.text(nullable=name not in ("stratum", "psu")) for name in _ABOUT[source]
    }
    about["weight"] = contracts.numbers(contracts.Check.gt(0))
    for column in about.values():
        column.required = False
    answer = contracts.numbers(contracts.Check.isin([0, 1]), nullable=True, required=False)
    period = contracts.months(past=False) if victims else contracts.quarter_ends(past=False)
    return contracts.table(
        {
            "period": contracts.text(),
            "month" if victims else "quarter_end": period,
            "borough": contracts.boroughs(),
            "bcu": contracts.text(nullable=True),
            **about,
            **dict.fromkeys(questions(source), answer),
            "origin": contracts.text(["added", "synthetic"]),
        }
    )


DECLARED = (
    Declared(
        key="pas_respondents",
        layouts=(
            Layout(
                "respondents of the Public Attitude Survey",
                ("period", "borough", "weight", "good_job"),
                instead="tables.read_respondents({file})",
            ),
            Layout(
                "respondents of the Public Attitude Survey, under the archive's names",
                ("MONTH", "Borough", ("Q60", "Q62A", "NQ135BD")),
                instead="tables.read_respondents({file}, columns={{'MONTH': 'period', "
                "'Q60': 'good_job', 'WT_BOROUGH': 'weight'}})",
            ),
        ),
        contract=partial(_contract, source="pas_respondents"),
        gains=(
            "Intervals from the survey's own weights and sampling points, groups of residents, and "
            "what goes with confidence."
        ),
        cannot_bear=(
            "The file's licence says who may see it, and how small a group may be shown.",
            "Which answers count as yes is a choice: by default the two most favourable ones, "
            "and who did not know is left out; an answer that is not known must be explained.",
            "Without the file's weights, people who are easier to reach count too much.",
        ),
    ),
    Declared(
        key="user_satisfaction",
        layouts=(
            Layout(
                "victims in the User Satisfaction Survey",
                ("period", "borough", "crime_type", "satisfied"),
                instead="tables.read_respondents({file}, source='user_satisfaction')",
            ),
        ),
        contract=partial(_contract, source="user_satisfaction"),
        gains=(
            "Victims' satisfaction by month, business area and borough, with the gap between "
            "groups."
        ),
        cannot_bear=(
            "Only victims of burglary, violence, vehicle crime, road traffic incidents and "
            "racially motivated crime are asked, and only where the crime was reported.",
            "Some 18,000 interviews a year are about 50 a borough and month: a single month in "
            "a borough bears no conclusion.",
            "Those who agree to be interviewed may be more content than those who do not.",
        ),
    ),
)
