"""Respondents: their names and codes become ours, or the file is refused with what to say."""

import sys

import numpy as np
import pandas as pd
import pytest

from pvtools import measures, synthetic, tables
from pvtools.errors import DataError, UsageError
from pvtools.tables import answer_words, intake
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


def test_bare_codes_are_refused_until_the_user_says_what_they_are(tmp_path):
    file = coded(tmp_path, [1, 2, 3, 3, 3, 5, -8])
    told = refused(file, columns={})
    assert "row 3, column 'good_job': found 3 answers of unknown meaning" in told
    assert "'3' (rows: 3), '2' (rows: 1), '5' (rows: 1)" in told
    told = refused(file, columns={}, yes={"good_job": [1, 2]})
    assert "found 2 answers of unknown meaning: '3' (rows: 3), '5' (rows: 1)" in told
    assert "no={'good_job': [3, 5]}" in told, "the line that would mend it"
    frame = tables.read_respondents(file, yes={"good_job": [1, 2]}, no={"good_job": [3, 4, 5]})
    np.testing.assert_array_equal(frame["good_job"], [1, 1, 0, 0, 0, 0, np.nan])
    reverse = tables.read_respondents(
        file, yes={"good_job": [5]}, no={"good_job": [1, 2]}, no_answer={"good_job": 3}
    )
    np.testing.assert_array_equal(reverse["good_job"], [0, 0, np.nan, np.nan, np.nan, 1, np.nan])


@pytest.mark.parametrize(
    "mark",
    [
        *("-", "--", "–", "—", "−", ".", "..", "…", "...", "?", "/", "n.a.", "N/A", "#N/A", "null"),
        *("#NULL!", ".a", "(blank)", "[no answer]", "NO RESPONSE", "No  reply", "not answered"),
        *("None given", "Refused", "refused.", "Don't wish to answer", "Don’t wish to say", "D/K"),
        *("Prefer not to say", "Don't know / Refused", "Not sure or no opinion", "Unknown"),
        *("-7", "-99", "999", "99.0", "9999", "77", "88", "098", "-9.00", "8. Don't know"),
        *("99 = Not asked", "(9) Refused", "\u200bmissing\xa0", "Don`t know"),
    ],
)
def test_no_answer_is_never_a_no_whatever_it_is_called(tmp_path, mark):
    file = coded(tmp_path, ["Excellent", mark, "Poor"])
    for yes in (None, {"good_job": ["Excellent", "Good"]}):
        frame = tables.read_respondents(file, yes=yes)
        np.testing.assert_array_equal(frame["good_job"], [1, np.nan, 0])
    numbers = coded(tmp_path, [1, mark, 5])
    frame = tables.read_respondents(numbers, yes={"good_job": [1]}, no={"good_job": [5]})
    np.testing.assert_array_equal(frame["good_job"], [1, np.nan, 0])


@pytest.mark.parametrize("text", ["Fantastic", "7", "8", "9", "96", "*", "None", "+", "✓", "12"])
def test_what_is_neither_chosen_nor_known_is_a_fault_until_it_is_explained(tmp_path, text):
    file = coded(tmp_path, ["Excellent", text, text, "Poor"])
    for yes in (None, {"good_job": ["Excellent"]}):
        told = refused(file, columns={}, yes=yes)
        assert f"an answer of unknown meaning: {text!r} (rows: 2)" in told
    for said, value in (("yes", 1), ("no", 0), ("no_answer", np.nan)):
        more = {said: {"good_job": ["Excellent", text] if said == "yes" else [text]}}
        frame = tables.read_respondents(file, **more)
        np.testing.assert_array_equal(frame["good_job"], [1, value, value, 0])


def test_codes_of_no_answer_are_asked_about_where_the_scale_reaches_so_far(tmp_path):
    hundred = coded(tmp_path, [80, 20, 99, 77])
    told = refused(hundred, columns={}, yes={"good_job": [80]}, no={"good_job": [20]})
    assert "'99' (rows: 1), '77' (rows: 1)" in told
    frame = tables.read_respondents(
        hundred, yes={"good_job": range(50, 101)}, no={"good_job": range(50)}
    )
    assert frame["good_job"].tolist() == [1, 0, 1, 1], "what is said goes before what is usual"
    both = coded(tmp_path, [2, -2, -1, 99])
    told = refused(both, columns={}, yes={"good_job": [2]}, no={"good_job": [-2]})
    assert "an answer of unknown meaning: '-1' (rows: 1)" in told


def test_zero_beside_a_scale_is_asked_about(tmp_path):
    file = coded(tmp_path, [0, 1, 5])
    told = refused(file, columns={}, yes={"good_job": [1]}, no={"good_job": [5]})
    assert "unknown meaning: '0' (rows: 1)" in told
    frame = tables.read_respondents(coded(tmp_path, [0, 1]), yes={"good_job": [1]})
    assert frame["good_job"].tolist() == [0, 1]
    frame = tables.read_respondents(coded(tmp_path, [0, 1]), yes={"good_job": [0]})
    assert frame["good_job"].tolist() == [1, 0]


def test_a_narrower_yes_makes_the_rest_of_its_own_scale_a_no(tmp_path):
    scale = ["Strongly agree", "Tend to agree", "Disagree"]
    file = coded(tmp_path, scale)
    frame = tables.read_respondents(file, yes={"good_job": ["Strongly agree"]})
    assert frame["good_job"].tolist() == [1, 0, 0]
    mixed = coded(tmp_path, [*scale, 1])
    told = refused(mixed, columns={}, yes={"good_job": [1]})
    assert "'Strongly agree' (rows: 1), 'Tend to agree' (rows: 1)" in told
    assert "'Disagree'" not in told.split("; allowed")[0], "a no on any scale"


@pytest.mark.parametrize(
    "written",
    [
        *("strongly  AGREE", " Strongly agree.", "1 - Strongly agree", "1. Strongly agree"),
        *("1) Strongly agree", "(1) Strongly agree", "01: strongly agree", "1 = Strongly Agree"),
        *("1 Strongly agree", "1 – Strongly agree", "Strongly agree (1)", "Stróngly agree"),
    ],
)
def test_an_answer_is_known_however_it_is_written(tmp_path, written):
    file = coded(tmp_path, [written, "5 - Disagree"])
    for yes in (None, {"good_job": ["Strongly agree"]}):
        frame = tables.read_respondents(file, yes=yes)
        assert frame["good_job"].tolist() == [1, 0]
    chosen = {"yes": {"good_job": [written]}, "no": {"good_job": ["Disagree"]}}
    assert tables.read_respondents(file, **chosen)["good_job"].tolist() == [1, 0]


def test_a_code_before_a_label_can_be_chosen(tmp_path):
    file = coded(tmp_path, ["1 - Splendid", "2 - Dreadful", "3 - Neither"])
    frame = tables.read_respondents(
        file, yes={"good_job": [1]}, no={"good_job": ["02"]}, no_answer={"good_job": [3]}
    )
    np.testing.assert_array_equal(frame["good_job"], [1, 0, np.nan])


def test_signs_are_not_lost(tmp_path):
    file = coded(tmp_path, [">5", "<5", "5"])
    told = refused(file, columns={}, yes={"good_job": [5]})
    assert "'>5' (rows: 1), '<5' (rows: 1)" in told


def test_a_misspelt_yes_is_a_fault_and_not_a_no(tmp_path):
    file = coded(tmp_path, ["Excellent", "Good", "Poor"])
    told = refused(file, columns={}, yes={"good_job": ["Excelent", "Good"]})
    assert "no answer 'Excelent', which is said to count as yes" in told
    assert "'Excellent'" in told
    frame = tables.read_respondents(file, yes={"good_job": ["Very good", "Good"]})
    assert frame["good_job"].tolist() == [0, 1, 0], "nobody need have given every answer"


def test_an_answer_cannot_be_both(tmp_path):
    file = coded(tmp_path, [1, 2])
    told = refused(file, columns={}, yes={"good_job": [1]}, no={"good_job": [1, 2]})
    assert "'1' said to be both no and yes" in told


def test_a_single_answer_may_stand_by_itself(tmp_path):
    frame = tables.read_respondents(coded(tmp_path, ["Aye", "No"]), yes={"good_job": "Aye"})
    assert frame["good_job"].tolist() == [1, 0]


def test_all_unexplained_answers_of_all_questions_are_told_at_once(tmp_path):
    rows = [["period", "borough", "good_job", "trust"], ["2014-12", "Barnet", "3", "Splendid"]]
    told = refused(builders.write(tmp_path / "two.csv", rows), columns={})
    assert "column 'good_job': found an answer of unknown meaning: '3' (rows: 1)" in told
    assert "column 'trust': found an answer of unknown meaning: 'Splendid' (rows: 1)" in told
    assert "no={'trust': ['Splendid']}" in told


def test_a_victim_is_one_whose_answer_says_so(tmp_path):
    file = written(tmp_path, Vic="2")
    told = refused(file)
    assert "column 'Vic': found an answer of unknown meaning: '2'" in told
    frame = tables.read_respondents(file, columns=MAP, no={"victim": [2]})
    assert frame["victim"].tolist()[:2] == ["no", "yes"]


# groups and the design ------------------------------------------------------------------------


def grouped(tmp_path, values, name="ethnicity"):
    rows = [["period", "borough", name, "good_job"]]
    rows += [["2014-12", "Barnet", value, "Good"] for value in values]
    return builders.write(tmp_path / "groups.csv", rows)


@pytest.mark.parametrize(
    "mark",
    ["-", "—", "Refused", "Prefer not to say", "999", "-9", "99", "(blank)", "NA", "9 - Refused"],
)
def test_no_answer_is_never_a_group(tmp_path, mark):
    frame = tables.read_respondents(grouped(tmp_path, ["Black", mark, "White"]))
    assert frame["ethnicity"].isna().tolist() == [False, True, False]


def test_a_group_is_one_however_it_is_written(tmp_path):
    frame = tables.read_respondents(
        grouped(tmp_path, ["16–24", "16-24", "16-24 ", "65+", "65", "<65"], "age_group")
    )
    assert frame["age_group"].tolist() == ["16-24"] * 3 + ["65+", "65", "<65"]
    frame = tables.read_respondents(grouped(tmp_path, ["WHITE", "White", "White", "white  "]))
    assert frame["ethnicity"].unique().tolist() == ["White"]


def test_a_code_that_may_be_an_age_is_asked_about(tmp_path):
    file = grouped(tmp_path, [35, 71, 99, -9], "age_group")
    told = refused(file, columns={})
    assert "an answer that may be a group or no answer: '99' (rows: 1)" in told
    assert "no_answer={'age_group': [99]}, or that none is, with []" in told
    gone = tables.read_respondents(file, no_answer={"age_group": [99]})
    assert gone["age_group"].isna().tolist() == [False, False, True, True]
    kept = tables.read_respondents(file, no_answer={"age_group": []})
    assert kept["age_group"].isna().tolist() == [False, False, False, True]


def test_what_is_said_to_be_no_answer_is_missing_from_groups(tmp_path):
    file = grouped(tmp_path, ["Black", "Would not", "White"])
    frame = tables.read_respondents(file, no_answer={"ethnicity": ["would not"]})
    assert frame["ethnicity"].isna().tolist() == [False, True, False]


@pytest.mark.parametrize("mark", ["-", "Refused", "-9", "n/a", ""])
@pytest.mark.parametrize("name", ["stratum", "psu"])
def test_a_mark_of_nothing_is_neither_stratum_nor_sampling_point(tmp_path, name, mark):
    told = refused(grouped(tmp_path, ["NA", mark, "CE"], name), columns={})
    assert "allowed: a name or number in every row" in told
    frame = tables.read_respondents(grouped(tmp_path, ["NA", "99", "CE"], name))
    assert frame[name].tolist() == ["NA", "99", "CE"], "NA is the North Area"


def test_a_code_for_a_gap_is_not_a_weight(tmp_path):
    told = refused(grouped(tmp_path, ["1.2", "0.8", "999"], "weight"), columns={})
    assert "a weight of 999 among weights of 10 or less" in told
    frame = tables.read_respondents(grouped(tmp_path, ["812", "640.5", "999"], "weight"))
    assert frame["weight"].tolist() == [812, 640.5, 999], "people each respondent stands for"


def test_zero_and_one_need_no_word(tmp_path):
    frame = tables.read_respondents(coded(tmp_path, ["0", "1", "1.0", "0.0"]))
    assert frame["good_job"].tolist() == [0, 1, 1, 0]


def test_answers_said_to_be_yes_that_nobody_gave_are_a_fault(tmp_path):
    assert "none of the answers said to count as yes (9)" in refused(
        coded(tmp_path, ["1", "2"]), columns={}, yes={"good_job": [9]}
    )


def test_every_label_means_one_thing():
    yes = {answer_words.key(one) for scale in answer_words.SCALES for one in scale[0]}
    no = {answer_words.key(one) for scale in answer_words.SCALES for one in scale[1]}
    assert not yes & no
    assert not any(answer_words.is_nothing(one) for one in yes | no)
    assert all(answer_words.is_nothing(one) for one in answer_words.NO_ANSWER)


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
    register = register.replace(
        "[pas_respondents.no_answers]", '[pas_respondents.no_answers]\ngood_job = ["Splendid"]'
    ).replace(
        "[pas_respondents.missing_answers]",
        '[pas_respondents.missing_answers]\ngood_job = ["Good"]\nethnicity = []',
    )
    (data / "sources.toml").write_text(register, encoding="utf-8")
    frame = tables.read_respondents(file, data_dir=data)
    np.testing.assert_array_equal(frame["good_job"][:3], [1, np.nan, 0])
    assert frame["trust"].tolist()[:3] == [1, 0, 0]
    spoken = tables.read_respondents(file, data_dir=data, no_answer={"good_job": ["Fair"]})
    np.testing.assert_array_equal(spoken["good_job"][:3], [1, 1, np.nan])


def test_all_faults_of_a_map_are_told_at_once_with_what_to_do(file):
    told = refused(
        file, columns={"Q61": "good_job", "Area": "place", "Wave": "period"}, yes={"liking": [1]}
    )
    assert "no column 'Q61' (did you mean 'Q60'?)" in told
    assert "a map of 'Area' to 'place'" in told
    assert "answers that count as yes to 'liking'" in told
    assert "no column for borough among Wave, Area" in told
    assert "columns={'THEIRS': 'ours'}" in told
    assert "[pas_respondents.missing_answers]" in told
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
        ({"Wave": "1 (Soon 2020)"}, "found '1 (Soon 2020)'; allowed: a day, month or quarter"),
        ({"Q60": "Splendid"}, "'Splendid' (rows: 1); allowed: an answer whose label"),
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
        ("1 (Apr 2020)", "2020-06"),
        ("12 (Mar 2021)", "2021-03"),
        ("May 2020", "2020-06"),
        ("Sept 2020", "2020-09"),
        ("Apr-2020", "2020-06"),
        ("1 May 2020", "2020-06"),
        ("05/2020", "2020-06"),
        ("2020-05-01 00:00:00", "2020-06"),
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
