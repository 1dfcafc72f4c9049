"""Exhibits of respondents: what is withheld is neither drawn nor said, and the reason is given."""

from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from pvtools import areas, confidence, engagement, exhibits, sources
from pvtools.exhibits import Exhibit, Notice
from pvtools.stats import survey

SOURCE = replace(sources.find("pas_borough"), key="pas_respondents")  # with a stated design
DESIGN = survey.Design()
#: Three people were asked in Camden in the last wave; Islington shares its command unit.
SECRET = ("Camden", "Islington")
WHY = "Withheld: fewer than 10 people answered here."


@pytest.fixture(scope="module")
def shares() -> pd.DataFrame:
    rng = np.random.default_rng(5)
    rows = [
        (b.name, f"{year}-12", float(rng.random() < 0.5))
        for year in (2018, 2019, 2020)
        for b in areas.boroughs()
        for _ in range(3 if (b.name, year) == ("Camden", 2020) else 25)
    ]
    people = pd.DataFrame(rows, columns=["borough", "period", "good_job"])
    return confidence.proportion(people, "good_job", design=DESIGN)


@pytest.fixture(scope="module")
def made(shares) -> dict[str, object]:
    """Return every exhibit of shares, as the borough in its key sees them."""
    ask, last = exhibits.confidence, shares[shares.period == "2020-12"]
    apart, moved = confidence.difference_from_london(shares), confidence.change(shares)
    limits = confidence.funnel_limits(shares)
    truth = (
        shares[["measure", "area", "period"]]
        .rename(columns={"area": "borough"})
        .assign(true_value=0.5, group="")
    )
    truth["level"] = np.where(truth.borough == "London", "london", "borough")
    found = {
        "changes": ask.changes(moved, source=SOURCE),
        "places": ask.places(confidence.ranked(shares, draws=300), source=SOURCE),
        "borrowed": ask.borrowed(confidence.shrunken(shares), london=0.5, source=SOURCE),
        "recovered": ask.recovered(confidence.against_truth(shares, truth), source="made up"),
    }
    for name in ("Camden", "Hackney"):
        own = {"area": name, "source": SOURCE}
        near = pd.DataFrame(
            {"unit": name, "neighbour": ["Islington", "Ealing"], "distance": [1.0, 2.0]}
        )
        found |= {
            f"trend {name}": ask.trend(shares, confidence.change(shares, years=2), **own),
            f"strip {name}": ask.strip(last, limits, **own),
            f"map {name}": ask.framed(ask.tile_map(last, apart, source=SOURCE), areas.find(name)),
            f"moved {name}": ask.framed(ask.moved_map(moved, source=SOURCE), areas.find(name)),
            f"questions {name}": ask.questions(last, apart, **own),
            f"alike {name}": ask.alike(last, near, **own),
            f"steady {name}": ask.steady(
                confidence.control_chart(shares, area=name),
                area=name,
                measure="good_job",
                source=SOURCE,
            ),
        }
    return found


def test_what_is_withheld_is_in_no_table_of_any_exhibit(made):
    checked = 0
    for name, piece in made.items():
        if isinstance(piece, Notice):
            continue
        table = piece.to_json()["table"]
        keys = [column["key"] for column in table["columns"]]
        figures = [i for i, key in enumerate(keys) if key in {"estimate", "lower", "upper", "n"}]
        for row in table["rows"]:
            wave = row[keys.index("period")] if "period" in keys else "2020-12"
            if row[0] in SECRET and wave == "2020-12":
                assert [row[i] for i in figures] == [None] * len(figures), name
                assert row[-1].startswith("Withheld"), name
                checked += 1
    assert checked >= 10


def test_an_exhibit_says_what_is_withheld_and_why(made):
    for name in (
        "changes",
        "places",
        "borrowed",
        "recovered",
        "strip Hackney",
        "map Hackney",
        "moved Hackney",
    ):
        said = " ".join(made[name].caveats)
        assert f"(Camden) has no figure. {WHY}" in said, name
        assert "(Islington) has no figure. Withheld so that" in said, name
        assert "(Camden) has no figure" in made[name].to_html(), name
    assert "of 30 boroughs" in made["changes"].headline


def test_no_mark_is_drawn_for_what_is_withheld(made):
    for name in ("changes", "places", "borrowed", "recovered"):
        assert "Ealing" in made[name].svg, name
        assert "Camden" not in made[name].svg, name
        assert "Islington" not in made[name].svg, name


def test_a_borough_that_is_withheld_gets_a_notice_in_place_of_a_figure(made):
    for name in ("strip Camden", "map Camden", "moved Camden", "questions Camden", "alike Camden"):
        assert isinstance(made[name], Notice), name
        assert made[name].points == [WHY], name
        assert "%" not in made[name].to_html(), name
        assert isinstance(made[name.replace("Camden", "Hackney")], Exhibit), name


def test_a_map_without_any_figure_is_a_notice(shares):
    none = shares.assign(estimate=float("nan"), lower=float("nan"), upper=float("nan"), caveat=WHY)
    ask, moved = exhibits.confidence, confidence.change(shares)
    for made in (
        ask.tile_map(none, none, source=SOURCE),
        ask.moved_map(moved.assign(estimate=float("nan"), caveat=WHY), source=SOURCE),
    ):
        shown = ask.framed(made, areas.find("Hackney"))
        assert isinstance(shown, Notice)
        assert shown.points == [WHY]


def test_a_trend_ends_where_the_last_figure_is_and_claims_no_change(made):
    trend = made["trend Camden"]
    assert trend.headline == "Camden: the change since 2018 is not given"
    assert "December 2019" in trend.alt
    assert "December 2020" not in trend.alt
    assert f"(Camden) has no figure in one of the periods. {WHY}" in " ".join(trend.caveats)
    assert "nan" not in json.dumps(trend.to_json()).lower()
    assert WHY in made["steady Camden"].caveats


def test_sentences_do_not_compare_with_what_is_withheld(shares):
    last = shares[shares.period == "2020-12"]
    near = pd.DataFrame({"unit": "Hackney", "neighbour": ["Camden", "Ealing"], "distance": 1.0})
    said = exhibits.confidence.alike_note(last, near, area="Hackney")
    assert "Camden (withheld)" in said
    moved = confidence.change(shares)
    own = exhibits.confidence.moved_note(moved, area="Camden")
    assert own.endswith(f"The change in Camden is not given. {WHY}")
    assert "among them" not in own


@pytest.fixture(scope="module")
def groups() -> pd.DataFrame:
    rng = np.random.default_rng(6)
    sizes = {"White": 200, "Black": 80, "Asian": 60, "Mixed": 4}
    names = np.repeat(list(sizes), list(sizes.values()))
    return pd.concat(
        [
            pd.DataFrame(
                {
                    "borough": "Brent",
                    "period": period,
                    "group": names,
                    "good_job": rng.integers(0, 2, len(names)).astype(float),
                    "sex": rng.choice(["f", "m"], len(names)),
                }
            )
            for period in ("2020-11", "2020-12")
        ],
        ignore_index=True,
    )


def test_groups_that_are_withheld_are_named_with_the_reason(groups):
    ask = {"design": DESIGN, "group": "group", "reference": "White"}
    gaps = exhibits.confidence.gaps(
        confidence.gaps(groups, "good_job", **ask),
        confidence.adjusted_gaps(groups, "good_job", among=["sex"], **ask),
        reference="White",
        alike_in="sex",
        source="made up",
    )
    assert "of one groups" in gaps.headline
    assert "Mixed" not in gaps.svg + gaps.alt
    assert any("(Mixed) has no figure. Withheld: fewer than 30" in text for text in gaps.caveats)
    assert any("(Asian) has no figure. Withheld so that" in text for text in gaps.caveats)
    population = pd.Series({"White": 0.5, "Black": 0.2, "Asian": 0.2, "Mixed": 0.1})
    asked = exhibits.engagement.representation(
        engagement.representation(groups, design=DESIGN, group="group", population=population),
        against="of residents",
        source="made up",
        vintage="2020",
    )
    assert "Mixed" not in asked.svg + asked.alt
    assert any("(Mixed) has no figure" in text for text in asked.caveats)


def test_months_in_which_a_group_is_withheld_are_not_compared(groups):
    thin = groups[
        (groups.group != "Black") | (groups.period == "2020-11") | (groups.index % 20 == 0)
    ]
    ask = {"highlight": "Black", "context": "White", "source": "made up", "vintage": "2020"}
    table = confidence.by_group(thin, "good_job", design=DESIGN, group="group")
    shown = exhibits.confidence.satisfaction(table.assign(measure="satisfied"), **ask)
    assert "of one months" in shown.headline
    assert "In November 2020" in shown.alt
    none = table[table.period == "2020-12"].assign(measure="satisfied")
    notice = exhibits.confidence.satisfaction(none, **ask)
    assert isinstance(notice, Notice)


def test_a_lowered_minimum_is_stated_on_the_exhibit(groups):
    table = confidence.by_group(
        groups,
        "good_job",
        design=DESIGN,
        group="group",
        minimum=confidence.Minimum(3, reason="agreed with the archive"),
    )
    shown = exhibits.confidence.satisfaction(
        table.assign(measure="satisfied"),
        highlight="Mixed",
        context="White",
        source="made up",
        vintage="2020",
    )
    assert "Shown from 3 respondents up, in place of 10: agreed with the archive." in shown.caveats


def test_where_everything_is_withheld_nothing_is_claimed(shares, groups):
    gone = {"estimate": np.nan, "lower": np.nan, "upper": np.nan, "caveat": WHY}
    moved = confidence.change(shares)
    ask = {"design": DESIGN, "group": "group"}
    gaps = confidence.gaps(groups, "good_job", reference="White", **ask).assign(**gone)
    like = {"reference": "White", "alike_in": "sex", "source": "made up"}
    population = pd.Series({"White": 0.5, "Black": 0.2, "Asian": 0.2, "Mixed": 0.1})
    asked = engagement.representation(groups, population=population, **ask).assign(**gone)
    about = {"against": "of residents", "source": "made up", "vintage": "2020"}
    for piece in (
        exhibits.confidence.changes(moved.assign(**gone), source=SOURCE),
        exhibits.confidence.recovered(shares.assign(held=pd.NA, **gone), source="made up"),
        exhibits.confidence.gaps(gaps, gaps, **like),
        exhibits.engagement.representation(asked, **about),
    ):
        assert isinstance(piece, Notice)
        assert piece.points == [WHY]
    said = exhibits.confidence.moved_note(moved.assign(**gone), area="Hackney")
    assert said == f"No change since December 2019 is given. {WHY}"
