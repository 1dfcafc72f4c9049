"""Respondents: their names and codes become ours, or the file is refused with what to say."""

import sys

import numpy as np
import pandas as pd
import pytest

from pvtools import measures, synthetic, tables
from pvtools.errors import DataError, UsageError
from pvtools.tables import answers, intake
from pvtools.tables.archives import read_archive

from . import builders

HEAD = ["Wave", "Area", "WT", "Q60", "A121", "Eth", "Vic", "Serial"]
ROWS = [
    ["2014/15 Q3", "City of Westminster", "1,25", "Excellent", "Strongly agree", "Black", "No", 1],
    ["2014/15 Q3", "Barnet", "0.5", "Good", "Tend to agree", "Asian", "Yes", 2],
    ["2014/15 Q4", "E09000003", "1", "Fair", "Neither agree nor disagree", "-8", "Refused", 3],
    ["2014/15 Q4", "Barnet", "2", "Don't know", "-9", "White", "No", 4],
]
MAP = {
    "Wave": "period",
    "Area": "borough",
    "WT": "weight",
    "Q60": "good_job",
    "A121": "trust",
    "Eth": "ethnicity",
    "Vic": "victim",
}


@pytest.fixture
def file(tmp_path):
    return builders.write(tmp_path / "pas.csv", [HEAD, *ROWS])


def written(tmp_path, row=0, **changes):
    rows = [list(one) for one in ROWS]
    for name, value in changes.items():
        rows[row][HEAD.index(name)] = value
    return builders.write(tmp_path / "bad.csv", [HEAD, *rows])


def refused(path, **asked):
    with pytest.raises(DataError) as error:
        tables.read_respondents(path, **({"columns": MAP} | asked))
    return str(error.value)


def coded(tmp_path, codes, name="good_job"):
    rows = [["period", "borough", name], *(["2014-12", "Barnet", code] for code in codes)]
    return builders.write(tmp_path / "coded.csv", rows)


# names and answers ----------------------------------------------------------------------------


def test_their_names_become_ours_and_the_rest_is_left_out(file):
    frame = tables.read_respondents(file, columns=MAP)
    assert list(frame.columns) == [
        *("period", "quarter_end", "borough", "bcu", "weight", "ethnicity", "victim"),
        *("good_job", "trust", "origin"),
    ]
    assert frame["period"].tolist() == ["2014-12", "2014-12", "2015-03", "2015-03"]
    assert frame["borough"].tolist() == ["Westminster", "Barnet", "Barnet", "Barnet"]
    assert frame["bcu"].tolist() == ["Central West", *["North West"] * 3]
    assert frame["weight"].tolist() == [1.25, 0.5, 1.0, 2.0]
    assert set(frame["origin"]) == {"added"}


def test_the_two_best_answers_are_yes_and_no_answer_is_missing(file):
    frame = tables.read_respondents(file, columns=MAP)
    np.testing.assert_array_equal(frame["good_job"], [1, 1, 0, np.nan])
    np.testing.assert_array_equal(frame["trust"], [1, 1, 0, np.nan])
    assert frame["ethnicity"].isna().tolist() == [False, False, True, False]
    assert frame["victim"].tolist()[:2] == ["no", "yes"]
    assert frame["victim"].isna().tolist() == [False, False, True, False]


@pytest.mark.parametrize(
    "code", ["", "-1", "-8", "-9", "97", "98", "99", "-9.0", "DK", "Don’t know"]
)
def test_codes_of_no_answer_are_missing_and_never_no(tmp_path, code):
    frame = tables.read_respondents(coded(tmp_path, ["Good", code, "Poor"]))
    np.testing.assert_array_equal(frame["good_job"], [1, np.nan, 0])


def test_a_remark_behind_an_answer_does_not_matter(tmp_path):
    file = coded(tmp_path, ["Good (prompted)", "Don't know (spontaneous)"])
    np.testing.assert_array_equal(tables.read_respondents(file)["good_job"], [1, np.nan])


def test_bare_codes_are_refused_until_the_user_says_which_are_yes(tmp_path):
    file = coded(tmp_path, [1, 2, 3, 4, 5, -8])
    told = refused(file, columns={})
    assert "row 3, column 'good_job': found '2'" in told
    assert "say which answers count as yes" in told
    frame = tables.read_respondents(file, yes={"good_job": [1, 2]})
    np.testing.assert_array_equal(frame["good_job"], [1, 1, 0, 0, 0, np.nan])
    reverse = tables.read_respondents(file, yes={"good_job": [4, 5]})
    np.testing.assert_array_equal(reverse["good_job"], [0, 0, 0, 1, 1, np.nan])


def test_nought_and_one_need_no_word(tmp_path):
    frame = tables.read_respondents(coded(tmp_path, ["0", "1", "1.0", "0.0"]))
    assert frame["good_job"].tolist() == [0, 1, 1, 0]


def test_answers_said_to_be_yes_that_nobody_gave_are_a_fault(tmp_path):
    assert "none of the answers said to count as yes (9)" in refused(
        coded(tmp_path, ["1", "2"]), columns={}, yes={"good_job": [9]}
    )


def test_every_label_means_one_thing():
    assert not answers._YES & answers._NO
    assert not (answers._YES | answers._NO) & answers._NONE


# the map --------------------------------------------------------------------------------------


def test_the_map_can_stand_in_the_users_own_register(tmp_path, file):
    data = builders.data_folder(tmp_path / "data")
    register = (builders.places.shipped_data() / "sources.toml").read_text(encoding="utf-8")
    lines = "\n".join(f'{theirs} = "{ours}"' for theirs, ours in MAP.items())
    register = register.replace(
        "[pas_respondents.columns_map]", f"[pas_respondents.columns_map]\n{lines}"
    ).replace(
        "[pas_respondents.yes_answers]", '[pas_respondents.yes_answers]\ntrust = ["Strongly agree"]'
    )
    (data / "sources.toml").write_text(register, encoding="utf-8")
    frame = tables.read_respondents(file, data_dir=data)
    assert frame["good_job"].tolist()[:3] == [1, 1, 0]
    assert frame["trust"].tolist()[:3] == [1, 0, 0]


def test_all_faults_of_a_map_are_told_at_once_with_what_to_do(file):
    told = refused(
        file, columns={"Q61": "good_job", "Area": "place", "Wave": "period"}, yes={"liking": [1]}
    )
    assert "no column 'Q61' (did you mean 'Q60'?)" in told
    assert "a map of 'Area' to 'place'" in told
    assert "answers that count as yes to 'liking'" in told
    assert "no column for borough among Wave, Area" in told
    assert "columns={'THEIRS': 'ours'}" in told
    assert "[pas_respondents.columns_map]" in told


def test_two_columns_cannot_be_one(file):
    told = refused(file, columns=MAP | {"Serial": "weight"})
    assert "both 'WT' and 'Serial' for 'weight'" in told


def test_a_file_without_a_question_is_refused(file):
    told = refused(file, columns={"Wave": "period", "Area": "borough"})
    assert "no column for good_job or trust or treat_fairly" in told


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"WT": "-1"}, "row 2, column 'WT': found '-1'; allowed: a weight above 0"),
        ({"WT": "0"}, "found '0'; allowed: a weight above 0"),
        ({"WT": ""}, "found an empty cell; allowed: a weight above 0"),
        ({"WT": "nan"}, "found 'nan'; allowed: a weight above 0"),
        ({"Area": "Hackny"}, "Did you mean 'Hackney'?"),
        ({"Wave": "2999-12"}, "found '2999-12'; allowed: a day, month or quarter"),
        ({"Wave": "3"}, "found '3'; allowed: a day, month or quarter"),
        ({"Q60": "Splendid"}, "found 'Splendid'; allowed: an answer whose label"),
    ],
)
def test_a_faulty_cell_is_refused_with_its_place(tmp_path, changes, told):
    assert told in refused(written(tmp_path, **changes))


@pytest.mark.parametrize(
    ("said", "period"),
    [
        ("2014-12-31", "2014-12"),
        ("2014-11-05", "2014-12"),
        ("31/12/2014", "2014-12"),
        ("2014-10", "2014-12"),
        ("2014 Q4", "2014-12"),
        ("Q4 2014", "2014-12"),
        ("2014/15 Q3", "2014-12"),
        ("2014-15 Q4", "2015-03"),
        ("Q1 2014/15", "2014-06"),
    ],
)
def test_a_wave_is_the_quarter_it_ends_in(tmp_path, said, period):
    frame = tables.read_respondents(written(tmp_path, Wave=said), columns=MAP)
    assert frame["period"].iloc[0] == period
    assert frame["quarter_end"].dt.is_quarter_end.all()


def test_a_file_that_does_not_say_when_is_told_with_the_call(file):
    columns = {theirs: ours for theirs, ours in MAP.items() if ours != "period"}
    assert "no column for period" in refused(file, columns=columns)
    assert "the period 'soon'" in refused(file, columns=columns, period="soon")
    frame = tables.read_respondents(file, columns=columns, period="2014 Q4")
    assert set(frame["period"]) == {"2014-12"}


def test_an_unknown_survey_names_the_nearest(file):
    with pytest.raises(UsageError, match="Did you mean 'pas_respondents'"):
        tables.read_respondents(file, source="pas_respondent")


# made-up respondents --------------------------------------------------------------------------


def test_made_up_respondents_come_back_as_they_were_and_stay_stamped(tmp_path):
    made = synthetic.survey(1, waves=2, interviews=10, points=2).respondents
    made.to_csv(tmp_path / "made.csv", index=False)
    back = tables.read_respondents(tmp_path / "made.csv")
    assert list(back.columns) == list(made.columns)
    assert synthetic.is_synthetic(back)
    for name in made.columns:
        like = float if made[name].dtype == bool else back[name].dtype
        pd.testing.assert_series_equal(back[name], made[name].astype(like))


def test_made_up_victims_come_back_as_they_were(tmp_path):
    made = synthetic.satisfaction(1, months=2, interviews=64).respondents
    made.to_csv(tmp_path / "made.csv", index=False)
    back = tables.read_respondents(tmp_path / "made.csv", source="user_satisfaction")
    assert list(back.columns) == list(made.columns)
    assert (back["month"].dt.day == 1).all()
    assert back["satisfied"].tolist() == made["satisfied"].astype(float).tolist()


def test_the_questions_of_a_file_are_those_of_the_register():
    held = tables.respondents.questions()
    assert set(measures.QUESTIONS) | set(measures.STATEMENTS) == set(held)
    assert tables.respondents.questions("user_satisfaction") == ("satisfied",)


# other packages' files ------------------------------------------------------------------------


def labelled():
    answers_ = pd.Categorical.from_codes(
        [0, 1, 2, 3], categories=["Excellent", "Good", "Poor", "Don't know"]
    )
    return pd.DataFrame(
        {
            "Q60": answers_,
            "Area": ["Barnet", "Hackney", "Westminster", "Barnet"],
            "WT": [1.0, 2.0, 0.5, 1.5],
            "Day": pd.to_datetime(["2014-12-31"] * 4),
        }
    )


STATA_MAP = {"Q60": "good_job", "Area": "borough", "WT": "weight", "Day": "period"}


@pytest.mark.parametrize("version", [114, 117, 118])
def test_stata_files_are_read_by_their_labels(tmp_path, version):
    file = tmp_path / "named otherwise.csv"
    with file.open("wb") as content:
        labelled().to_stata(content, write_index=False, version=version)
    frame = tables.read_respondents(file, columns=STATA_MAP)
    np.testing.assert_array_equal(frame["good_job"], [1, 1, 0, np.nan])
    assert frame["period"].tolist() == ["2014-12"] * 4
    assert frame["weight"].tolist() == [1.0, 2.0, 0.5, 1.5]


def test_a_labelled_column_without_any_answer_is_all_missing(tmp_path):
    empty = labelled().assign(Q61=pd.Categorical([None] * 4, categories=["Good"]))
    with (tmp_path / "pas.dta").open("wb") as content:
        empty.to_stata(content, write_index=False)
    frame = tables.read_respondents(tmp_path / "pas.dta", columns=STATA_MAP | {"Q61": "trust"})
    assert frame["trust"].isna().all()


@pytest.mark.parametrize("bytes_", [b"<stata_dta><header>", b"\x72\x02\x01\x00\x03\x00"])
def test_a_damaged_stata_file_is_refused(tmp_path, bytes_):
    file = tmp_path / "cut.dta"
    file.write_bytes(bytes_)
    with pytest.raises(DataError, match="a Stata file that is cut short or damaged"):
        tables.read_respondents(file)


def test_without_its_library_an_spss_file_says_what_to_install(tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "pyreadstat", None)
    file = tmp_path / "pas.sav"
    file.write_bytes(b"$FL2@(#) made up")
    with pytest.raises(UsageError, match=r"pip install 'pvtools\[spss\]'"):
        tables.read_respondents(file)


def test_spss_files_are_read_by_their_labels(tmp_path):
    import pyreadstat as spss

    frame = pd.DataFrame({"Q60": [1.0, 2.0, 4.0, -8.0, np.nan], "Area": ["Barnet"] * 5})
    labels = {"Q60": {1: "Excellent", 2: "Good", 4: "Poor", -8: "Did not say"}}
    spss.write_sav(frame, tmp_path / "pas.sav", variable_value_labels=labels)
    found = tables.read_respondents(
        tmp_path / "pas.sav", columns={"Q60": "good_job", "Area": "borough"}, period="2014-12"
    )
    np.testing.assert_array_equal(found["good_job"], [1, 1, 0, np.nan, np.nan])


def test_a_damaged_spss_file_is_refused(tmp_path):
    import pyreadstat  # noqa: F401 - the optional extra that the tests need

    (tmp_path / "cut.sav").write_bytes(b"$FL2@(#) made up")
    with pytest.raises(DataError, match="an SPSS file that is cut short or damaged"):
        tables.read_respondents(tmp_path / "cut.sav")


def test_a_file_that_is_not_there_is_told(tmp_path):
    with pytest.raises(DataError, match="no file of this name"):
        read_archive(tmp_path / "none.sav")


def test_adding_an_archived_file_says_how_it_is_read(tmp_path):
    (tmp_path / "pas.sav").write_bytes(b"$FL2@(#) made up")
    (one,) = intake.add([tmp_path / "pas.sav"], data_dir=builders.data_folder(tmp_path / "data"))
    assert one.outcome == "failed"
    assert "tables.read_respondents" in str(one.error)
