"""Boroughs that are alike: residents, density and deprivation, and nothing of what is compared."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from pvtools import areas, demand
from pvtools.errors import InputError

PLACES = areas.boroughs()
NAMES = [place.name for place in PLACES]


def deprivation(**others: float) -> pd.DataFrame:
    """Return made-up scores, those of ``others`` changed, with an area that is no borough."""
    score = {name: 10.0 + place for place, name in enumerate(NAMES)} | others
    rows = [*score.items(), ("City of London", 999.0)]
    return pd.DataFrame(rows, columns=["borough", "score"])


def test_the_distance_is_that_of_three_features_of_equal_weight():
    residents = np.array([place.residents for place in PLACES], dtype=float)
    area = np.array([place.area_km2 for place in PLACES])
    columns = [np.log(residents), np.log(residents / area), 10.0 + np.arange(32)]
    scaled = np.array([(c - c.mean()) / c.std(ddof=1) for c in columns])
    here = NAMES.index("Hackney")
    apart = np.sqrt(((scaled - scaled[:, [here]]) ** 2).sum(axis=0) / 3)
    order = [at for at in np.argsort(apart) if at != here][:5]
    own = demand.most_similar(deprivation()).query("unit == 'Hackney'")
    assert own.neighbour.tolist() == [NAMES[at] for at in order]
    assert own.distance.to_numpy() == pytest.approx(apart[order])
    assert own.order.tolist() == [1, 2, 3, 4, 5]


def test_no_borough_is_its_own_neighbour_and_the_nearest_come_first():
    near = demand.most_similar(deprivation(), k=31)
    assert (near.unit != near.neighbour).all()
    assert near.groupby("unit").neighbour.nunique().eq(31).all()
    assert near.groupby("unit").distance.apply(lambda d: d.is_monotonic_increasing).all()


def test_the_order_of_the_table_does_not_matter():
    table = deprivation()
    pd.testing.assert_frame_equal(
        demand.most_similar(table.sample(frac=1, random_state=1)), demand.most_similar(table)
    )


def test_deprivation_draws_boroughs_apart():
    def apart(table: pd.DataFrame) -> float:
        near = demand.most_similar(table, k=31).set_index(["unit", "neighbour"]).distance
        return near["Hackney", "Islington"]

    alike = deprivation(Hackney=20.0, Islington=20.0)
    assert apart(alike) < apart(deprivation(Hackney=20.0, Islington=40.0))


def test_a_borough_without_a_score_is_refused():
    table = deprivation()
    with pytest.raises(InputError, match="deprivation"):
        demand.most_similar(table[table.borough != "Sutton"])


def test_more_neighbours_than_there_are_boroughs_are_refused():
    with pytest.raises(InputError, match="32 neighbours need more than 32"):
        demand.most_similar(deprivation(), k=32)
