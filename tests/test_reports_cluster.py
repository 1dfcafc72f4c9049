"""Reports are made on a cluster that shares no folder with this machine."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from pvtools import places
from pvtools.errors import UsageError
from pvtools.reports import away, batch, cluster, manifest
from pvtools.reports.build import GoneError, Order
from pvtools.reports.inputs import Inputs

from . import served, small_reports

#: says where it runs, and is killed with its worker, kills it, waits or fails, by its area
CODE = """\
import os, time
from pathlib import Path
import psutil
worker = psutil.Process().parent().parent()  # it forked what forked this kernel
seen = Path(FLAGS, area)
if area == "Bexley":
    worker.kill()
    time.sleep(60)
if area == "Brent":
    print("half way")
    raise ValueError("bad data")
if area == "Sutton" or (area == "Camden" and not seen.exists()):
    seen.with_suffix(".part").write_text(f"{worker.pid} {os.getpid()}")
    seen.with_suffix(".part").rename(seen)
    time.sleep(300)
assert Path(data_dir, "published").is_dir()
print(area, "ends")
"""


@pytest.fixture
def place(tmp_path):
    """Return the arguments of a batch, and the folder in which its notebook says where it runs."""
    flags = tmp_path / "flags"
    flags.mkdir()
    home = tmp_path / "home"
    home.mkdir()
    (home / "dot.svg").write_text(small_reports.SVG)
    cells = [
        new_markdown_cell("![A square](dot.svg)"),
        new_code_cell(small_reports.PARAMETERS, metadata={"tags": ["parameters"]}),
        new_code_cell(CODE.replace("FLAGS", repr(str(flags)))),
    ]
    nbformat.write(new_notebook(cells=cells), home / "small.ipynb")
    return {
        "data_dir": places.data_dir(),
        "out_dir": tmp_path / "reports",
        "notebook": home / "small.ipynb",
        "formats": ("html",),
        "shared": "",
    }, flags


@contextlib.contextmanager
def _started(*command: str, **environment: str):
    """Run a command of Dask's, and end it and what it has started."""
    with subprocess.Popen(
        [sys.executable, "-m", "dask", *command, "--no-dashboard"],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        env={**os.environ, **environment},
    ) as process:
        try:
            yield process
        finally:
            process.terminate()
            try:
                process.wait(15)
            except subprocess.TimeoutExpired:
                process.kill()


@contextlib.contextmanager
def _scheduler():
    port = str(served.free_port())
    failures = {"DASK_DISTRIBUTED__SCHEDULER__ALLOWED_FAILURES": "1"}
    with _started("scheduler", "--host", "127.0.0.1", "--port", port, **failures) as process:
        yield f"tcp://127.0.0.1:{port}", process


def _workers(address, *options, **environment):
    named = ("worker", address, "--host", "127.0.0.1", "--nthreads", "1")
    return _started(*named, *options, **environment)


def _await_workers(address, number):
    from distributed import Client

    with Client(address, timeout=30, set_as_default=False) as client:
        client.wait_for_workers(number, timeout=60)


@pytest.fixture(scope="module")
def address():
    """Return the address of a scheduler with two workers, each started again when it dies."""
    with _scheduler() as (address, _), _workers(address, "--nworkers", "2"):
        _await_workers(address, 2)
        yield address


def _until(true, seconds=60):
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, "it did not happen"
        time.sleep(0.05)


def _some(*names):
    return small_reports.of(*names, data_dir=places.data_dir())


def _statuses(out):
    return {slug: record["status"] for slug, record in manifest.read(out).items()}


@pytest.mark.kernel
def test_a_worker_killed_in_the_middle_of_a_batch_costs_no_report(place, address):
    where, flags = place
    killed = []

    def kill():
        _until((flags / "Camden").exists)
        killed.append(int((flags / "Camden").read_text().split()[0]))
        os.kill(killed[0], signal.SIGKILL)

    killer = threading.Thread(target=kill)
    killer.start()
    finished = []
    outcomes = batch.run(
        _some("Camden", "Hackney", "Brent", "Barnet"),
        **where,
        scheduler=address,
        on_event=lambda kind, subject, _: kind == "finished" and finished.append(subject.name),
    )
    killer.join()
    assert killed
    assert [one.status for one in outcomes] == ["built", "built", "failed", "built"]
    assert sorted(finished) == ["Barnet", "Brent", "Camden", "Hackney"]
    out = where["out_dir"]
    pages = {path.parent.name: path.read_text() for path in out.glob("*/*.html")}
    assert {slug for slug in pages if f"{slug.title()} ends" in pages[slug]} == {
        "barnet",
        "camden",
        "hackney",
    }
    assert all('alt="A square"' in page and "data:image/svg" in page for page in pages.values())
    assert outcomes[2].error == "ValueError: bad data"
    assert "half way" in (out / "failed" / "brent.ipynb").read_text()
    assert not (out / ".building").exists()
    again = batch.run(_some("Camden", "Hackney"), **where, scheduler="tcp://127.0.0.1:1")
    assert [one.status for one in again] == ["unchanged", "unchanged"]  # as if made here


@pytest.mark.kernel
def test_an_order_that_kills_its_workers_is_one_failed_report(place, address):
    where, _ = place
    outcomes = batch.run(_some("Bexley", "Hackney", "Barnet"), **where, scheduler=address)
    assert [one.status for one in outcomes] == ["failed", "built", "built"]
    assert outcomes[0].error.startswith("Each worker that made this report was ended from outside")


@pytest.mark.kernel
def test_ctrl_c_ends_the_kernel_on_the_worker_and_what_is_finished_stands(place, address):
    where, flags = place
    table = where["notebook"].with_name("areas.csv")
    table.write_text("area\nHackney\nSutton\n")
    call = ["batch", where["notebook"], "--over", table, "--out", where["out_dir"]]
    options = ["--data", where["data_dir"], "--formats", "html", "--scheduler", address]
    process = subprocess.Popen(
        [sys.executable, "-m", "pvtools", *map(str, [*call, *options])],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    try:
        _until((flags / "Sutton").exists)
        _until(lambda: _statuses(where["out_dir"]) == {"hackney": "built"})
        process.send_signal(signal.SIGINT)
        said, _ = process.communicate(timeout=30)
    finally:
        process.kill()
    assert process.returncode == 130, said
    assert "Stopped. 1 built, 1 not made." in said
    assert "Traceback" not in said
    kernel = int((flags / "Sutton").read_text().split()[1])
    _until(lambda: not Path(f"/proc/{kernel}").exists(), 10)


@pytest.mark.kernel
def test_workers_that_differ_are_all_named_and_nothing_is_begun(place, address, tmp_path):
    where, _ = place
    (tmp_path / "other" / "published").mkdir(parents=True)
    other = {"PVTOOLS_DATA": str(tmp_path / "other")}
    (tmp_path / "former" / "pvtools").mkdir(parents=True)
    (tmp_path / "former" / "pvtools" / "__init__.py").touch()  # knows no clusters yet
    former = {"PYTHONPATH": str(tmp_path / "former")}
    with (
        _workers(address, "--no-nanny", **other),
        _workers(address, "--nthreads", "2"),
        _workers(address, "--no-nanny", **former),
    ):
        _await_workers(address, 5)
        with pytest.raises(UsageError) as refused:
            batch.run(_some("Hackney"), **where, scheduler=address)
    _, *faults, todo = str(refused.value).splitlines()
    assert len(faults) == 3
    assert "it could not be compared (ModuleNotFoundError" in "".join(faults)
    assert "it has 2 threads" in "".join(faults)
    assert f"its data folder {tmp_path / 'other'} does not hold the same data" in "".join(faults)
    assert "PVTOOLS_DATA" in todo
    assert not list(where["out_dir"].rglob("*.*ml"))


@pytest.mark.kernel
def test_a_scheduler_that_ends_in_the_middle_fails_no_report(place):
    where, flags = place
    with _scheduler() as (address, process):
        with pytest.raises(UsageError, match="has no workers"):
            batch.run(_some("Hackney"), **where, scheduler=address)
        with _workers(address, "--no-nanny") as worker:
            _await_workers(address, 1)

            def kill():
                _until((flags / "Sutton").exists)
                process.kill()

            killer = threading.Thread(target=kill)
            killer.start()
            with pytest.raises(GoneError, match="What was finished stands"):
                batch.run(_some("Hackney", "Sutton", "Barnet"), **where, scheduler=address)
            killer.join()
            worker.kill()  # it would wait for the notebook
    assert _statuses(where["out_dir"]) == {"hackney": "built"}


def test_where_no_scheduler_answers_it_is_said_what_to_do(place, monkeypatch):
    where, _ = place
    monkeypatch.setattr(cluster, "_PATIENCE", 1)
    nobody = f"tcp://127.0.0.1:{served.free_port()}"
    with pytest.raises(UsageError, match=rf"No Dask scheduler answers at {nobody} .*: dask sched"):
        batch.run(_some("Hackney"), **where, scheduler=nobody)
    with pytest.raises(UsageError, match=r"answers at nowhere \(missing port"):
        batch.run(_some("Hackney"), **where, scheduler="nowhere")
    with served.elsewhere("a page") as page, pytest.raises(UsageError, match="Dask scheduler"):
        batch.run(_some("Hackney"), **where, scheduler=page.strip("/").replace("http", "tcp"))


def test_without_the_extra_it_is_said_how_to_install_it(place, monkeypatch):
    where, _ = place
    monkeypatch.setitem(sys.modules, "distributed", None)
    with pytest.raises(UsageError, match=r'pip install "pvtools\[cluster\]"'):
        batch.run(_some("Hackney"), **where, scheduler="tcp://127.0.0.1:8786")


def test_every_difference_of_a_worker_is_said():
    inputs = Inputs(places.notebook("report_borough.ipynb"), places.data_dir())
    home = inputs.made_from
    there = away.facts(inputs.files(), True)
    assert away.differences(home, there) == []
    packages = {**home["packages"], "pandas": "2.9", "python": "3.99.1"}
    del packages["typst"]
    changed = {**there, "code": "0" * 64, "packages": packages, "data": ""}
    assert away.differences(home, changed) == [
        f"its pvtools ({there['version']}, code 00000000) is not the same",
        f"pandas is 2.9, not {home['packages']['pandas']}",
        f"typst is missing, not {home['packages']['typst']}",
        f"python is 3.99.1, not {home['packages']['python']}",
        f"its data folder {places.data_dir()} does not hold the same data",
    ]


def test_a_worker_that_was_never_compared_makes_nothing(place):
    where, _ = place
    inputs = Inputs(where["notebook"], where["data_dir"])
    order = Order(_some("Hackney")[0], where["notebook"], where["out_dir"], ("html",))
    made_from = inputs.made_from | {"data": "0" * 64}
    errand = away.Errand(order, inputs.files(), made_from, "", "batch")
    with pytest.raises(UsageError, match="does not hold the same data"):
        away.make(errand)
