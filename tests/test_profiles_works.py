"""What works: what the chapter on public value shows of claims that were tried again."""

from __future__ import annotations

import pytest

from pvtools import profiles


@pytest.fixture(scope="module")
def works() -> profiles.Works:
    return profiles.works()


@pytest.mark.parametrize("piece", ["merger", "merger_opinion", "ladder", "placebo", "register"])
def test_every_piece_on_what_works_is_made(works, piece):
    text = getattr(works, piece).text()
    assert text
    assert "nan" not in text.lower().split()


def test_no_effect_of_the_merger_stands_though_a_usual_default_would_be_sure_of_one(works):
    said = works.merger.headline
    assert "no change in any of four outcomes is distinguishable from chance" in said
    assert "a usual default would be sure of robbery" in said
    assert "Taken alone, the interval leaves out zero for robbery" in works.merger.caveats[0]


def test_the_register_says_of_the_claims_tried_again_what_came_of_them(works):
    said = works.register.table.set_index("key").said
    assert "robbery" in said["bcu_merger"]
    assert "no change distinguishable from chance" in said["bcu_merger"]
    assert "with nothing done" in said["mettrace"]
