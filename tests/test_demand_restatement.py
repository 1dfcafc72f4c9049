"""How much a later release restates: missing is not zero, and unlike tables are refused."""

import numpy as np
import pandas as pd
import pytest

from pvtools import areas, demand, estimates, places, tables
from pvtools.errors import InputError

from .real_files import REAL

COLUMNS = [*estimates.COLUMNS, "before", "after", "change"]


def release(counts, *, group="Theft", schema="mps_from_2024", level="borough"):
    """Return a table from {(borough, month): offences}."""
    frame = pd.DataFrame(
        [(b, pd.Timestamp(f"{m}-01"), n) for (b, m), n in counts.items()],
        columns=["borough", "month", "offences"],
    )
    return frame.assign(
        offences=frame["offences"].astype("Int64"),
        offence_group=group,
        schema=schema,
        level=level,
    )


OLDER = release({("Barnet", "2025-01"): 100, ("Barnet", "2025-02"): 50, ("Barnet", "2025-03"): 40})
NEWER = release({("Barnet", "2025-02"): 51, ("Barnet", "2025-03"): 50, ("Barnet", "2025-04"): 9})


def test_each_shared_month_is_set_against_itself():
    found = demand.restatement(OLDER, NEWER)
    assert list(found) == COLUMNS
    assert found["period"].tolist() == ["2025-02", "2025-03"]
    assert found["before"].tolist() == [50, 40]
    assert found["after"].tolist() == [51, 50]
    assert found["estimate"].tolist() == [1, 10]
    assert found["change"].tolist() == pytest.approx([0.02, 0.25])


def test_the_caveat_says_how_far_back_counts_were_still_moving():
    caveat = demand.restatement(OLDER, NEWER)["caveat"]
    said = "Counts were still moving up to 1 month before the older release's last month, 2025-03."
    assert caveat.tolist() == [said] * 2
    settled = NEWER.assign(offences=[50, 50, 9]).astype({"offences": "Int64"})
    assert demand.restatement(OLDER, settled)["caveat"].str.contains("moving in the older").all()


def test_a_release_set_against_itself_has_not_moved():
    held = tables.load().recorded_crime
    found = demand.restatement(held, held)
    assert (found["estimate"] == 0).all()
    assert (found["change"] == 0).all()
    assert found["caveat"].str.startswith("No count of the shared months moved").all()
    assert set(found["area"]) == {b.name for b in areas.boroughs()} | {areas.LONDON}


def test_london_is_the_sum_of_all_boroughs_or_not_given():
    held = tables.load().recorded_crime
    later = held.assign(offences=held["offences"] + 1)
    found = demand.restatement(held, later).set_index(["area", "period"])["estimate"]
    london = found[areas.LONDON]
    assert (london == found.drop(areas.LONDON).groupby("period").sum()).all()
    fewer = held[held["borough"] != "Hackney"]
    assert areas.LONDON not in set(demand.restatement(fewer, later)["area"])


def test_a_month_that_one_release_lacks_for_a_borough_is_missing_and_not_zero():
    older = pd.concat([OLDER, release({("Hackney", "2025-02"): 7})])
    found = demand.restatement(older, NEWER).set_index("area").loc["Hackney"]
    assert pd.isna(found["before"])
    assert pd.isna(found["after"])
    assert pd.isna(found["estimate"])
    assert "lacks this month" in found["caveat"]


def test_a_count_that_is_missing_makes_its_group_missing():
    gap = NEWER.assign(offences=pd.array([51, None, 9], dtype="Int64"))
    found = demand.restatement(OLDER, gap)
    assert found["estimate"].isna().tolist() == [False, True]


def test_a_group_that_one_release_lacks_is_left_out_of_both_and_named():
    fraud = release({("Barnet", "2025-02"): 500}, group="Fraud")
    found = demand.restatement(OLDER, pd.concat([NEWER, fraud]))
    assert found["after"].tolist() == [51, 50]
    assert found["caveat"].str.contains("left out, as one release lacks it at times: Fraud.").all()


def test_offences_in_no_borough_do_not_count():
    nowhere = release({(None, "2025-02"): 5})
    found = demand.restatement(pd.concat([OLDER, nowhere]), NEWER)
    pd.testing.assert_frame_equal(found, demand.restatement(OLDER, NEWER))


def test_a_change_from_zero_is_not_given():
    older = release({("Barnet", "2025-02"): 0, ("Barnet", "2025-03"): 40})
    found = demand.restatement(older, NEWER)
    assert np.isnan(found["change"][0])
    assert found["estimate"][0] == 51


def test_inputs_are_not_changed():
    older, newer = OLDER.copy(), NEWER.copy()
    demand.restatement(older, newer)
    pd.testing.assert_frame_equal(older, OLDER)
    pd.testing.assert_frame_equal(newer, NEWER)


@pytest.mark.parametrize(
    ("older", "newer", "told"),
    [
        (OLDER, release({("Barnet", "2026-01"): 1}), "share no month (2025-01 to 2025-03; 2026-01"),
        (OLDER.assign(schema="mps_to_2023"), NEWER, "one schema and the same is needed"),
        (OLDER.assign(level="ward"), NEWER, "found 'ward' and 'borough'"),
        (NEWER, OLDER, "give the older one first"),
        (
            pd.concat([OLDER, OLDER.assign(schema="mps_to_2023")]),
            NEWER,
            "found 'mps_from_2024', 'mps_to_2023' and 'mps_from_2024'",
        ),
        (OLDER.assign(level="ward", schema="mps_to_2023"), NEWER, "; one level and the same"),
    ],
)
def test_tables_that_are_not_two_releases_of_one_are_refused(older, newer, told):
    with pytest.raises(InputError) as error:
        demand.restatement(older, newer)
    assert told in str(error.value)


def test_a_release_whose_months_are_counted_in_two_ways_is_set_against_one_like_it():
    def two_ways(table):
        return table.assign(schema=np.where(table.month < "2025-03", "mps_to_2024", table.schema))

    found = demand.restatement(two_ways(OLDER), two_ways(NEWER))
    pd.testing.assert_frame_equal(found, demand.restatement(OLDER, NEWER))
    with pytest.raises(InputError, match="one schema and the same"):
        demand.restatement(two_ways(OLDER), NEWER)


def test_airports_that_one_release_counts_apart_are_no_restatement_of_hillingdon():
    own = release({("Hillingdon", "2025-02"): 100}).assign(area="Hillingdon")
    apart = release({("Airports", "2025-02"): 20}).assign(area="Airports", borough=None)
    apart = pd.concat([own, apart.astype({"borough": "str"})]).assign(area_name=lambda t: t.area)
    within = own.assign(offences=pd.array([121], dtype="Int64"), area_name="Hillingdon")
    row = demand.restatement(apart, within).iloc[0]
    assert (row.before, row.after, row.estimate) == (120, 121, 1)


@pytest.mark.real_data
@pytest.mark.skipif(not REAL.is_dir(), reason="the publishers' files are not kept here")
def test_the_figures_held_restate_a_release_of_the_publishers():
    def read(name):
        return tables.read(REAL / name, tables.recognise(REAL / name))

    file = "mps_borough_crime_24m_202312_202511.csv"
    release = read(file)
    found = demand.restatement(release, tables.load().recorded_crime)
    assert len(found) == 33 * 24
    raw = pd.read_csv(REAL / file).set_index("BoroughName")
    now = pd.read_csv(places.shipped_data() / "published" / "recorded_crime.csv")
    now = now.set_index("borough")
    airports = [name for name in {*raw.index, *now.index} if "Heathrow" in str(name)]
    for name, at in (("Barnet", "2025-11"), ("Hillingdon", "2024-01")):
        counted_in = [name, *(airports if name == "Hillingdon" else [])]
        before = raw[raw.index.isin(counted_in)][at.replace("-", "")].sum()
        after = now[now.index.isin(counted_in)][at].sum()
        row = found[(found.area == name) & (found.period == at)].iloc[0]
        assert (row.before, row.after, row.estimate) == (before, after, after - before)
    with pytest.raises(InputError, match="found 'borough' and 'ward'"):
        demand.restatement(release, read("mps_ward_crime_24m_202402_202602.parquet"))
    long, short = (
        read(f"mps_borough_crime_{n}.csv")
        for n in ("historical_201004_202107", "24m_202108_202307")
    )
    with pytest.raises(InputError, match="share no month"):
        demand.restatement(long, short)
