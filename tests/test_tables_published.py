"""The tables that come with pvtools: every figure as published, blank or zero; and harm weights."""

import csv
import shutil
import subprocess
import sys

import pandas as pd
import pytest

from pvtools import areas, demand, places, sources, tables
from pvtools.errors import DataError, UsageError
from pvtools.profiles import provenance
from pvtools.tables import harm_offences, harm_weights
from pvtools.tables.shipped import SHAPES

from . import builders
from .real_files import REAL

FACTS = REAL.parent / "facts"
facts = pytest.mark.skipif(not FACTS.is_dir(), reason="the compact figures are not kept here")
HOME = places.shipped_data() / "published"
NAMES = {borough.name for borough in areas.everywhere()}
OFFENCES = pd.DataFrame({"borough": "Hackney", "offences": 10, "period": "2025-11"}, index=[0])


def rows(path):
    with path.open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


@pytest.fixture
def data(tmp_path):
    (tmp_path / "data" / "published").mkdir(parents=True)
    return tmp_path / "data"


# figures ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", SHAPES)
def test_every_cell_of_a_table_is_the_published_one_and_a_blank_is_missing(name):
    shape, table = SHAPES[name], tables.published(name)
    wide = rows(HOME / f"{name}.csv")
    if shape.period:
        cells = [
            [*(row[text] for text in shape.texts), period, value]
            for row in wide
            for period, value in row.items()
            if period not in shape.texts
        ]
        columns = [*shape.texts, shape.period, shape.value]
    else:
        cells, columns = [list(row.values()) for row in wide], list(wide[0])
    assert list(table) == columns
    assert len(table) == len(cells)
    if shape.period:
        assert not table.duplicated([*shape.texts, shape.period]).any()
    for at, column in enumerate(columns):
        written = [cell[at] for cell in cells]
        assert table[column].isna().tolist() == [text == "" for text in written]
        if column in ("month", "date"):
            assert [f"{day:%Y-%m-%d}"[: len(written[0])] for day in table[column]] == written
        elif column == "borough":
            assert table[column].str.casefold().tolist() == [
                {"heathrow airport": "airports"}.get(text.casefold(), text.casefold())
                for text in written
            ]
        elif column in shape.texts:
            assert table[column].fillna("").tolist() == written
        else:
            assert table[column].dropna().tolist() == [float(text) for text in written if text]


@pytest.mark.real_data
@facts
@pytest.mark.parametrize(
    "name", sorted(set(SHAPES) - {"recorded_crime_breaks", "trust_in_government"})
)
def test_the_figures_are_those_of_the_compact_tables_cell_by_cell(name):
    assert rows(HOME / f"{name}.csv") == rows(FACTS / f"{name}.csv")


@pytest.mark.real_data
@facts
def test_the_breaks_of_recorded_crime_are_those_of_the_compact_table():
    table = tables.published("recorded_crime_breaks")
    told = rows(FACTS / "recorded_crime_breaks.csv")
    called = {"all": "London", "Heathrow and City airports": "Airports"}
    assert len(table) == len(told) == 35
    for row, fact in zip(table.itertuples(), told, strict=True):
        assert (row.first, row.last) == (fact["first"], fact["last"])
        assert row.area == called.get(fact["area"], fact["area"])
        assert row.offence == fact["offence"].replace("all", "All offences")
        share = fact["after"].endswith("%")
        assert row.unit == ("share of offences" if share else "offences a month")
        after = float(fact["after"].rstrip("%")) / (100 if share else 1)
        assert row.after == pytest.approx(after)
        assert pd.isna(row.before) if fact["before"] == "" else row.before == int(fact["before"])


@pytest.mark.real_data
@facts
def test_trust_in_government_is_the_compact_table_with_a_row_for_each_edition_of_1986():
    table = tables.published("trust_in_government")
    told = rows(FACTS / "trust_in_government.csv")
    found = list(zip(table.wording.str.casefold(), table.year, table.share, strict=True))
    for fact in told:
        assert (fact["question"].casefold(), int(fact["year"]), float(fact["share"])) in found
    assert len(table) == len(told) + 1
    twice = table[table.duplicated(["question", "year"], keep=False)]
    assert twice.year.tolist() == [1986, 1986]
    assert dict(zip(twice.source, twice.share, strict=True)) == {
        "British Social Attitudes 30 and 32": 0.38,
        "British Social Attitudes 29": 0.40,
    }
    quoted = table[table.source.str.contains("quoted by Coats and Passmore", case=False)]
    second = [(int(f["year"]), float(f["share"])) for f in told if "brief" in f["source"]]
    assert list(zip(quoted.year, quoted.share, strict=True)) == second
    assert "brief" not in " ".join(table.source)


def test_a_break_of_recorded_crime_names_areas_offences_and_months_as_the_series_does():
    table, crime = tables.published("recorded_crime_breaks"), tables.load().recorded_crime
    months = crime.month.dt.strftime("%Y-%m")
    assert set(table.offence) <= {"All offences", *crime.offence}
    assert set(table.area) <= {"London", "Unknown", "Airports", *NAMES}
    assert set(table["first"]) | set(table["last"]) <= set(months)
    assert (table["first"] <= table["last"]).all()
    assert (table.after[table.unit == "share of offences"] < 1).all()
    assert table.what.str.endswith(".").all()


def test_the_share_of_offences_with_no_borough_is_that_of_the_series():
    wide = pd.read_csv(HOME / "recorded_crime.csv").set_index(["borough", "offence_group"])
    months = wide.drop(columns="offence").groupby("borough").sum()
    shares = tables.published("recorded_crime_breaks").query("area == 'Unknown'")
    for row in shares.itertuples():
        span = months.loc[:, row.first : row.last]
        share = span.loc["Unknown"].sum() / span.sum().sum()
        assert share == pytest.approx(row.after, abs=0.0005), row


def test_months_are_days_and_years_and_hours_are_numbers():
    assert tables.published("special_crime_by_month").month.max() == pd.Timestamp("2026-02-01")
    assert tables.published("reporting_rates").month.min() == pd.Timestamp("1981-12-01")
    assert tables.published("business_outcomes_by_day").date.min() == pd.Timestamp("2023-06-01")
    assert set(tables.published("workforce_by_rank").year) == set(range(2007, 2023))
    assert set(tables.published("hours_of_week").hour) == set(range(24))


def test_what_is_not_held_is_missing_and_a_published_zero_is_zero():
    searches = tables.published("stop_search_by_month").set_index(["borough", "month"]).searches
    assert pd.isna(searches["London", pd.Timestamp("2022-12-01")])
    assert pd.isna(searches["Hackney", pd.Timestamp("2015-04-01")])
    assert searches["London", pd.Timestamp("2015-04-01")] == 11_126
    assert searches["City of London", pd.Timestamp("2018-07-01")] == 0


def test_what_is_no_borough_keeps_a_name_of_its_own():
    others = {
        name: set(table.borough) - NAMES
        for name in SHAPES
        if "borough" in (table := tables.published(name))
    }
    assert {name: found for name, found in others.items() if found} == {
        "special_crime_by_month": {"Unknown", "Aviation Security"},
        "women_and_girls_by_month": {"Unknown", "London"},
        "homicide_victims_by_year": {"Airports"},
        "stop_search_by_month": {"Outside London", "No place given", "London"},
        "hours_of_week": {"Outside London", "No place given", "London"},
    }


def test_london_adds_up_with_what_is_no_borough():
    searches = tables.published("stop_search_by_month").pivot(
        index="month", columns="borough", values="searches"
    )
    whole = searches.dropna()
    assert len(whole) == 68
    assert (whole.drop(columns="London").sum(axis=1) == whole["London"]).all()
    girls = tables.published("women_and_girls_by_month")
    of_kinds = girls[girls.kind != "All"]
    assert set(of_kinds.borough) == {"London"}
    assert girls[girls.kind == "All"].offences.sum() == of_kinds.offences.sum()


# the register -----------------------------------------------------------------------------------


def test_each_table_has_an_entry_with_its_own_licence_publisher_and_caveats():
    register = sources.register()
    for name in SHAPES:
        entry = register[name]
        assert entry.published.file == f"published/{name}.csv"
        for publisher in entry.publisher.split("; "):
            assert publisher.partition(",")[0].partition(" (")[0] in entry.attribution, name
        assert len(entry.cannot_bear) >= 2
        assert entry.columns == ()  # nothing that is added is of it
    licences = {name: register[name].licence for name in SHAPES}
    assert licences.pop("hours_of_week").count("not stated") == 1
    assert licences.pop("time_histograms").count("v2.0 and v3.0") == 1
    for name in (
        "command_units_start",
        "london_interventions",
        "trust_in_government",
    ):  # facts, from local press among others
        assert licences.pop(name).startswith("none claimed: single facts")
    second = {name for name, licence in licences.items() if licence.endswith("v2.0")}
    assert second == {
        "special_crime_by_month", "outcomes_2025_by_month", "women_and_girls_by_month",
        "homicide_victims_by_year", "business_outcomes_by_day", "recorded_crime_breaks",
    }  # fmt: skip
    assert {licences[name] for name in set(licences) - second} == {"Open Government Licence v3.0"}


def test_what_a_table_spans_is_what_the_register_says():
    for name, shape in SHAPES.items():
        figures = sources.find(name).published
        if shape.period in ("month", "year"):
            assert tables.span(tables.published(name)) == (figures.first, figures.last)


def test_months_within_a_table_that_are_not_held_are_told_by_the_register(tmp_path):
    held = {one.source: one for one in sources.holdings()}
    assert "December 2022" in held["stop_search_by_month"].lacks[0]
    assert "July 2025" in held["special_crime_by_month"].lacks[0]
    assert held["homicide_victims_by_year"].lacks == ()


def test_a_register_may_give_no_sentence_that_is_empty_on_what_is_lacking(data):
    text = (places.shipped_data() / "sources.toml").read_text(encoding="utf-8")
    told = 'lacks = ["Nothing but knife crime after July 2025."]'
    (data / "sources.toml").write_text(text.replace(told, 'lacks = [""]'), encoding="utf-8")
    with pytest.raises(DataError, match="allowed: a list of sentences"):
        sources.register(data)


def test_all_that_is_known_of_a_table_is_shown_without_pandas():
    code = (
        "import sys\nfrom pvtools.cli import main\n"
        "sys.argv = ['pvtools', 'sources', *sys.argv[1:]]\n"
        "try:\n    main()\nexcept SystemExit as end:\n    assert not end.code\n"
        "print([m for m in ('pandas', 'numpy') if m in sys.modules])"
    )
    for words in (["stop_search_by_month"], []):
        done = subprocess.run(
            [sys.executable, "-c", code, *words], capture_output=True, text=True, check=True
        )
        assert done.stdout.splitlines()[-1] == "[]"
        assert "stop_search_by_month" in done.stdout
    assert done.stdout.count("OGL v2.0") >= 5


# what can go wrong ------------------------------------------------------------------------------


def test_a_table_that_does_not_exist_names_the_nearest():
    with pytest.raises(UsageError, match="Did you mean 'severity_scores'"):
        tables.published("severity_score")


def test_a_folder_without_a_table_leans_on_the_shipped_one(data):
    pd.testing.assert_frame_equal(
        tables.published("severity_scores", data), tables.published("severity_scores")
    )
    with pytest.raises(UsageError, match="is no data folder"):
        tables.published("severity_scores", data / "nowhere")


@pytest.mark.parametrize("name", ["severity_by_minor", "homicide_victims_by_year"])
@pytest.mark.parametrize("content", [b"", b"\xff\xfe\0", b"borough,2003\nHackney,7\n", None])
def test_a_table_that_was_edited_is_one_clear_error(data, name, content):
    shutil.copyfile(HOME / f"{name}.csv", own := data / "published" / f"{name}.csv")
    tables.published(name, data)
    own.write_bytes(own.read_bytes() + b"\n" if content is None else content)
    with pytest.raises(DataError, match=f"with checksum .*under .{name}.published") as error:
        tables.published(name, data)
    assert "delete the copy in your own data folder" in str(error.value)


def test_a_table_that_is_gone_is_one_clear_error(tmp_path, monkeypatch, data):
    shutil.copytree(places.shipped_data(), home := tmp_path / "home")
    (home / "published" / "hours_of_week.csv").unlink()
    monkeypatch.setattr(places, "shipped_data", lambda: home)
    with pytest.raises(DataError, match=r"no file published/hours_of_week\.csv"):
        tables.published("hours_of_week", data)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"a,b\n1,2\n",
        b"borough,2003\nHackney,many\n",
        b"borough,then\nHackney,7\n",
        b"borough\nHackney,\xff\n",
    ],
)
def test_a_table_of_the_users_own_that_cannot_be_read_is_one_clear_error(data, content):
    own = data / "published" / "homicide_victims_by_year.csv"
    own.write_bytes(content)
    text = (places.shipped_data() / "sources.toml").read_text(encoding="utf-8")
    digest = sources.find("homicide_victims_by_year").published.sha256
    (data / "sources.toml").write_text(text.replace(digest, sources.sha256(own)), encoding="utf-8")
    with pytest.raises(DataError, match="a table that cannot be read"):
        tables.published("homicide_victims_by_year", data)


def test_a_table_of_the_users_own_without_its_columns_of_text_says_which(data):
    own = data / "published" / "severity_by_minor.csv"
    own.write_text("offence,weight\nArson,3\n")
    text = (places.shipped_data() / "sources.toml").read_text(encoding="utf-8")
    digest = sources.find("severity_by_minor").published.sha256
    (data / "sources.toml").write_text(text.replace(digest, sources.sha256(own)), encoding="utf-8")
    with pytest.raises(DataError, match="it lacks the columns offence_codes, offence_group"):
        tables.load_harm_weights(data)


def older(data):
    """Give a data folder the register of a version that had none of these tables."""
    text = (places.shipped_data() / "sources.toml").read_text(encoding="utf-8")
    (data / "sources.toml").write_text(text.partition("\n[severity_weights]")[0], encoding="utf-8")


def test_a_register_of_an_older_version_takes_no_table_away(data):
    older(data)
    assert "severity_scores" not in sources.register(data)
    assert len(tables.published("severity_scores", data)) == 1_554
    assert len(tables.load_harm_weights(data)) == 79


def test_a_report_with_a_register_of_an_older_version_names_the_weights_it_rests_on(tmp_path):
    data = builders.data_folder(tmp_path / "data")
    older(data)
    listed = provenance.origins(tables.load(data).held, sources.register(data)).table
    assert "Office for National Statistics (weights)" in listed.publisher.iloc[-1]


def test_an_entry_without_words_has_those_of_the_shipped_register(data):
    text = (places.shipped_data() / "sources.toml").read_text(encoding="utf-8")
    shown = sources.find("severity_scores")
    bare = text.replace(f'gains = "{shown.gains}"\n', "")
    assert bare != text
    (data / "sources.toml").write_text(bare, encoding="utf-8")
    assert sources.find("severity_scores", data).gains == shown.gains


# harm -------------------------------------------------------------------------------------------


def of(weights, kind):
    return weights[weights.kind == kind].set_index("category").weight


def test_harm_weights_are_held_before_any_is_added(data):
    weights = tables.load_harm_weights(data)
    assert tables.held("harm_weights", data)
    assert list(weights) == ["version", "kind", "category", "weight", "source"]
    assert set(weights.version) == {harm_weights.SHIPPED}
    assert "ONS Crime Severity Score" in harm_weights.SHIPPED
    assert of(weights, "offence")["Homicide"] == 7973.39
    assert of(weights, "offence")["Possession of drugs"] == 2.68


def test_every_offence_of_either_schema_is_weighed_as_what_it_is_called_today():
    weighed = of(tables.load_harm_weights(), "offence")
    assert set(weighed.index) == set(harm_offences.GROUP_OF_OFFENCE)
    assert weighed.index.is_unique
    for before, now in {
        "Drug trafficking": "Trafficking of drugs",
        "Theft from a motor vehicle": "Theft from a vehicle",
        "Theft from person": "Theft from the person",
        "Theft or taking of a motor vehicle": "Theft or unauth taking of a motor veh",
        "Racially or religiously aggravated public fear, al": "Race or religious agg public fear",
        "Bail offences": "Misc crimes against society",
    }.items():
        assert weighed[before] == weighed[now], before
    minor = tables.published("severity_by_minor").set_index("offence").weight
    assert weighed[minor.index].tolist() == minor.tolist()


def test_a_group_weighs_the_mean_of_its_codes_each_counted_once():
    codes = tables.published("severity_weights").dropna(subset=["minor"])
    codes["group"] = codes.minor.map(harm_offences.GROUP_OF_OFFENCE)
    codes["n"] = codes.met_2017_18 + codes.met_2018_19
    codes["harm"] = codes.n * codes.weight
    sums = codes.groupby("group")[["harm", "n"]].sum()
    groups = of(tables.load_harm_weights(), "offence_group")
    assert set(groups.index) == set(harm_offences.OFFENCES)
    # four names share the codes of residential burglary: counted four times it would be 455
    assert groups["Burglary"] == pytest.approx(393.3, abs=0.1)
    pd.testing.assert_series_equal(
        groups.sort_index(), (sums.harm / sums.n).sort_index(), rtol=1e-3, check_names=False
    )


def test_weights_that_were_added_take_the_place_of_the_shipped_ones(tmp_path):
    data = builders.data_folder(tmp_path / "data")
    shipped = tables.load(data).held[-1]
    assert (shipped.source, shipped.origin) == ("severity_by_minor", "published")
    assert shipped.sha256 == sources.find("severity_by_minor").published.sha256
    builders.add(data, "harm_weights", builders.own_weights(tmp_path / "o.csv"), "2031")
    assert set(tables.load_harm_weights(data).version) == {"Own weights 2031"}
    assert [one.file for one in tables.load(data).held[3:]] == ["o.csv"]
    named = tables.load_harm_weights(data, version=harm_weights.SHIPPED)
    assert set(named.version) == {harm_weights.SHIPPED}
    with pytest.raises(UsageError, match="Versions are: Own weights 2031, ONS Crime Severity"):
        tables.load_harm_weights(data, version="The best")


def test_offences_that_are_grave_weigh_more_than_many_that_are_slight():
    weights = tables.load_harm_weights()
    scores = {}
    for offence in ("Homicide", "Shoplifting"):
        score = demand.severity_score(OFFENCES.assign(offence=offence), weights)
        scores[offence] = score.set_index("area").estimate["Hackney"]
    people = areas.find("Hackney").residents / 1000
    assert scores["Homicide"] == pytest.approx(10 * 7973.39 / people)
    assert scores["Shoplifting"] == pytest.approx(10 * 11.86 / people)


@pytest.fixture(scope="module")
def recorded():
    """Offences by borough, offence and year to March, from the compact figures."""
    wide = pd.DataFrame(rows(FACTS / "recorded_crime_by_offence.csv"))
    keys = ["borough", "offence_group", "offence"]
    long = wide.melt(keys, var_name="month", value_name="offences")
    long = long[long.offences != ""].astype({"offences": float})
    year, month = long.month.str[:4].astype(int), long.month.str[5:].astype(int)
    long["year"] = year + (month > 3)
    return long.groupby([*keys, "year"], as_index=False).offences.sum()


@pytest.mark.real_data
@facts
def test_our_score_of_boroughs_is_the_published_one_in_order_and_a_fifth_low_in_level(recorded):
    names = [borough.name for borough in areas.boroughs()]
    year = recorded[(recorded.year == 2023) & recorded.borough.isin(names)]
    ours = demand.severity_score(year.assign(period="2023-03"), tables.load_harm_weights())
    ours = ours.set_index("area").estimate[names] / 1000  # published per resident
    scores = tables.published("severity_scores")
    scores = scores[(scores.edition == "to March 2023") & (scores.year == 2023)]
    told = scores.set_index("area").score[names]
    ratio = ours / told
    assert ours.corr(told) == pytest.approx(0.995, abs=0.0005)
    assert ratio.mean() == pytest.approx(0.81, abs=0.005)
    assert (ratio.idxmin(), ratio.idxmax()) == ("Kingston upon Thames", "Hillingdon")
    assert (ratio.min(), ratio.max()) == pytest.approx((0.71, 0.90), abs=0.005)


#: Which group of the published scores an offence group lies in; all others are of the last.
PUBLISHED_GROUPS = {
    "Arson and criminal damage": "Criminal damage and arson",
    "Burglary": "Theft offences",
    "Robbery": "Robbery",
    "Sexual offences": "Sexual offences",
    "Theft": "Theft offences",
    "Vehicle offences": "Theft offences",
    "Violence against the person": "Violence against the person",
}


@pytest.mark.real_data
@facts
def test_brought_up_to_the_later_edition_group_by_group_half_the_difference_goes(recorded):
    names = [borough.name for borough in areas.boroughs()]
    scores = tables.published("severity_scores")
    force = scores[(scores.area == "Metropolitan Police area") & (scores.year == 2020)]
    force = force.pivot(index="offence_group", columns="edition", values="score")
    raised = force["to March 2022"] / force["to March 2020"]
    weight = of(tables.load_harm_weights(), "offence")
    year = recorded[(recorded.year == 2023) & recorded.borough.isin(names)]
    group = year.offence_group.map(PUBLISHED_GROUPS).fillna("Other crimes against society")
    harm = year.offences * year.offence.map(weight).fillna(0) * group.map(raised)
    ours = harm.groupby(year.borough).sum() / [areas.find(name).residents for name in names]
    told = scores[scores.edition == "to March 2023"].dropna(subset="score").set_index("area").score
    assert raised["Robbery"] == pytest.approx(1.243, abs=0.001)
    assert (ours / told[names]).mean() == pytest.approx(0.91, abs=0.01)


@pytest.mark.real_data
@facts
def test_our_score_of_the_force_implies_its_residents_where_the_weights_are_the_same(recorded):
    weight = of(tables.load_harm_weights(), "offence")
    scores = tables.published("severity_scores")
    told = scores[
        (scores.edition == "to March 2020")
        & (scores.area == "Metropolitan Police area")
        & (scores.offence_group == "Total recorded crime")
    ].set_index("year").score  # fmt: skip
    harm = recorded.assign(harm=recorded.offences * recorded.offence.map(weight).fillna(0))
    harm = harm.groupby("year").harm.sum()
    implied = harm[range(2011, 2021)] / told / 1e6
    assert implied.dropna().between(8.15, 8.95).all()
    assert len(implied.dropna()) == 10
