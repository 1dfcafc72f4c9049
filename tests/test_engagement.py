"""Whose voice: who answers, who sits on a panel, and how far each can speak for others."""

from __future__ import annotations

import pytest

from pvtools import engagement, synthetic
from pvtools.errors import InputError
from pvtools.stats import survey

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
