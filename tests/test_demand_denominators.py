"""What rates are divided by: residents at the time, or a denominator of the user's own."""

import numpy as np
import pandas as pd
import pytest

from pvtools import areas, demand
from pvtools.demand.denominators import denominators
from pvtools.errors import InputError

NAMES = sorted(b.name for b in areas.boroughs())
YEAR = pd.date_range("2012-01-01", periods=12, freq="MS")


def table(**years):
    """Return residents of the censuses or estimates named ``census_2011=100_000``."""
    rows = [
        (name, int(key.split("_")[1]), people, key.split("_")[0])
        for key, people in years.items()
        for name in NAMES
    ]
    return pd.DataFrame(rows, columns=["borough", "year", "population", "kind"])


def test_by_default_residents_are_those_of_the_census_of_2021():
    found = denominators(None, YEAR)
    assert found.at_middle()["Hackney"] == areas.find("Hackney").residents
    assert found.at_middle()["London"] == areas.london().residents
    assert found.how == "residents of 2021"


def test_between_two_censuses_a_straight_line_is_drawn_from_day_to_day():
    found = denominators(table(census_2011=100_000, census_2021=200_000), YEAR)
    share = (2012.5 - 2011.24) / (2021.22 - 2011.24)
    assert found.at_middle()["Brent"] == pytest.approx(100_000 * (1 + share))
    assert found.at_middle()["London"] == pytest.approx(32 * 100_000 * (1 + share))
    assert found.how == "residents in a straight line from 2011 to 2021"


def test_after_the_last_figure_that_figure_holds():
    months = pd.date_range("2021-01-01", periods=36, freq="MS")
    found = denominators(table(census_2011=100_000, census_2021=200_000), months)
    assert found.persons["Brent"].iloc[-1] == 200_000
    assert found.how == "residents in a straight line from 2011 to 2021, those of 2021 after it"


def test_estimates_count_at_the_middle_of_their_year_and_projections_never():
    held = table(census_2011=100_000, estimate_2012=300_000, projection_2012=900_000)
    middle = denominators(held, pd.DatetimeIndex(["2012-06-01", "2012-07-01"])).at_middle()
    assert middle["Brent"] == pytest.approx(300_000, rel=0.02)


def test_a_denominator_of_ones_own_is_taken_as_it_is():
    own = pd.Series(50_000.0, index=NAMES)
    found = denominators(own, YEAR)
    assert set(found.at_middle()[NAMES]) == {50_000.0}
    assert found.at_middle()["London"] == 32 * 50_000
    assert found.how == "the denominator that was given"


@pytest.mark.parametrize("bad", [0, -1, np.nan])
def test_a_denominator_that_is_no_number_of_persons_is_refused(bad):
    own = pd.Series(50_000.0, index=NAMES)
    own["Brent"] = bad
    with pytest.raises(InputError, match="there is none for Brent"):
        denominators(own, YEAR)


def test_a_borough_without_residents_is_refused():
    held = table(census_2021=200_000)
    with pytest.raises(InputError, match="none for Camden"):
        denominators(held[held.borough != "Camden"], YEAR)


def test_rates_of_ten_years_ago_divide_by_the_residents_of_then():
    months = pd.date_range("2011-04-01", periods=12, freq="MS")
    recorded = pd.DataFrame(
        [
            (name, month, "Theft", "Theft", 1000, "mps_to_2023")
            for name in NAMES
            for month in months
        ],
        columns=["borough", "month", "offence_group", "offence", "offences", "schema"],
    )
    held = table(census_2011=100_000, census_2021=200_000)
    then = demand.annual_rate(recorded, residents=held).set_index("area")
    now = demand.annual_rate(recorded, residents=held[held.year == 2021]).set_index("area")
    assert now.estimate["Brent"] == pytest.approx(60.0)
    assert 110 < then.estimate["Brent"] < 120
    assert then.method["Brent"] == "count; residents in a straight line from 2011 to 2021"
    monthly = demand.monthly_rate(recorded, residents=held)
    assert monthly[monthly.area == "London"].estimate.is_monotonic_decreasing
