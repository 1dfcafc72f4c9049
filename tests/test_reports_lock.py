from __future__ import annotations

import os
import signal
import threading

import pytest

from pvtools.errors import UsageError
from pvtools.reports import folder, lock


def test_a_held_folder_refuses_a_second_batch_in_one_sentence(tmp_path):
    second = lock.held(tmp_path)
    refused = pytest.raises(UsageError, match=r"Another batch \(process \d+\) is writing to")
    with lock.held(tmp_path), refused, second:
        pytest.fail("two batches at once")
    with lock.held(tmp_path):
        pass


def test_the_lock_of_a_killed_batch_is_nobodys(tmp_path):
    (tmp_path / ".lock").write_text("999999")
    with lock.held(tmp_path):
        assert (tmp_path / ".lock").read_text() == str(os.getpid())


def test_a_folder_that_cannot_be_written_to_is_said_in_a_sentence(tmp_path):
    (tmp_path / "file").write_text("")
    refused = pytest.raises(UsageError, match="Choose a folder that can be written to with --out")
    with refused, lock.held(tmp_path / "file" / "reports"):
        pass


@pytest.mark.parametrize("name", [".lock", ".building", ".manifest.json"])
def test_a_link_in_a_place_of_ours_is_refused_and_not_followed(tmp_path, name):
    out = tmp_path / "out"
    out.mkdir()
    theirs = tmp_path / "theirs"
    if name == ".building":
        (theirs / "hackney").mkdir(parents=True)
        kept = theirs / "hackney" / "notebook.ipynb"
    else:
        kept = theirs
    kept.write_text("123")
    (out / name).symlink_to(theirs)
    with pytest.raises(UsageError, match="is a link"), lock.held(out):
        pass
    assert kept.read_text() == "123"


def test_a_file_where_reports_are_made_is_refused(tmp_path):
    (tmp_path / ".building").write_text("mine")
    refused = pytest.raises(UsageError, match="is a file where a folder belongs")
    with refused, lock.held(tmp_path):
        pass
    assert (tmp_path / ".building").read_text() == "mine"


def test_a_lock_that_somebody_else_wrote_is_refused_and_kept(tmp_path):
    (tmp_path / ".lock").write_text("poetry 1.8")
    with pytest.raises(UsageError, match="was not written by pvtools"), lock.held(tmp_path):
        pass
    assert (tmp_path / ".lock").read_text() == "poetry 1.8"


def test_the_folder_itself_may_be_a_link(tmp_path):
    (tmp_path / "disk").mkdir()
    (tmp_path / "out").symlink_to(tmp_path / "disk")
    with lock.held(tmp_path / "out"):
        assert folder.building(tmp_path / "out", "hackney").is_dir()
    assert [path.name for path in (tmp_path / "disk").iterdir()] == [".lock"]


@pytest.fixture
def heeded():
    """Ctrl-C counts, although it is ignored where tests are run in the background."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.mark.skipif(os.name != "posix", reason="signals differ elsewhere")
def test_ctrl_c_waits_until_what_is_begun_has_ended(heeded):
    done = []

    @lock.uninterrupted()
    def work():
        os.kill(os.getpid(), signal.SIGINT)
        os.kill(os.getpid(), signal.SIGINT)
        done.append("all of it")

    with pytest.raises(KeyboardInterrupt):
        work()
    assert done == ["all of it"]
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler


def test_outside_the_main_thread_there_is_no_ctrl_c_to_wait_for():
    done = []

    def work():
        with lock.uninterrupted():
            done.append(1)

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    assert done == [1]
