"""Harm weights: by the force's own names, one version at a time, and groups by their mean."""

import pytest

from pvtools import demand, estimates, tables
from pvtools.errors import DataError, UsageError
from pvtools.tables import harm_offences, intake

from . import builders
from .real_files import REAL

real_data = pytest.mark.skipif(not REAL.is_dir(), reason="the publishers' files are not kept here")
KEY = "harm_weights"
INDEX = "Cambridge Crime Harm Index, national counts 2030/31"


def weight(frame, kind):
    return frame[frame["kind"] == kind].set_index("category")["weight"].to_dict()


def test_a_subgroups_weight_is_that_of_each_of_its_offences_in_both_schemas(tmp_path):
    frame = tables.read(builders.index(tmp_path / "f.csv"), KEY)
    offences = weight(frame, "offence")
    assert offences["Res burglary of a home"] == offences["Domestic burglary"] == 200
    assert offences["Homicide"] == 5000
    assert set(frame["version"]) == {INDEX}
    assert set(frame["year"]) == {2030}


def test_a_groups_weight_is_the_mean_of_its_subgroups_as_often_as_recorded(tmp_path):
    frame = tables.read(builders.index(tmp_path / "f.csv"), KEY)
    groups = weight(frame, "offence_group")
    assert groups["Violence against the person"] == pytest.approx((5000 + 99 * 300) / 100)
    assert groups["Burglary"] == pytest.approx((30 * 200 + 10 * 100) / 40)
    assert "Robbery" not in groups  # none of it is in the file
    said = frame.loc[frame["category"] == "Burglary", "source"].item()
    assert said.startswith("mean of Residential burglary, Non-residential burglary, each as often")
    assert "2030/31" in said


def test_every_subgroup_stands_in_one_group_and_every_offence_in_one_subgroup():
    names = [name for names in harm_offences.SUBGROUPS.values() for name in names]
    assert len(names) == len(set(names))
    groups = sum(len(subs) for subs in harm_offences.OFFENCES.values())
    assert groups == len(harm_offences.SUBGROUPS)
    assert all(name == name.capitalize() for name in names)


def test_weights_of_ones_own_take_any_offence_and_make_groups_from_their_counts(tmp_path):
    path = builders.own_weights(tmp_path / "f.csv")
    assert tables.recognise(path) == KEY
    frame = tables.read(path, KEY)
    assert weight(frame, "offence")["Dog fouling"] == 0.5
    assert weight(frame, "offence_group") == {"Burglary": pytest.approx((3 * 90 + 30) / 4)}


def test_weights_of_ones_own_without_counts_make_no_groups(tmp_path):
    rows = [["offence", "weight", "version"], ["ARSON", 5, "Mine 2031"], ["Rape", 9, "Mine 2031"]]
    frame = tables.read(builders.write(tmp_path / "f.csv", rows), KEY)
    assert weight(frame, "offence") == {"Arson": 5, "Rape": 9}
    assert weight(frame, "offence_group") == {}


def test_weights_of_ones_own_may_be_of_groups(tmp_path):
    rows = [["THEFT", 2, "Mine 2031", 1], ["ROBBERY", 90, "Mine 2031", 1]]
    path = builders.own_weights(tmp_path / "f.csv", rows, kind="offence_group")
    assert weight(tables.read(path, KEY), "offence_group") == {"Theft": 2, "Robbery": 90}


@pytest.mark.parametrize(
    ("write", "before", "after", "told"),
    [
        (builders.index, "Homicide", "Homicides", "Did you mean 'Homicide'?"),
        (builders.index, "5000.0", "-5", "found '-5'; allowed: a number of days, 0 or more"),
        (builders.index, ",99", ",many", "found 'many'"),
        (builders.index, "Non-residential", "Residential", "a second row for Residential burglary"),
        (builders.own_weights, "2031", "last", "found 'Own weights last'; allowed: a name with a"),
        (builders.own_weights, "90", "heavy", "a number of harm, 0 or more"),
        (builders.own_weights, "Dog fouling", "Res Burglary of a home", "a second row for Own"),
        (builders.own_weights, "count", "offence_group", "one of them in one file"),
    ],
)
def test_a_faulty_weight_is_refused_with_its_place(tmp_path, write, before, after, told):
    path = write(tmp_path / "f.csv")
    path.write_text(path.read_text().replace(before, after, 1))
    with pytest.raises(DataError) as error:
        tables.read(path, KEY)
    assert told in str(error.value)


# versions that were added ----------------------------------------------------------------------


@pytest.fixture
def data(tmp_path):
    folder = builders.data_folder(tmp_path / "data")
    files = [builders.index(tmp_path / "i.csv"), builders.own_weights(tmp_path / "o.csv")]
    results = intake.add(files, data_dir=folder)
    assert [(one.outcome, one.source) for one in results] == [("new", KEY)] * 2
    return folder


def test_the_newest_version_is_given_unless_another_is_named(data):
    newest = tables.load_harm_weights(data)
    assert list(newest) == ["version", "kind", "category", "weight", "source"]
    assert set(newest["version"]) == {"Own weights 2031"}
    assert set(tables.load_harm_weights(data, version=INDEX)["version"]) == {INDEX}


def test_an_unknown_version_names_those_that_are_held(data):
    with pytest.raises(UsageError) as error:
        tables.load_harm_weights(data, version="The best")
    assert INDEX in str(error.value)
    assert "Own weights 2031" in str(error.value)


def test_of_two_tables_of_one_year_that_which_weighs_more_is_used_and_add_says_so(data, tmp_path):
    more = builders.own_weights(tmp_path / "x.csv", [["Arson", 1, "Another 2031", 1]])
    (one,) = intake.add([more], data_dir=data)
    assert one.outcome == "new"
    assert "Reports use the weights 'Own weights 2031'" in one.note
    assert set(tables.load_harm_weights(data)["version"]) == {"Own weights 2031"}
    assert len(tables.load_harm_weights(data, version="Another 2031")) == 2


def test_other_weights_under_a_name_that_is_held_are_refused_when_they_are_added(data, tmp_path):
    rows = [["Dog fouling", 7, "Own weights 2031", 8]]
    (one,) = intake.add([builders.own_weights(tmp_path / "x.csv", rows)], data_dir=data)
    assert one.outcome == "failed"
    assert "other weights for 'Own weights 2031', which 2031_" in str(one.error)
    assert "Give the version another name" in str(one.error)


def test_two_files_that_were_added_under_one_name_give_the_fuller_ones_weights(data, tmp_path):
    rows = [["Dog fouling", 7, "Own weights 2031", 8]]
    builders.add(data, KEY, builders.own_weights(tmp_path / "x.csv", rows), "2031")
    held = tables.load_harm_weights(data)
    assert held[held["category"] == "Dog fouling"]["weight"].tolist() == [0.5]


def test_the_first_weights_that_are_added_are_said_to_replace_the_shipped_ones(tmp_path):
    folder = builders.data_folder(tmp_path / "data")
    (one,) = intake.add([builders.own_weights(tmp_path / "o.csv")], data_dir=folder)
    assert one.note.startswith("Reports use the weights 'Own weights 2031' in place of those")


# the files themselves --------------------------------------------------------------------------


@pytest.mark.real_data
@real_data
class TestPublished:
    @pytest.fixture
    def weights(self):
        path = REAL / "cchi_2026_by_prc_subgroup.csv"
        assert tables.recognise(path) == KEY
        return tables.read(path, KEY)

    def test_all_subgroups_and_groups_are_weighed(self, weights):
        groups = weight(weights, "offence_group")
        assert set(groups) == set(harm_offences.OFFENCES)
        assert groups["Burglary"] == pytest.approx(244.68, abs=0.005)  # as others worked it out
        assert groups["Arson and criminal damage"] == pytest.approx(11.18, abs=0.005)

    @pytest.mark.parametrize(
        "name",
        [
            "mps_borough_crime_historical_201004_202107.csv",
            "mps_borough_crime_24m_202108_202307.csv",
            "mps_borough_crime_24m_202312_202511.csv",
        ],
    )
    def test_every_local_offence_of_both_schemas_has_a_weight(self, weights, name):
        recorded = tables.read(REAL / name, "mps_recorded_crime")
        score = demand.severity_score(recorded, weights)
        assert (score["unweighted"] == 0).all()
        groups = demand.severity_score(recorded, weights, category="offence_group")
        own, rough = (estimates.pick(table, area="London") for table in (score, groups))
        assert rough.estimate == pytest.approx(own.estimate, rel=0.1)
        assert rough.stderr < own.stderr

    def test_published_groups_are_weighed_too(self, weights):
        score = demand.severity_score(
            tables.load().recorded_crime, weights, category="offence_group"
        )
        assert len(score) == 33
        assert (score["unweighted"] == 0).all()

    def test_plain_counts_place_boroughs_more_surely_than_harm_does(self, weights):
        recorded = tables.read(
            REAL / "mps_borough_crime_24m_202312_202511.csv", "mps_recorded_crime"
        )
        plain = weights.assign(weight=1.0, version="plain counts")
        table = demand.compare_weights(recorded, plain, weights, category="offence", seed=1)
        assert table["area"].is_monotonic_increasing
        width = {
            which: (table[f"place_upper_{which}"] - table[f"place_lower_{which}"]).mean()
            for which in ("first", "second")
        }
        assert width["second"] > 2 * width["first"]
        assert 5 <= (table["verdict"] != "no more than chance").sum() <= 15
