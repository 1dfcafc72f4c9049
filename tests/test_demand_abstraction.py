"""Ward officers' time: a record and no sample, an unsure unit, and months that are not whole."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from pvtools import areas, demand, estimates, tables
from pvtools.errors import DataError, InputError, UsageError
from pvtools.tables import intake

from . import builders
from .real_files import REAL

real_data = pytest.mark.skipif(not REAL.is_dir(), reason="the publishers' files are not kept here")
KEY = "mps_abstractions"
NAMES = [b.name for b in areas.boroughs()]


def made_up(names=NAMES, months: int = 24, seed: int = 1) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    rows = []
    for name in names:
        for month in pd.date_range("2030-01-01", periods=months, freq="MS"):
            away = rng.uniform(50, 150)
            rows += [(name, month, "Training", 0.75 * away), (name, month, "Aid", 0.25 * away),
                     (name, month, "Not abstracted", 1000 - away)]  # fmt: skip
    return pd.DataFrame(rows, columns=["borough", "month", "activity", "amount"])


# the table ------------------------------------------------------------------------------------


def test_every_activity_is_a_row_under_agreed_names(tmp_path):
    path = builders.abstractions(tmp_path / "f.csv")
    assert tables.recognise(path) == KEY
    frame = tables.read(path, KEY)
    assert list(frame) == ["borough", "month", "activity", "amount"]
    assert set(frame["borough"]) == {"Kingston upon Thames", "Barking and Dagenham"}
    assert set(frame["activity"]) == {"Aid", "CAD", "Local aid", "Not abstracted"}
    assert len(frame) == 12
    assert frame["amount"].sum() == 7000


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        ("2018-05-01", "2018-05-02", "the first of a month, such as 2018-05-01"),
        ("2018-05-01", "2999-05-01", "the first of a month"),
        ("2018-05-01", "2018-06-01", "a second row for Kingston upon Thames"),
        ("Kingston", "Kingstown", "found 'Kingstown'"),
        ("540.0", "-540.0", "a number of minutes, 0 or more"),
        ("540.0", "", "found an empty cell"),
    ],
)
def test_a_faulty_amount_is_refused_with_its_place(tmp_path, before, after, told):
    path = builders.abstractions(tmp_path / "f.csv")
    path.write_text(path.read_text().replace(before, after, 1))
    with pytest.raises(DataError) as error:
        tables.read(path, KEY)
    assert told in str(error.value)


def test_an_added_file_is_filed_and_loaded(tmp_path):
    data = builders.data_folder(tmp_path / "data")
    with pytest.raises(UsageError, match="No file of 'Time of dedicated ward officers"):
        tables.load_abstractions(data)
    (one,) = intake.add([builders.abstractions(tmp_path / "f.csv")], data_dir=data)
    assert (one.outcome, one.source, one.first, one.last) == ("new", KEY, "2018-05", "2018-06")
    assert len(tables.load_abstractions(data)) == 12


# months and years -----------------------------------------------------------------------------


def test_a_share_is_time_taken_elsewhere_of_all_recorded_time():
    table = made_up(["Brent"], 1)
    own = demand.abstraction(table).iloc[0]
    away = table.loc[table.activity != "Not abstracted", "amount"].sum()
    assert own.estimate == pytest.approx(away / 1000)
    assert (own.recorded, own.most) == (1000, "Training")
    assert own.most_share == pytest.approx(0.75 * away / 1000)
    assert np.isnan([own.lower, own.upper, own.n]).all()
    assert "unit is not verified" in own.caveat


def test_london_is_there_only_where_every_borough_is():
    table = made_up(months=2)
    late = (table.borough == "Brent") & (table.month == "2030-01-01")
    months = demand.abstraction(table[~late])
    assert months[months.area == "London"].period.tolist() == ["2030-02"]
    london = estimates.pick(months, area="London")
    rest = months[(months.period == "2030-02") & (months.area != "London")]
    assert london.estimate == pytest.approx(np.average(rest.estimate, weights=rest.recorded))


def test_an_incomplete_month_is_missing_and_ends_the_year():
    table = made_up(["Brent", "Camden"])
    partly = (table.borough == "Brent") & (table.month == "2031-06-01")
    table.loc[partly, "amount"] /= 10
    months = demand.abstraction(table)
    gone = months[months.estimate.isna()]
    assert gone[["area", "period"]].to_numpy().tolist() == [["Brent", "2031-06"]]
    assert gone.caveat.str.contains("the month is incomplete").all()
    assert demand.abstraction_year(table).area.tolist() == ["Camden"]
    assert len(demand.abstraction_year(table, until="2031-05")) == 2


def test_a_year_is_the_share_of_its_totals_with_an_interval_for_the_level():
    table = made_up()
    year = demand.abstraction_year(table)
    assert len(year) == 33
    last = table[table.month >= "2031-01-01"]
    away = last[last.activity != "Not abstracted"].groupby("borough").amount.sum()
    own = estimates.pick(year, area="Hackney")
    assert own.estimate == pytest.approx(away["Hackney"] / 12_000)
    assert own.lower < own.estimate < own.upper
    assert own.period == "year to 2031-12"
    assert own.most == "Training"
    assert "the interval is for the level" in own.caveat
    held = (year.lower <= 0.1) & (year.upper >= 0.1)
    assert held.mean() > 0.85


def test_months_that_resemble_each_other_widen_the_year():
    table = made_up()
    again = made_up()
    order = again.groupby(["borough", "activity"]).amount
    again["amount"] = order.transform(np.sort)  # the same months, in order of size
    plain, alike = demand.abstraction_year(table), demand.abstraction_year(again)
    assert alike.autocorrelation.iloc[0] > 0.5 > plain.autocorrelation.iloc[0]
    assert alike.n_effective.iloc[0] < plain.n_effective.iloc[0]


def test_nothing_is_mutated():
    table = made_up()
    before = table.copy()
    demand.abstraction(table)
    demand.abstraction_year(table)
    pd.testing.assert_frame_equal(table, before)


@pytest.mark.parametrize("ask", [demand.abstraction, demand.abstraction_year])
@pytest.mark.parametrize(
    ("table", "says"),
    [
        (made_up(["Brent"]).drop(columns="amount"), "the columns amount are missing"),
        (made_up(["Brent"]).replace("Not abstracted", "Ward"), "'Not abstracted' is missing"),
        (made_up(["Brent", "Brent"]), "stands twice"),
        (made_up(["Brent"]).assign(amount=-1.0), "zero or more"),
        (made_up(["Brent"]).iloc[1:], "an activity is missing in some months"),
    ],
)
def test_what_cannot_be_told_is_refused_in_words(ask, table, says):
    with pytest.raises(InputError, match=says):
        ask(table)


def test_a_year_that_is_not_held_is_refused():
    with pytest.raises(InputError, match="twelve complete months to June 2030"):
        demand.abstraction_year(made_up(["Brent"]), until="2030-06")


# the file itself ------------------------------------------------------------------------------


@pytest.mark.real_data
@real_data
class TestPublished:
    @pytest.fixture
    def amounts(self):
        path = REAL / "mps_dwo_abstractions_borough_month.csv"
        assert tables.recognise(path) == KEY
        return tables.read(path, KEY)

    def test_the_table_is_read_whole(self, amounts):
        assert len(amounts) == 2_127 * 8
        assert amounts["borough"].nunique() == 32
        assert tables.span(amounts) == ("2018-05", "2024-03")

    def test_march_2020_is_incomplete_everywhere_and_no_other_month_is(self, amounts):
        months = demand.abstraction(amounts)
        assert months.loc[months["estimate"].isna(), "period"].tolist() == ["2020-03"] * 33
        assert months.loc[months["area"] == "London", "period"].min() == "2019-02"

    def test_nearly_a_fifth_of_recorded_time_was_taken_elsewhere_mostly_by_training(self, amounts):
        year = demand.abstraction_year(amounts)
        london = estimates.pick(year, area="London")
        assert london.estimate == pytest.approx(0.182, abs=0.001)
        assert set(year["most"]) == {"Training"}
        assert 0.4 < london.autocorrelation < 0.55
