"""Figures in a layout of our own: months as columns, blanks as what was not published."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from pvtools import places
from pvtools.errors import DataError
from pvtools.tables import wide

PUBLISHED = places.shipped_data() / "published"
TEXTS = ("borough", "kind")


@pytest.fixture
def write(tmp_path):
    def written(*lines: str) -> Path:
        path = tmp_path / "figures.csv"
        path.write_text("\n".join(lines) + "\n")
        return path

    return written


def refused(path: Path) -> str:
    with pytest.raises(DataError) as error:
        wide.read(path, TEXTS, "Int64")
    return str(error.value)


def test_months_are_the_columns_after_the_texts(write):
    table, months = wide.read(
        write("borough,kind,2030-01,2030-03", "Hackney,Theft,3,4"), TEXTS, "Int64"
    )
    assert months.tolist() == [pd.Timestamp("2030-01-01"), pd.Timestamp("2030-03-01")]
    assert table[["2030-01", "2030-03"]].to_numpy().tolist() == [[3, 4]]


def test_a_blank_was_not_published_and_a_zero_was_counted(write):
    table, _ = wide.read(write("borough,kind,2030-01,2030-02", "Brent,Theft,,0"), TEXTS, "Int64")
    assert table["2030-01"].isna().all()
    assert table["2030-02"].tolist() == [0]


def test_boroughs_take_the_names_that_pvtools_gives_them(write):
    lines = ["borough,kind,2030-01"]
    lines += [f"{name},Theft,1" for name in ("City of Westminster", "Kingston Upon Thames")]
    lines += ["Heathrow and City airports,Theft,1", "Unknown,Theft,1"]
    table, _ = wide.read(write(*lines), TEXTS, "Int64")
    assert table["borough"].tolist() == [
        *("Westminster", "Kingston upon Thames", "Airports", "Unknown")
    ]


def test_a_further_name_may_stand_there_if_it_is_allowed(write):
    path = write("borough,kind,2030-01", "Mars,Theft,1")
    table, _ = wide.read(path, TEXTS, "Int64", "Mars")
    assert table["borough"].tolist() == ["Mars"]
    assert "'Mars'" in refused(path)


def test_every_name_that_is_no_borough_is_told_at_once(write):
    told = refused(write("borough,kind,2030-01", "Mars,Theft,1", "Venus,Theft,1", "Mars,Rape,1"))
    assert "'Mars'" in told
    assert "'Venus'" in told
    assert "2 faults" in told or "two faults" in told


@pytest.mark.parametrize(
    ("lines", "told"),
    [
        (("place,kind,2030-01", "Brent,Theft,1"), "not the columns borough, kind"),
        (("kind,borough,2030-01", "Theft,Brent,1"), "not the columns borough, kind"),
        (("borough,kind,2030-01", ",Theft,1"), "not the columns borough, kind"),
        (("borough,kind,January,2030-13", "Brent,Theft,1,1"), "no month: January, 2030-13)"),
        (("borough,kind,2030-01,2030-01", "Brent,Theft,1,1"), "no month: 2030-01.1)"),
        (("borough,kind,2030-01", "Brent,Theft,many"), "many"),
        (("borough,kind,2030-01", "Brent,Theft,1.5"), "cannot"),
        (("borough,kind,2030-01", "Brent,Theft,-1"), "a number below zero"),
        (("",), "cannot be read"),
    ],
)
def test_what_is_not_the_file_that_came_with_pvtools_is_refused_in_words(write, lines, told):
    said = refused(write(*lines))
    assert told in said
    assert "the file that comes with pvtools" in said


def test_a_file_that_is_not_there_is_named(tmp_path):
    assert "absent.csv" in refused(tmp_path / "absent.csv")


@pytest.mark.parametrize(
    ("name", "texts", "number"),
    [
        ("recorded_crime", ("borough", "offence_group", "offence"), "Int64"),
        ("confidence", ("measure", "borough"), "float64"),
    ],
)
def test_every_cell_of_the_shipped_figures_is_read(name, texts, number):
    path = PUBLISHED / f"{name}.csv"
    table, months = wide.read(path, texts, number, "London")
    plain = pd.read_csv(path)
    cells = plain.columns[len(texts) :]
    assert list(months.strftime("%Y-%m")) == list(cells)
    assert table[cells].isna().sum().sum() == plain[cells].isna().sum().sum() > 0
    assert float(table[cells].sum().sum()) == pytest.approx(plain[cells].sum().sum())
