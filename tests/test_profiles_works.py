"""What works: what the chapter on public value shows of claims that were tried again."""

from __future__ import annotations

import pytest

from pvtools import exhibits, places, profiles
from pvtools.dashboards import works as dashboard


@pytest.fixture(scope="module")
def works() -> profiles.Works:
    return profiles.works()


@pytest.mark.parametrize(
    "piece", ["merger", "merger_opinion", "checks", "ladder", "placebo", "register", "reported"]
)
def test_every_piece_on_what_works_is_made(works, piece):
    text = getattr(works, piece).text()
    assert text
    assert "nan" not in text.lower().split()


def test_no_two_pieces_of_the_dashboard_share_a_key_and_so_their_files(works):
    keys = [getattr(works, piece).key for piece in dashboard.PIECES]
    assert len(set(keys)) == len(keys), keys


def test_no_effect_of_the_merger_stands_though_a_usual_default_would_be_sure_of_one(works):
    said = works.merger.headline
    assert "no change in any of the five outcomes is distinguishable from chance" in said
    assert "treats boroughs as independent, would call robbery" in said
    assert "Taken alone, the interval leaves out zero for robbery" in works.merger.caveats[1]
    assert "Where sources differ on a unit's month" in works.merger.caveats[2]


def test_the_register_says_of_the_claims_tried_again_what_came_of_them(works):
    said = works.register.table.set_index("key").said
    assert "robbery" in said["bcu_merger"]
    assert "no change distinguishable from chance" in said["bcu_merger"]
    assert "robbery +19" in said["bcu_merger"]
    assert "more often than not have been missed" in said["bcu_merger"]
    assert "not distinguishable from chance" in said["mettrace"]
    assert not any("level" in text for text in works.register.table.shown[4:])


def test_a_data_folder_with_claims_of_its_own_shows_these(tmp_path):
    held = places.shipped_data()
    (tmp_path / "published").symlink_to(held / "published")
    text = (held / "claims.toml").read_text(encoding="utf-8")
    own = text.replace("MetTrace: property marking", "Our own: property marking")
    (tmp_path / "claims.toml").write_text(own, encoding="utf-8")
    assert "Our own: property marking" in profiles.works(data_dir=tmp_path).reported.text()


def test_residents_answers_are_named_as_questions_and_not_by_their_keys(works):
    text = works.merger_opinion.text()
    assert "good job" in text
    assert "good_job" not in text


def test_the_plan_of_2013_has_the_verdict_of_chapter_four_and_no_copy_of_it(works, monkeypatch):
    plan = profiles.distortion()
    said = works.register.table.set_index("key").said["mopac7"]
    assert plan.steps.headline in said
    assert plan.displaced.headline in said
    monkeypatch.setattr(type(plan), "steps", exhibits.Notice(title="Not held", points=["None."]))
    assert profiles.works()._plan == {}  # the register then says what could be tried
