"""Everything that is held: the figures that come with pvtools, and the files added to them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import pandas as pd

from pvtools import areas, places, sources
from pvtools.errors import UsageError
from pvtools.sources.shelf import added, sha256
from pvtools.tables import formats, population, recorded_crime, survey
from pvtools.tables.releases import Rule, newest, ranked
from pvtools.tables.shipped import file_of

_LEVELS = {"ward": "mps_recorded_crime_ward", "lsoa": "mps_recorded_crime_lsoa"}
_RECORDED_CRIME = "mps_recorded_crime"
WEIGHTS = "harm_weights"  # read where harm is shown; listed here, for reports rest on them
SHIPPED_WEIGHTS = "severity_by_minor"  # those that are used where none has been added


@dataclass(frozen=True, slots=True)
class Held:
    """One file that was read: whose, which, its checksum, and the periods it covers."""

    source: str
    file: str
    sha256: str
    vintage: str
    span: tuple[str, str]
    origin: str  # "published": it comes with pvtools; "added": the user filed it


@dataclass(frozen=True, slots=True)
class Tables:
    """The tidy tables everything else is made from, and the list of files behind them.

    ``recorded_crime`` is at borough level. Each row of it and of ``survey`` carries the
    ``vintage`` (last period) of the release it comes from.
    """

    recorded_crime: pd.DataFrame
    survey: pd.DataFrame
    population: pd.DataFrame
    held: tuple[Held, ...]


@dataclass(frozen=True)
class _Part:
    frame: pd.DataFrame
    held: Held

    @property
    def origin(self) -> str:
        return self.held.origin


def vintage(table: pd.DataFrame) -> str:
    """Return the last period in a tidy table: ``"2025-11"``, or a year for populations."""
    return span(table)[1]


def span(table: pd.DataFrame) -> tuple[str, str]:
    """Return the first and the last period in a tidy table."""
    column = next(name for name in ("month", "quarter_end", "year", "date") if name in table)
    first, last = table[column].min(), table[column].max()
    if column == "year":
        return str(first), str(last)
    return f"{first:%Y-%m}", f"{last:%Y-%m}"


def load(data_dir: str | Path | None = None) -> Tables:
    """Return the tables of a data folder: its published figures and every file added to it.

    Where two releases cover a month, each borough's group of offences in it comes whole from the
    newer one that holds it, and with equal vintages from the added one, which has single
    offences; ``vintage`` says from which. Incomplete months give way or are left out: see
    :mod:`pvtools.tables.releases`, the rule for every source.

    Parameters
    ----------
    data_dir : str or Path, optional
        A folder with ``published/`` and perhaps ``raw/``; by default the project's own.

    Raises
    ------
    UsageError
        The folder holds no published figures.
    DataError
        A file in it is not what it was when it was added.

    Examples
    --------
    >>> held = load()
    >>> span(held.recorded_crime)
    ('2010-04', '2026-02')
    """
    folder = places.data_folder(data_dir)
    shipped = _shipped(folder)
    crime = _published(shipped / "recorded_crime.csv", _RECORDED_CRIME, recorded_crime.published)
    answers = _published(shipped / "confidence.csv", "pas_borough", survey.published)
    census = _published(
        places.shipped_data() / "published" / "boroughs.csv",
        "census_2021",
        lambda path: population.census_2021(),
    )
    crimes = [crime, *_parts(folder, "recorded_crime")]
    surveys = [answers, *_parts(folder, "survey")]
    people = [census, *_parts(folder, "population")]
    weights = [part.held for part in _added(folder, WEIGHTS)] or [_shipped_weights(folder)]
    return Tables(
        recorded_crime=recorded_crime.with_airports(_dated(crimes)),
        survey=_dated(surveys),
        population=_newest(people),
        held=(*(part.held for part in [*crimes, *surveys, *people]), *weights),
    )


def load_areas(data_dir: str | Path | None, level: str) -> pd.DataFrame:
    """Return recorded crime by ``"ward"`` or ``"lsoa"`` from the files added to a data folder.

    Its texts are categories. ``area`` is the code, the key: names are not unique.

    Raises
    ------
    UsageError
        There is no such level, or no file of it has been added.
    """
    if level not in _LEVELS:
        raise UsageError(f"Unknown level {level!r}. Levels are: {', '.join(_LEVELS)}.")
    parts = _added(places.data_folder(data_dir), _LEVELS[level])
    if not parts:
        raise UsageError(
            f"No recorded crime by {level} is held. Download the publisher's table and add it "
            "with: pvtools add FILE"
        )
    return _dated(parts, "category")


def held(source: str, data_dir: str | Path | None = None) -> bool:
    """Return whether a file of a source has been added, so that what rests on it can be shown.

    Harm weights are always held: where none has been added there are those that come with pvtools.

    Raises
    ------
    DataError
        A file of the source was edited, or put there by hand.

    Examples
    --------
    >>> held("no such source")
    False
    """
    return bool(added(source, places.data_folder(data_dir))) or source == WEIGHTS


def table_of(
    source: str,
    data_dir: str | Path | None = None,
    *,
    tidy: Callable[[Path, str], pd.DataFrame] = formats.tidy,
    rule: Rule | None = None,
) -> pd.DataFrame:
    """Return the files added for a source as one table, each cell from the release that counts.

    Parameters
    ----------
    tidy, rule
        How a file is read and releases are compared, where that is not the declared table of the
        source but another one that its files hold.

    Raises
    ------
    UsageError
        None has been added.
    DataError
        A file of the source was edited, or put there by hand.
    """
    parts = _added(sources.folder(data_dir), source, tidy)
    if not parts:
        entry = sources.find(source)
        raise UsageError(
            f"No file of '{entry.title}' is held. Add the publisher's file with: pvtools add FILE"
        )
    return _newest(parts, rule)


def coverage(tables: Tables) -> pd.DataFrame:
    """Return what is held and what is not, for every source, borough and period.

    Returns
    -------
    pandas.DataFrame
        Columns ``source``, ``borough``, ``period`` (the month, the quarter's end or the
        census year's start), ``status`` (``"held"`` or ``"not published"``). Periods run
        without a gap from the first held to the last.
    """
    names = [borough.name for borough in areas.boroughs()]
    crime, answers = tables.recorded_crime, tables.survey
    census = tables.population[tables.population["kind"] == "census"]
    years = pd.to_datetime(census["year"].astype("str") + "-01-01")
    months, quarters = crime["month"], answers["quarter_end"]
    return pd.concat(
        [
            _grid(
                _RECORDED_CRIME,
                crime.dropna(subset=["borough"])[["borough", "month"]],
                names,
                pd.date_range(months.min(), months.max(), freq="MS"),
            ),
            _grid(
                "pas_borough",
                answers.dropna(subset=["proportion"])[["borough", "quarter_end"]],
                [*names, areas.LONDON],
                pd.date_range(quarters.min(), quarters.max(), freq="QE"),
            ),
            _grid(
                "census_2021",
                pd.DataFrame({"borough": census["borough"], "period": years}),
                [borough.name for borough in areas.everywhere()],
                pd.DatetimeIndex(sorted(years.unique())),
            ),
        ],
        ignore_index=True,
    )


def _grid(source: str, held: pd.DataFrame, names, periods) -> pd.DataFrame:
    pairs = pd.MultiIndex.from_product([names, periods], names=["borough", "period"])
    there = pairs.isin(pd.MultiIndex.from_frame(held.drop_duplicates()))
    frame = pairs.to_frame(index=False)
    frame.insert(0, "source", source)
    return frame.assign(status=pd.Series(there).map({True: "held", False: "not published"}))


def _shipped(folder: Path) -> Path:
    """Return where the published figures lie; a folder of added files alone leans on ours."""
    own = folder / "published"
    return own if own.is_dir() else places.shipped_data() / "published"


def _published(path: Path, source: str, read: Callable[[Path], pd.DataFrame]) -> _Part:
    frame = read(path)
    first, last = span(frame)
    return _Part(frame, Held(source, path.name, sha256(path), last, (first, last), "published"))


def _shipped_weights(folder: Path) -> Held:
    one = file_of(SHIPPED_WEIGHTS, folder)
    span = (one.first, one.last)
    return Held(one.source, one.path.name, one.sha256, one.vintage, span, "published")


def _added(
    folder: Path,
    source: str,
    tidy: Callable[[Path, str], pd.DataFrame] = formats.tidy,
) -> list[_Part]:
    """Return the files added for a source, each still the file that was checked then."""
    parts = []
    for holding in added(source, folder):
        frame = tidy(holding.path, source)
        first, last = span(frame)
        held = Held(source, holding.path.name, holding.sha256, last, (first, last), "added")
        parts.append(_Part(frame, held))
    return parts


def _parts(folder: Path, table: str) -> list[_Part]:
    """Return the files added for a main table, whichever source they are of."""
    keys = [key for key, one in formats.BY_SOURCE.items() if one.table == table]
    return [part for key in keys for part in _added(folder, key)]


def _newest(parts: list[_Part], rule: Rule | None = None) -> pd.DataFrame:
    """Return the files of one table as one, each cell from the release that counts."""
    rule = rule or formats.BY_SOURCE[parts[0].held.source].rule
    return newest([part.frame for part in ranked(parts, rule)], rule)


def _dated(parts: list[_Part], kind: str = "str") -> pd.DataFrame:
    """Return the files of one table as one, each row with the vintage of its release."""
    vintages = [pd.Series(one.held.vintage, one.frame.index, dtype=kind) for one in parts]
    return _newest(
        [
            replace(part, frame=part.frame.assign(vintage=vintage))
            for part, vintage in zip(parts, vintages, strict=True)
        ]
    )
