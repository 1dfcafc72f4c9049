"""Few people's answers are not given, and cannot be worked out from anything that is."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pandas as pd
import pytest

from pvtools import areas, confidence, engagement
from pvtools.errors import InputError
from pvtools.stats import survey

DESIGN = survey.Design()
FIGURES = ["estimate", "stderr", "lower", "upper", "n", "n_effective", "design_effect", "df"]
UNIT = {b.name: b.bcu for b in areas.boroughs()}
PLACES = ["Camden", "Islington", "Barnet", "Brent", "Harrow", "Hackney", "Tower Hamlets"]


def people(sizes: dict[str, int], *, period: str = "2020-12", seed: int = 1) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    place = np.repeat(list(sizes), list(sizes.values()))
    return pd.DataFrame(
        {
            "borough": place,
            "period": period,
            "good_job": rng.integers(0, 2, len(place)).astype(float),
            "group": rng.choice(["w", "x", "y", "z"], len(place), p=[0.5, 0.3, 0.15, 0.05]),
        }
    )


THREE = {"Camden": 3, "Islington": 40, "Barnet": 60, "Brent": 50, "Harrow": 45}


def test_three_peoples_answers_are_not_given():
    shares = confidence.proportion(people(THREE), "good_job", design=DESIGN).set_index("area")
    assert shares.loc["Camden", FIGURES].isna().all()
    assert shares.method["Camden"] == ""
    assert shares.caveat["Camden"] == "Withheld: fewer than 10 people answered here."
    assert shares.loc[["Barnet", "Brent", "Harrow", "London"], "estimate"].notna().all()
    assert "3" not in " ".join(map(str, shares.loc["Camden"].drop("period")))


def test_what_would_give_them_away_is_withheld_too():
    shares = confidence.proportion(people(THREE), "good_job", design=DESIGN).set_index("area")
    assert shares.loc["Islington", FIGURES].isna().all()
    assert shares.caveat["Islington"].startswith("Withheld so that the answers of fewer than 10")
    by_unit = confidence.proportion(people(THREE), "good_job", design=DESIGN, kind="bcu")
    assert by_unit.set_index("area").n["Central North"] == 43


def test_only_who_answered_counts():
    data = people({"Camden": 30, "Islington": 40, "Barnet": 60})
    silent = (data.borough == "Camden") & (data.groupby("borough").cumcount() >= 9)
    shares = confidence.proportion(
        data.assign(good_job=data.good_job.mask(silent)), "good_job", design=DESIGN
    ).set_index("area")
    assert shares.loc["Camden", FIGURES].isna().all()
    assert "21" not in shares.caveat["Camden"]
    weighted = data.assign(weight=np.where(silent, 0.0, 1.0))
    shares = confidence.proportion(weighted, "good_job", design=survey.Design(weight="weight"))
    assert shares.set_index("area").n.isna()["Camden"]


def test_a_few_people_of_no_borough_are_not_what_london_less_the_rest_gives():
    data = people({"Barnet": 60, "Brent": 50, "Harrow": 45, "Hackney": 30, "City of London": 4})
    one = confidence.proportion(data, "good_job", design=DESIGN)
    two = confidence.proportion(data, "good_job", design=DESIGN, kind="bcu")
    for table in (one, two):
        shown = table.dropna(subset=["n"]).set_index("area").n
        assert shown["London"] - shown.drop("London").sum() >= 10
        assert "4 respondents" not in " ".join(table.caveat)
    assert "outside the 32 boroughs" in one.set_index("area").caveat["London"]


def test_people_of_no_known_borough_at_all_are_refused():
    with pytest.raises(InputError, match="32 boroughs"):
        confidence.proportion(people({"Atlantis": 30}), "good_job", design=DESIGN)


def test_where_nobody_answered_that_is_said_and_not_called_withheld():
    data = people({"Camden": 20, "Islington": 40, "Barnet": 60})
    nobody = data.assign(good_job=data.good_job.mask(data.borough == "Camden"))
    shares = confidence.proportion(nobody, "good_job", design=DESIGN).set_index("area")
    assert shares.n["Camden"] == 0
    assert "Nobody answered" in shares.caveat["Camden"]
    assert shares.estimate["Islington"] > 0


def test_it_does_not_matter_how_the_wave_is_written():
    data = people(THREE).assign(period=pd.Timestamp("2020-12-31"))
    silent = data.head(1).assign(period=pd.Timestamp("2020-12-31 10:30"), good_job=np.nan)
    shares = confidence.proportion(pd.concat([data, silent]), "good_job", design=DESIGN)
    assert shares[shares.area.isin(["Camden", "Islington"])].estimate.isna().all()
    assert shares[shares.n > 0].n.min() >= 10


# what is made of them -------------------------------------------------------------------------


@pytest.fixture(scope="module")
def waves() -> pd.DataFrame:
    big = {b.name: 20 + i for i, b in enumerate(areas.boroughs())}
    return pd.concat(
        [
            people(big, period="2019-12", seed=2),
            people(big | {"Camden": 3}, period="2020-12", seed=3),
        ],
        ignore_index=True,
    )


@pytest.fixture(scope="module")
def shares(waves) -> pd.DataFrame:
    return confidence.proportion(waves, "good_job", design=DESIGN)


@pytest.mark.parametrize(
    "ask",
    [
        confidence.change,
        confidence.difference_from_london,
        confidence.shrunken,
        lambda table: confidence.ranked(table, draws=200),
        lambda table: confidence.change(table),
    ],
)
def test_nothing_that_is_made_of_shares_gives_what_was_withheld(shares, ask):
    gone = set(shares[shares.estimate.isna()].area)
    found = ask(shares).set_index("area")
    assert gone == {"Camden", "Islington"}
    assert found.loc[sorted(gone), ["estimate", "lower", "upper"]].isna().all().all()
    assert found.loc[sorted(gone), "caveat"].str.startswith("Withheld").all()
    assert found.drop(index=sorted(gone)).estimate.notna().all()
    for column in {"after", "direct", "stderr", "p_value", "adjusted", "moved"} & set(found):
        assert found[column][sorted(gone)].isna().all(), column


def test_limits_rest_on_the_boroughs_that_are_shown(shares):
    known = shares.dropna(subset=["estimate"])
    limits = confidence.funnel_limits(shares, leaving_out="Camden")
    pd.testing.assert_frame_equal(limits, confidence.funnel_limits(known))
    with pytest.raises(InputError, match="are withheld"):
        confidence.funnel_limits(shares.assign(estimate=np.nan))


def test_a_chart_has_no_point_where_a_wave_is_withheld(waves):
    many = [waves[waves.period == "2019-12"].assign(period=f"{y}-12") for y in range(2010, 2019)]
    shares = confidence.proportion(pd.concat([*many, waves]), "good_job", design=DESIGN)
    chart = confidence.control_chart(shares, area="Camden")
    assert np.isnan(chart.estimate.iloc[-1])
    assert chart.caveat.iloc[-1] == "Withheld: fewer than 10 people answered here."
    last = shares[shares.period == "2020-12"]
    with pytest.raises(InputError, match="No chart of Camden: Withheld"):
        confidence.control_chart(last, area="Camden")


def test_what_is_withheld_neither_holds_the_truth_nor_misses_it(shares):
    truth = (
        shares[["measure", "area", "period"]]
        .rename(columns={"area": "borough"})
        .assign(true_value=0.5, group="")
    )
    truth["level"] = np.where(truth.borough == "London", "london", "borough")
    held = confidence.against_truth(shares, truth)
    assert held.held.isna().tolist() == shares.estimate.isna().tolist()


# groups ---------------------------------------------------------------------------------------


def grouped(sizes: dict[str, int], seed: int = 4) -> pd.DataFrame:
    data = people({"Barnet": sum(sizes.values())}, seed=seed)
    return data.assign(group=np.repeat(list(sizes), list(sizes.values())))


def test_a_small_group_takes_another_with_it():
    data = grouped({"w": 100, "x": 60, "y": 40, "z": 7})
    ask = {"design": DESIGN, "group": "group"}
    shares = confidence.by_group(data, "good_job", **ask).set_index("group")
    assert shares.estimate.notna().to_dict() == {"w": True, "x": True, "y": False, "z": False}
    gaps = confidence.gaps(data, "good_job", reference="w", **ask).set_index("group")
    assert gaps.estimate.notna().to_dict() == {"x": True, "y": False, "z": False}
    assert gaps.n.isna().to_dict() == {"x": False, "y": True, "z": True}
    assert gaps.caveat["y"].startswith("Withheld so that")
    like = confidence.adjusted_gaps(
        data.assign(sex=["f", "m", "f"] * 69), "good_job", reference="w", among=["sex"], **ask
    ).set_index("group")
    assert like.estimate.notna().to_dict() == {"x": True, "y": False, "z": False}
    with pytest.raises(InputError, match="'y' is unfit: Withheld so that") as refused:
        confidence.gaps(data, "good_job", reference="y", **ask)
    assert "40" not in str(refused.value)


def test_an_error_does_not_say_how_few_they_are():
    data = grouped({"w": 100, "x": 60, "z": 7})
    with pytest.raises(InputError) as refused:
        confidence.gaps(data, "good_job", design=DESIGN, group="group", reference="z")
    assert "7" not in str(refused.value)
    few = grouped({"w": 5, "z": 3})
    for ask in (
        lambda: confidence.drivers_of(few, "good_job", design=DESIGN, predictors=["group"]),
        lambda: engagement.representation(
            few, design=DESIGN, group="group", population=pd.Series({"w": 0.5, "z": 0.5})
        ),
    ):
        with pytest.raises(InputError, match="Fewer than 10 people"):
            ask()


def test_people_alike_are_counted_where_all_is_known_of_them():
    data = grouped({"w": 100, "x": 60})
    known = (data.group == "w") | (data.groupby("group").cumcount() < 4)
    sex = pd.Series(["f", "m"] * 80).where(known)
    ask = {"design": DESIGN, "group": "group", "reference": "w"}
    like = confidence.adjusted_gaps(data.assign(sex=sex), "good_job", among=["sex"], **ask)
    assert like.estimate.isna().all()
    assert confidence.gaps(data, "good_job", **ask).estimate.notna().all()


def test_groups_made_of_boroughs_do_not_give_a_borough_away():
    data = people(THREE)
    inner = data.borough.isin(["Camden", "Barnet", "Brent"])
    data = data.assign(part=np.where(inner, "one", "two"), place=data.borough)
    parts = confidence.by_group(data, "good_job", design=DESIGN, group="part")
    assert parts.n.isna().all(), "one less Barnet and Brent is Camden; two less Harrow, Islington"
    for group in ("place", "borough"):
        gaps = confidence.gaps(data, "good_job", design=DESIGN, group=group, reference="Brent")
        assert set(gaps.dropna(subset=["estimate"]).group) == {"Barnet", "Harrow"}
        with pytest.raises(InputError, match="'Islington' is unfit"):
            confidence.gaps(data, "good_job", design=DESIGN, group=group, reference="Islington")


def test_the_share_of_a_sample_does_not_count_a_few_people():
    data = grouped({"w": 100, "x": 60, "y": 40, "z": 7})
    population = pd.Series({"w": 0.5, "x": 0.2, "y": 0.2, "z": 0.05, "nobody": 0.05})
    table = engagement.representation(
        data, design=DESIGN, group="group", population=population
    ).set_index("group")
    assert table.loc[["y", "z"], ["sample", "estimate", "lower", "upper", "n"]].isna().all().all()
    assert table.estimate[["w", "x", "nobody"]].notna().all()
    assert table.population.notna().all()


# the minimum ----------------------------------------------------------------------------------


def test_the_minimum_goes_up_freely_and_down_with_a_reason_that_travels(waves):
    higher = confidence.proportion(waves, "good_job", design=DESIGN, minimum=confidence.Minimum(30))
    assert higher.n.dropna().min() >= 30
    agreed = confidence.Minimum(3, reason="agreed with the archive")
    lower = confidence.proportion(waves, "good_job", design=DESIGN, minimum=agreed)
    assert lower.n.min() == 3
    for table in (
        lower,
        confidence.change(lower),
        confidence.difference_from_london(lower),
        confidence.shrunken(lower),
        confidence.ranked(lower, draws=200),
        confidence.change(lower),
        confidence.by_group(waves, "good_job", design=DESIGN, group="group", minimum=agreed),
    ):
        assert table.caveat.str.lower().str.contains("agreed with the archive").all()
        assert table.lowered.str.startswith("Shown from 3 respondents up").all()


def test_no_other_word_lowers_the_minimum():
    data = grouped({"w": 100, "x": 60, "z": 7})
    ask = {"design": DESIGN, "group": "group", "reference": "w"}
    with pytest.raises(InputError, match="fewest=5 is below the minimum of 10"):
        confidence.gaps(data, "good_job", fewest=5, **ask)
    found = confidence.gaps(
        data, "good_job", fewest=5, minimum=confidence.Minimum(5, reason="test"), **ask
    )
    assert found.n.tolist() == [60, 7]


# an attacker ----------------------------------------------------------------------------------


def test_an_attacker_who_subtracts_finds_out_no_few_people():
    """Every sum and difference of all public tables is tried, on files with tiny cells."""
    rng = np.random.default_rng(11)
    for trial in range(25):
        sizes = dict(zip(PLACES, rng.choice([0, 1, 4, 9, 12, 40], len(PLACES)), strict=True))
        sizes |= {"City of London": int(rng.choice([0, 2, 15]))}
        if sum(sizes[name] for name in PLACES) == 0:
            continue
        data = people({k: int(v) for k, v in sizes.items()}, seed=trial)
        silent = rng.random(len(data)) < 0.2
        data["trust"] = data.good_job.mask(silent)
        side = {name: str(rng.choice(["one", "two"])) for name in sizes}
        data["side"] = data.borough.map(side)
        for measure in ("good_job", "trust"):
            if data[measure].notna().any():
                _attack(data, measure)


def _attack(data: pd.DataFrame, measure: str) -> None:
    here = data[data[measure].notna()]
    inside: dict[str, set[str]] = {"London": set(here.borough)}
    inside |= {name: {name} for name in here.borough}
    for name in here.borough:
        inside.setdefault(UNIT.get(name, "nowhere"), set()).add(name)
    known: dict[frozenset[str], tuple[float, float]] = {}
    for kind in ("borough", "bcu"):
        shares = confidence.proportion(data, measure, design=DESIGN, kind=kind)
        for row in shares.dropna(subset=["n"]).query("n > 0").itertuples():
            known[frozenset(inside[row.area])] = (row.n, row.estimate * row.n)
    for row in confidence.by_group(data, measure, design=DESIGN, group="side").itertuples():
        if row.n is not pd.NA and row.n > 0:
            parts = set(here.borough[here.side == row.group])
            known[frozenset(parts)] = (row.n, row.estimate * row.n)
    parts = sorted(set(here.borough))
    if not known:
        return
    rows = np.array([[part in cell for part in parts] for cell in known], dtype=float)
    answers = np.array(list(known.values()), dtype=float)
    size = here.borough.value_counts()
    small = [part for part in parts if size[part] < 10]
    for count in range(1, len(small) + 1):
        for group in combinations(small, count):
            target = np.array([part in group for part in parts], dtype=float)
            way, *_ = np.linalg.lstsq(rows.T, target, rcond=None)
            if np.allclose(way @ rows, target):
                n, yes = way @ answers
                assert n >= 9.5, f"{yes:.0f} of {n:.0f} people in {group} said yes"
    for cell, (n, _) in known.items():
        assert n >= 10, cell
