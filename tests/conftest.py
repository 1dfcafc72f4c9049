"""Tests see the figures that come with pvtools, whatever files its user has added."""

from __future__ import annotations

import os
import shutil

# Tests run side by side: threads of the linear algebra would fight the other workers for cores.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import pytest

from pvtools import places


@pytest.fixture(scope="session", autouse=True)
def only_what_comes_with_pvtools(tmp_path_factory):
    folder = tmp_path_factory.mktemp("data")
    shutil.copytree(places.shipped_data() / "published", folder / "published")
    shutil.copy(places.shipped_data() / "sources.toml", folder)
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(os.environ, "PVTOOLS_DATA", str(folder))
        # what a test has replaced in this process must not be kept for another
        patch.setattr("pvtools.profiles.kept.folder", lambda: None)
        yield
