"""Whose voice: who answers, who sits on a panel, and how far each can speak for others."""

from __future__ import annotations

import pandas as pd
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg

from pvtools import engagement, exhibits, places, synthetic
from pvtools.errors import DataError, InputError
from pvtools.stats import survey
from pvtools.stats.suppression import Minimum

DESIGN = survey.Design(**synthetic.DESIGN)


@pytest.fixture(scope="module")
def made():
    return synthetic.survey(7, waves=1)


def test_who_answers_is_set_against_who_lives_here(made):
    people = made.respondents
    last = people[people.period.astype("str") == people.period.astype("str").max()]
    weight = last.groupby("ethnicity", observed=True).weight.sum()
    population = (weight / weight.sum()).set_axis(weight.index.astype("str"))
    table = engagement.representation(
        people, design=DESIGN, group="ethnicity", population=population
    ).set_index("group")
    assert table.lower["White British"] > 0, "made to take part more often"
    assert table.estimate.sum() == pytest.approx(0, abs=1e-9)
    with pytest.raises(InputError, match="no share for 'Black'"):
        engagement.representation(
            people, design=DESIGN, group="ethnicity", population=population.drop("Black")
        )


# the map of instruments ------------------------------------------------------------------------


def test_the_map_that_comes_with_pvtools_reads_and_every_text_says_something():
    table = engagement.instruments()
    assert {"ward_panel", "petition", "citizens_panel"} <= set(table.key)
    assert table.step.is_monotonic_increasing
    assert (table.drop(columns="result").astype("str") != "").all().all()


def test_a_map_of_ones_own_is_told_all_its_faults_at_once(tmp_path):
    file = tmp_path / "engagement.toml"
    file.write_text(
        'loose = 1\n[one]\nname = "Meeting"\nrung = "invlove"\nreach = 0\n'
        'reach_judged = 1\nreech_from = ""\n'
        'depth = " "\noften = "x"\ndecides = "x"\nsource = "x"\n[two]\nname = "Meeting"\n',
        encoding="utf-8",
    )
    with pytest.raises(DataError) as refused:
        engagement.instruments(file)
    said = " ".join(map(str, refused.value.faults))
    for fault in (
        "loose = 1",
        "rung = 'invlove' in [one]. Did you mean 'involve'?",
        "reach = 0 in [one]",
        "reach_judged = 1 in [one]; allowed: true or false",
        "'reech_from' in [one]. Did you mean 'reach_from'?",
        "[one] without 'reach_from'",
        "depth = ' ' in [one]",
        "[two] without 'rung'",
        "the name 'Meeting' twice",
    ):
        assert fault in said


@pytest.mark.parametrize(
    ("content", "says"), [(b"", "no table"), (b"[", "TOML"), (b"\xff", "UTF-8")]
)
def test_what_is_no_map_is_refused_without_a_traceback(tmp_path, content, says):
    file = tmp_path / "engagement.toml"
    file.write_bytes(content)
    with pytest.raises(DataError, match=says):
        engagement.instruments(file)
    with pytest.raises(DataError, match="no readable file"):
        engagement.instruments(tmp_path / "none.toml")


def test_a_data_folder_with_a_map_of_its_own_is_read_from_there(tmp_path, monkeypatch):
    shipped = (places.shipped_data() / "engagement.toml").read_text(encoding="utf-8")
    (tmp_path / "engagement.toml").write_text(shipped.replace("Ward panel", "Our panel"), "utf-8")
    monkeypatch.setenv("PVTOOLS_DATA", str(tmp_path))
    assert "Our panel" in set(engagement.instruments().name)


# panels, petitions and priorities --------------------------------------------------------------

SEATS = pd.Series({"under 35": 1, "35 to 64": 5, "65 and over": 6})
WARD = pd.Series({"65 and over": 1_500, "under 35": 5_000, "35 to 64": 3_500})


PUBLISHED = Minimum(1, reason="the panel publishes its make-up")


def test_seats_of_a_panel_of_twelve_are_withheld_unless_somebody_says_why_not():
    table = engagement.against_area(SEATS, WARD, area="Hackney")
    assert table[["estimate", "sample", "seats", "short", "dissimilarity"]].isna().all(axis=None)
    assert table.caveat.str.startswith("Withheld: fewer than 10 members").all()
    shown = exhibits.engagement.panel(table, source="a panel", vintage="2020")
    assert shown.title == "Who sits on the panel: no figure is given"
    open_ = engagement.against_area(SEATS, WARD, area="Hackney", minimum=PUBLISHED)
    assert open_.seats.tolist() == [1, 5, 6]
    assert open_.caveat.str.contains("the panel publishes its make-up").all()


def test_a_group_that_the_rest_of_a_panel_would_give_away_is_withheld_with_the_small_one():
    people = pd.Series({"a": 50, "b": 30, "c": 15, "d": 5, "e": 2})
    seats = pd.Series({"a": 25, "b": 14, "c": 12, "d": 3, "e": 0})
    table = engagement.against_area(seats, people, area="Hackney").set_index("group")
    assert table.estimate.isna().tolist() == [False, False, True, True, False]
    assert table.dissimilarity.isna().all(), "it would tell the two withheld"
    assert table.seats["e"] == 0, "that there is nobody tells nobody's group"
    shown = exhibits.engagement.panel(table.reset_index(), source="a panel", vintage="2020")
    assert "c and d" in " ".join(shown.caveats)
    assert "12" not in [cell for row in shown.to_json()["table"]["rows"] for cell in row]


def test_a_panel_smaller_than_the_minimum_shows_nobody():
    seats = pd.Series({"a": 6, "b": 0})
    table = engagement.against_area(seats, pd.Series({"a": 1, "b": 1}), area="Hackney")
    assert table.estimate.isna().all()
    assert table.seats.isna().all()


def test_who_is_missing_from_a_panel_and_by_how_many_seats():
    table = engagement.against_area(SEATS, WARD, area="Hackney", minimum=PUBLISHED)
    table = table.set_index("group")
    assert table.short.to_dict() == pytest.approx(
        {"under 35": 5.0, "35 to 64": -0.8, "65 and over": -4.2}
    )
    assert table.dissimilarity.iloc[0] == pytest.approx(5 / 12)
    assert table.upper["under 35"] < 0 < table.lower["65 and over"]
    with pytest.raises(InputError, match="only one has 35 to 64"):
        engagement.against_area(SEATS.drop("35 to 64"), WARD, area="Hackney")


@pytest.mark.parametrize("seats", [[0, 0, 0], [-1, 5, 6], [1.5, 4, 6], [None, 4, 6]])
def test_seats_that_cannot_be_are_told_as_seats(seats):
    with pytest.raises(InputError, match="Seats are whole numbers"):
        engagement.against_area(pd.Series(seats, SEATS.index), WARD, area="Hackney")


def test_a_panel_is_reweighted_to_its_ward():
    people = pd.DataFrame({"age": SEATS.index.repeat(SEATS)})
    weight = engagement.reweighted(people, {"age": (WARD / WARD.sum()).to_dict()})
    assert weight.groupby(people.age).sum()["under 35"] == pytest.approx(6)


def test_a_million_answers_of_london_may_be_worth_fifty_people():
    table = engagement.worth(correlations=[0.05])
    f = 1_000_000 / table.population.iloc[0]
    assert table.estimate.iloc[0] == pytest.approx(f / (1 - f) / 0.05**2, rel=1e-3)


def test_priorities_that_are_the_same_agree_and_a_kind_that_is_not_counted_is_not_zero():
    asked = pd.Series({"a": 9, "b": 5, "c": 2, "d": 1})
    table = engagement.side_by_side(asked, ["a", "c"], asked.drop("d") * 10)
    assert table.set_index("kind").demanded.isna()["d"]
    found = engagement.agree(asked, ["a", "c"], asked.drop("d") * 10, area="Hackney")
    assert found.estimate.tolist() == pytest.approx([0.5, 0.5, found.estimate[2], 1.0])
    assert found.p_value.iloc[-1] == pytest.approx(2 / 6)


# exhibits --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "made",
    [
        lambda: exhibits.engagement.ladder(engagement.instruments()),
        lambda: exhibits.engagement.loudest(engagement.worth()),
        lambda: exhibits.engagement.missed(
            engagement.missed(
                pd.Series(range(1, 33), [f"Borough {n}" for n in range(32)]),
                panel=12,
                area="London",
            ),
            source="made up",
            vintage="2021",
        ),
    ],
    ids=["ladder", "loudest", "missed"],
)
def test_no_two_labels_of_a_figure_overlap(made):
    figure = made().figure()
    canvas = FigureCanvasAgg(figure)
    canvas.draw()
    boxes = [t.get_window_extent(canvas.get_renderer()) for t in figure.axes[0].texts]
    frame = figure.bbox
    for place, one in enumerate(boxes):
        assert frame.x0 <= one.x0
        assert one.x1 <= frame.x1
        assert not any(one.overlaps(other) for other in boxes[:place])


def test_exhibits_of_engagement_say_what_their_tables_say():
    table = engagement.against_area(SEATS, WARD, area="Hackney", minimum=PUBLISHED)
    shown = exhibits.engagement.panel(
        table.assign(origin="synthetic"), source="made up", vintage="Made up for 2020"
    )
    assert shown.headline.startswith(
        "SYNTHETIC: The panel is shortest of people in the group “under 35”: by 5.0"
    )
    missed = exhibits.engagement.missed(
        engagement.missed(WARD, panel=12, area="Hackney"), source="made up", vintage="2021"
    )
    assert missed.headline == (
        "Drawn at random, a panel of 12 has nobody of under 35, the largest of three groups, "
        "0% of the time; one of them is missed more than one time in twenty"
    )
    assert "65 and over: 14%" in missed.alt
    loudest = exhibits.engagement.loudest(engagement.worth(correlations=[0.001, 0.05]))
    assert loudest.headline.startswith("1,000,000 answers")
    assert "worth 126,368 drawn at random if answering hardly goes" in loudest.headline
    assert loudest.headline.endswith("and 51 if it does so a little")
    asked = pd.Series({"a": 9, "b": 5, "c": 2})
    named = exhibits.engagement.priorities(
        engagement.side_by_side(asked, ["a"], asked),
        engagement.agree(asked, ["a"], asked, area="Hackney"),
        source="made up", vintage="made up", synthetic=True,
    )  # fmt: skip
    assert named.headline.startswith("SYNTHETIC: Of the 1 targets, one is among")
    assert "do not go together more than by chance" in named.headline, "three kinds cannot tell"
    assert "Instrument" in exhibits.engagement.instruments(engagement.instruments()).text()


# a panel drawn by lot --------------------------------------------------------------------------


@pytest.fixture(scope="module")
def hackney():
    came = synthetic.volunteers(5, "Hackney")
    asked = engagement.quotas(came.residents, panel=40)
    return came, engagement.lottery(came.people, asked, panel=40)


def test_quotas_are_the_whole_seats_on_either_side_of_a_groups_share():
    found = engagement.quotas({"sex": pd.Series({"f": 1, "m": 3}), "age": WARD}, panel=12)
    assert found["sex"] == {"f": (3, 3), "m": (9, 9)}
    assert found["age"] == {"65 and over": (1, 2), "under 35": (6, 6), "35 to 64": (4, 5)}


def test_volunteers_are_not_as_residents_are_and_the_same_seed_brings_the_same(hackney):
    came, _ = hackney
    pd.testing.assert_frame_equal(came.people, synthetic.volunteers(5, "Hackney").people)
    assert (came.people.origin == "synthetic").all()
    many = synthetic.volunteers(1, "Hackney", people=20_000)
    young = many.residents["age"]["16 to 34"] / many.residents["age"].sum()
    assert (many.people.age == "16 to 34").mean() < young - 0.05
    for asked in ({"area": "London"}, {"area": "Hackney", "people": 0}):
        with pytest.raises(InputError, match="Volunteers"):
            synthetic.volunteers(1, **asked)


def test_everybodys_chance_to_sit_is_stamped_as_made_up_and_adds_up_to_the_seats(hackney):
    came, lots = hackney
    table = engagement.fairness(came.people, lots, area="Hackney")
    assert (table.estimate * table.volunteers).sum() == pytest.approx(40)
    assert table.estimate.diff().min() > -1e-9
    assert table.equal.iloc[0] == pytest.approx(40 / 300)
    shown = exhibits.engagement.chances(table, seed=7, source="made up", vintage="made up")
    assert shown.headline.startswith("SYNTHETIC: Nobody of 300 volunteers has less than a ")
    assert "SYNTHETIC" in shown.svg


def test_a_panel_drawn_by_lot_is_as_the_area_is_to_within_a_seat_a_group(hackney):
    came, lots = hackney
    table = engagement.beside_residents(
        came.people, lots.draw(7), came.residents, area="Hackney",
        minimum=Minimum(1, reason="the people are made up"),
    )  # fmt: skip
    assert (table.short.abs() < 1).all()
    assert set(table.column) == {"age", "sex", "ethnicity"}
    shown = exhibits.engagement.panel(table, source="made up", vintage="made up")
    assert shown.headline.startswith("SYNTHETIC: ")


def test_reweighting_costs_a_self_selected_body_more_and_says_whom_it_cannot_weight_up(hackney):
    came, lots = hackney
    own = came.people.loc[lots.draw(7).index]
    bodies = {
        "all": came.people,
        "white": came.people[came.people.ethnicity == "White British"],
        "drawn": own,
    }
    table = engagement.kept_by_weights(bodies, came.residents, area="Hackney")
    assert table.estimate[2] > table.estimate[0]
    assert table.caveat[1].startswith("It has nobody whose answers could stand for: Asian, Black")
    shown = exhibits.engagement.kept(table, source="made up", vintage="made up")
    assert "One of three bodies of people (white) has no figure" in " ".join(shown.caveats)
    nobody = exhibits.engagement.kept(table.iloc[[1]], source="made up", vintage="made up")
    assert "nobody whose answers could stand for" in nobody.text()


def test_people_whom_no_weights_can_make_like_the_area_have_no_figure_and_say_so():
    margins = {"age": pd.Series({"a": 1, "b": 9}), "sex": pd.Series({"f": 9, "m": 1})}
    people = pd.DataFrame({"age": ["a", "b"], "sex": ["f", "m"]})
    table = engagement.kept_by_weights({"two": people}, margins, area="Hackney")
    assert table.estimate.isna().all()
    assert table.caveat[0].startswith("No weights give it the make-up")


def test_people_of_equal_weight_lose_nothing_and_unequal_ones_as_kish_says():
    both = {"age": pd.Series({"a": 1, "b": 1})}
    equal = pd.DataFrame({"age": list("aabb")})
    skewed = pd.DataFrame({"age": list("aaab")})
    table = engagement.kept_by_weights({"e": equal, "s": skewed}, both, area="Hackney")
    # weights 2/3, 2/3, 2/3, 2: 16 / (3 * 4/9 + 4)
    assert table.effective.tolist() == pytest.approx([4, 3])


# what panels ask for ---------------------------------------------------------------------------


def test_a_file_of_priorities_is_read_whatever_its_case_and_counted_by_panel(tmp_path):
    file = tmp_path / "wishes.csv"
    file.write_text(
        "Area,Priority,Source,note\nOne,BURGLARY,minutes,x\nTwo,burglary,minutes,\n"
        "Two,vandalism,minutes,\n",
        encoding="utf-8-sig",
    )
    found = engagement.priorities(file, kinds=["burglary", "vandalism", "robbery"])
    assert engagement.asked(found).to_dict() == {"burglary": 2, "vandalism": 1}


def test_a_bad_file_of_priorities_tells_every_fault_and_shows_a_template(tmp_path):
    file = tmp_path / "wishes.csv"
    file.write_text(
        "area,priority,source\nOne,burglry,x\nOne,robbery,\nOne,robbery,x\n,robbery,x\n"
        f"Two,{'z' * 300},x\n",
        encoding="utf-8",
    )
    with pytest.raises(DataError) as told:
        engagement.priorities(file, kinds=["burglary", "robbery"])
    said = str(told.value)
    for fault in ("'burglry'. Did you mean 'burglary'?", "row 3, column 'source'",
                  "One, robbery twice", "row 5, column 'area'", "area,priority,source",
                  "what it asks for, 1 to 200 letters"):  # fmt: skip
        assert fault in said, fault
    file.write_text("place,priority\nOne,robbery\n", encoding="utf-8")
    with pytest.raises(DataError, match="no column area") as told:
        engagement.priorities(file)
    assert "no column source" in str(told.value)


@pytest.mark.parametrize("content", [b"", b"area,priority,source\n", b"\xff\xfe", b"\x00"])
def test_what_is_no_file_of_priorities_is_refused_without_a_traceback(tmp_path, content):
    file = tmp_path / "wishes.csv"
    file.write_bytes(content)
    with pytest.raises(DataError):
        engagement.priorities(file)
    with pytest.raises(DataError):
        engagement.priorities(tmp_path)


def test_made_up_priorities_are_three_a_panel_and_follow_what_is_demanded():
    demanded = pd.Series({"often": 10_000, "some": 400, "seldom": 100, "never": 1})
    found = synthetic.priorities(3, demanded, panels=200)
    assert (found.groupby("area").priority.nunique() == 3).all()
    assert (found.origin == "synthetic").all()
    assert engagement.asked(found).index[0] == "often"
    for bad in (demanded.head(2), demanded * 0):
        with pytest.raises(InputError, match="To make up priorities"):
            synthetic.priorities(3, bad)


def test_a_figure_of_six_hundred_wards_shows_the_ends_and_its_table_all():
    wards = pd.Series(range(1, 631), [f"Ward {n}" for n in range(630)])
    table = engagement.missed(wards, panel=12, area="London")
    shown = exhibits.engagement.missed(table, source="made up", vintage="2021")
    assert len(shown.figure().axes[0].get_yticklabels()) == 40
    assert shown.figure().get_size_inches()[1] < 12
    assert len(shown.to_json()["table"]["rows"]) == 630
    assert "first and the last 20 of 630" in " ".join(shown.caveats)


def test_residents_and_bodies_that_do_not_fit_are_told_at_once():
    residents = {"age": pd.Series({"a": 1, "b": 1}), "sex": pd.Series({"f": 0, "m": 0})}
    bodies = {"some": pd.DataFrame({"age": ["a", "z"]}), "none": pd.DataFrame({"age": []})}
    with pytest.raises(InputError) as told:
        engagement.kept_by_weights(bodies, residents, area="Hackney")
    for fault in ("not 0 in all", "holds 'z'", "some has no column 'sex'", "none has nobody"):
        assert fault in str(told.value)
    age = {"age": residents["age"]}
    with pytest.raises(InputError, match="which no resident is"):
        engagement.beside_residents(bodies["some"], bodies["some"], age, area="Hackney")
    with pytest.raises(InputError, match="at least one body"):
        engagement.kept_by_weights({}, age, area="Hackney")
    for bad in ({"residents": age, "panel": 0}, {"residents": {}, "panel": 12}):
        with pytest.raises(InputError):
            engagement.quotas(**bad)


def test_a_data_folder_with_instruments_of_its_own_is_read_from_there(tmp_path):
    shipped = engagement.instruments()
    assert engagement.instruments(data_dir=tmp_path).equals(shipped)
    text = (places.shipped_data() / "engagement.toml").read_text(encoding="utf-8")
    own = text.replace("[ward_panel]", "[our_panel]")
    (tmp_path / "engagement.toml").write_text(own, encoding="utf-8")
    assert "our_panel" in engagement.instruments(data_dir=tmp_path).key.tolist()
