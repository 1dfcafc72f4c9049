"""The register of sources: complete as shipped, and plain about its faults when broken."""

import subprocess
import sys

import pytest

from pvtools import places, sources
from pvtools.errors import DataError, UsageError

ENTRY = """
[one]
title = "One"
publisher = "A publisher"
licence = "Open Government Licence v3.0"
attribution = "Source: a publisher."
published_at = "https://data.example/one"
addresses = []
columns = [["A", "B"]]
cadence = "monthly"
gains = "Nothing much."
cannot_bear = ["Weight."]
"""


def write(tmp_path, text):
    (tmp_path / "sources.toml").write_text(text, encoding="utf-8")
    return tmp_path


def test_the_shipped_register_holds_every_source_in_this_order():
    assert list(sources.register()) == [
        "mps_recorded_crime",
        "mps_recorded_crime_ward",
        "mps_recorded_crime_lsoa",
        "pas_borough",
        "pas_force",
        "census_2021",
        "census_historic",
        "gla_population",
        "pas_respondents",
        "user_satisfaction",
        "pas_demographic_means",
        "pas_vs_census_ethnicity",
        "mps_dashboard",
        "mps_vawg",
        "mps_business_crime",
        "mps_thorough_searches",
        "harm_weights",
        "mps_abstractions",
        "incident_times",
        "police_uk",
        "boroughs",
        "severity_weights",
        "severity_by_minor",
        "severity_scores",
        "special_crime_by_month",
        "outcomes_2025_by_month",
        "women_and_girls_by_month",
        "homicide_victims_by_year",
        "stop_search_by_month",
        "deprivation_2019",
        "wellbeing_by_year",
        "workforce_by_rank",
        "national_survey_2018",
        "reporting_rates",
        "time_histograms",
        "business_outcomes_by_day",
        "hours_of_week",
        "recorded_crime_breaks",
        "command_units_start",
        "london_interventions",
        "trust_in_government",
    ]


def test_every_source_says_what_it_cannot_bear_and_how_to_get_it():
    for source in sources.register().values():
        assert source.cannot_bear
        assert all(sentence.endswith(".") for sentence in source.cannot_bear)
        assert source.addresses or source.by_hand
        assert source.gains.endswith(".")


def test_the_survey_design_says_what_an_interval_rests_on():
    design = sources.find("pas_borough").design
    assert design.n == design.interviews_per_quarter * design.quarters_pooled == 400
    assert design.design_effect == 2.3
    assert "one sixteenth" in design.design_effect_basis


def test_the_published_figures_have_the_checksum_the_register_gives():
    for source in sources.register().values():
        if source.published:
            path = places.shipped_data() / source.published.file
            assert sources.sha256(path) == source.published.sha256, source.key


def test_an_unknown_source_names_the_nearest():
    with pytest.raises(UsageError, match="Did you mean 'pas_borough'"):
        sources.find("pas_boroughs")


def test_a_data_folder_without_a_register_uses_the_shipped_one(tmp_path):
    assert sources.register(tmp_path) == sources.register()


def test_a_data_folder_may_have_a_register_of_its_own(tmp_path):
    own = sources.register(write(tmp_path, ENTRY))
    assert list(own) == ["one"]
    assert own["one"].columns == (("A", "B"),)


def test_an_address_may_carry_a_checksum(tmp_path):
    digest = "0" * 64
    listed = f'addresses = [{{ url = "https://data.example/f.csv", sha256 = "{digest}" }}]'
    own = sources.register(write(tmp_path, ENTRY.replace("addresses = []", listed)))
    assert own["one"].addresses == (sources.Address("https://data.example/f.csv", digest),)


def test_all_faults_of_a_register_are_told_at_once_with_line_and_key(tmp_path):
    text = (
        ENTRY.replace('licence = "Open Government Licence v3.0"\n', "")
        .replace('"monthly"', '"fortnightly"')
        .replace("publisher", "publischer", 1)
        .replace("addresses = []", 'addresses = ["file:///etc/passwd"]')
    )
    with pytest.raises(DataError) as caught:
        sources.register(write(tmp_path, text + "\n[one.design]\nn = -4\n"))
    message = str(caught.value)
    assert str(tmp_path / "sources.toml") in message
    assert "line 2, key 'one.licence': found nothing" in message
    assert "line 9, key 'one.cadence': found 'fortnightly'; allowed: one of monthly" in message
    assert (
        "line 4, key 'one.publischer': found an unknown field. Did you mean 'publisher'" in message
    )
    assert "line 7, key 'one.addresses'" in message
    assert "key 'one.design.n': found -4" in str(list(map(str, caught.value.faults)))
    assert len(caught.value.faults) >= 6


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"[one\ntitle = 1", "not TOML"),
        (b"\xff\xfe[one]", "not UTF-8"),
        (b"one = 1", "key 'one': found 1; allowed: an entry"),
        (ENTRY.replace("[one]", '["../one"]').encode(), "small letters"),
    ],
)
def test_a_register_that_cannot_be_read_is_one_plain_error(tmp_path, content, said):
    (tmp_path / "sources.toml").write_bytes(content)
    with pytest.raises(DataError, match=r"sources\.toml cannot be used") as caught:
        sources.register(tmp_path)
    assert said in str(caught.value)


def test_importing_sources_imports_neither_pandas_nor_httpx():
    code = (
        "import sys; from pvtools import sources; sources.register(); sources.holdings();"
        "print([m for m in ('pandas', 'httpx', 'numpy') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_a_user_says_what_the_columns_and_answers_of_a_licensed_file_mean(tmp_path):
    own = ENTRY + '[one.columns_map]\nQ60 = "good_job"\n[one.yes_answers]\ngood_job = [1, "Good"]\n'
    own += "[one.no_answers]\ngood_job = [2]\n[one.missing_answers]\nage_group = []\n"
    source = sources.register(write(tmp_path, own))["one"]
    assert source.columns_map == {"Q60": "good_job"}
    assert source.yes_answers == {"good_job": ("1", "Good")}
    assert (source.no_answers, source.missing_answers) == ({"good_job": ("2",)}, {"age_group": ()})


@pytest.mark.parametrize(
    ("lines", "told"),
    [
        ("columns_map = 3\n", "key 'one.columns_map': found 3; allowed: a table"),
        ("[one.columns_map]\nQ60 = 7\n", "key 'one.columns_map.Q60': found 7; allowed: a text"),
        ("[one.yes_answers]\ntrust = []\n", "key 'one.yes_answers.trust': found []"),
        ("[one.no_answers]\ntrust = 2\n", "key 'one.no_answers.trust': found 2"),
        ("[one.missing_answers]\ntrust = [0.5]\n", "key 'one.missing_answers.trust'"),
    ],
)
def test_a_faulty_map_of_columns_is_told_with_its_key(tmp_path, lines, told):
    with pytest.raises(DataError) as caught:
        sources.register(write(tmp_path, ENTRY + lines))
    assert told in str(caught.value)


# what readers declare -------------------------------------------------------------------------

THREE = """columns = [["A", "B"]]
gains = "Nothing much."
cannot_bear = ["Weight."]
"""


def test_an_entry_that_a_reader_declares_needs_no_words_of_its_own(tmp_path):
    bare = ENTRY
    for line in THREE.splitlines():
        bare = bare.replace(line + "\n", "")
    own = sources.register(write(tmp_path, bare.replace("[one]", "[mps_vawg]")))["mps_vawg"]
    assert own.gains == sources.find("mps_vawg").gains
    assert "ward_name_clean_2" in own.columns[0]


def test_an_entry_that_no_reader_knows_must_have_words_of_its_own(tmp_path):
    bare = ENTRY
    for line in THREE.splitlines():
        bare = bare.replace(line + "\n", "")
    with pytest.raises(DataError) as caught:
        sources.register(write(tmp_path, bare))
    told = [str(fault) for fault in caught.value.faults]
    assert [text.partition(":")[0] for text in told] == [
        "line 2, key 'one.columns'", "line 2, key 'one.gains'", "line 2, key 'one.cannot_bear'",
    ]  # fmt: skip


def test_a_register_of_ones_own_may_say_otherwise_than_the_reader(tmp_path):
    own = sources.register(write(tmp_path, ENTRY.replace("[one]", "[mps_vawg]")))["mps_vawg"]
    assert (own.gains, own.cannot_bear, own.columns) == (
        "Nothing much.", ("Weight.",), (("A", "B"),),
    )  # fmt: skip


# designs by period ----------------------------------------------------------------------------


def test_the_design_of_the_published_series_is_the_one_stated_for_its_years():
    survey = sources.find("pas_borough")
    for period in ("2015", "2015-03", "2019-12", "year to 2022-12", "quarter to 2022-12"):
        assert survey.design_of(period) == survey.design
    assert not survey.design.caveats
    assert (survey.design.first, survey.design.last) == ("2015-01", "2022-12")


def test_a_period_without_a_stated_design_has_the_nearest_and_says_so():
    survey = sources.find("pas_borough")
    later, earlier = survey.design_of("2024-06"), survey.design_of("2014-12")
    assert later.n == earlier.n == 400  # the smaller of those stated: intervals are wider
    assert "in 2024-06 is not stated; the design of 2015-01 to 2022-12 is used" in later.caveats[0]
    assert "600 a borough, and does not say since when" in later.caveats[1]
    assert len(earlier.caveats) == 1  # what is stated today says nothing of 2014


def test_a_possible_break_is_named_in_every_comparison_across_it():
    survey = sources.find("pas_borough")
    (sentence,) = survey.breaks_between("2019-12", "2022-12")
    assert "Interviews in person stopped in 2020" in sentence
    assert survey.breaks_between("2022-12", "2019-12") == (sentence,)
    assert survey.breaks_between("2020-06", "2021-06") == (sentence,)
    assert survey.breaks_between("2021-01", "2022-12") == ()
    assert survey.breaks_between("2014-12", "2019-12") == ()


@pytest.mark.parametrize(
    "period", ["", "soon", "2022-13", "2022-Q4", "22-12", "2022-12-31", None, 12]
)
def test_what_is_no_period_is_refused(period):
    with pytest.raises(UsageError, match="A period is a year or a month"):
        sources.find("pas_borough").design_of(period)


def test_a_source_without_a_design_is_refused():
    with pytest.raises(UsageError, match="No survey design is stated for 'mps_vawg'"):
        sources.find("mps_vawg").design_of("2022")
    assert sources.find("mps_vawg").design is None


DESIGN = """interviews_per_quarter = 10
quarters_pooled = 4
n = 40
design_effect = 2.0
design_effect_basis = "A guess."
"""


def test_a_single_design_without_dates_holds_for_every_period(tmp_path):
    own = sources.register(write(tmp_path, ENTRY + "[one.design]\n" + DESIGN))["one"]
    assert own.design_of("1999").n == own.design_of("2030-01").n == own.design.n == 40
    assert own.design_of("1999").caveats == ()


def test_of_several_dated_designs_each_period_has_its_own(tmp_path):
    text = ENTRY
    for first, last, n in (("2010", "2012-06", 40), ("2014-01", "2016", 80)):
        dates = f'first = "{first}"\nlast = "{last}"\n'
        text += "[[one.design]]\n" + DESIGN.replace("n = 40", f"n = {n}") + dates
    own = sources.register(write(tmp_path, text))["one"]
    asked = {"2009-12": 40, "2010-01": 40, "2012-06": 40, "2013-11": 80, "2016-12": 80, "2020": 80}
    assert {period: own.design_of(period).n for period in asked} == asked
    assert [bool(own.design_of(period).caveats) for period in asked] == [
        True, False, False, True, False, True,
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("lines", "told"),
    [
        (f"[[one.design]]\n{DESIGN}[[one.design]]\n{DESIGN}n_ = 1\n", "'one.design[2].n_'"),
        (f'[one.design]\n{DESIGN}first = "2015"\n', "key 'one.design.first': found one end"),
        (f'[one.design]\n{DESIGN}first = "2016"\nlast = "2015"\n', "found '2016' to '2015'"),
        (f'[one.design]\n{DESIGN}first = "soon"\nlast = "2015"\n', "found 'soon'; allowed: a year"),
        ('[[one.breaks]]\nperiod = "2020"\n', "key 'one.breaks[1].sentence': found nothing"),
        ('[[one.columns_map]]\nA = "b"\n', "key 'one.columns_map': found [{'A': 'b'}]; allowed"),
        ('[[one.published]]\nfile = "b"\n', "key 'one.published': found [{"),
        ("design = [3]\n", "key 'one.design[1]': found 3; allowed: a table, such as [one.design]"),
    ],
)
def test_a_faulty_design_or_break_is_told_with_its_key_and_line(tmp_path, lines, told):
    with pytest.raises(DataError) as caught:
        sources.register(write(tmp_path, ENTRY + lines))
    assert told in str(caught.value)
    last = len((ENTRY + lines).splitlines())
    rows = [fault.row for fault in caught.value.faults]
    assert all(12 < row <= last for row in rows)
