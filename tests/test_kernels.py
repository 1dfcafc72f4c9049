"""Forked kernels: they behave as ordinary ones do, and nothing of them is left behind."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
from contextlib import contextmanager

import nbclient
import nbformat
import papermill
import psutil
import pytest
from jupyter_client.manager import KernelManager
from nbformat.v4 import new_code_cell, new_notebook

from pvtools import kernels
from pvtools.kernels import parent, provisioner
from pvtools.kernels.parent import CannotForkError, WarmParent, warm_parent

can_fork = pytest.mark.skipif(
    not hasattr(os, "pidfd_open"), reason="kernels are forked on Linux only"
)
pytestmark = pytest.mark.kernel


@pytest.fixture(autouse=True)
def _findable(monkeypatch):
    monkeypatch.setenv("JUPYTER_PATH", "")  # put back afterwards
    kernels.offer()


@pytest.fixture(scope="module", autouse=True)
def _nothing_left():
    before = set(psutil.Process().children(recursive=True))
    yield
    parent.close()
    assert not set(psutil.Process().children(recursive=True)) - before


@contextmanager
def running(**options):
    """A kernel and a client of it, shut down at the end."""
    manager = KernelManager(kernel_name=kernels.NAME)
    manager.start_kernel(**options)
    client = manager.client()
    client.start_channels()
    try:
        client.wait_for_ready(timeout=60)
        yield manager, client
    finally:
        client.stop_channels()
        manager.shutdown_kernel(now=True)


def printed(client, code):
    """Run code in the kernel and return what it printed."""
    said = []
    client.execute_interactive(
        code, timeout=60, output_hook=lambda message: said.append(message["content"].get("text"))
    )
    return "".join(text for text in said if text).strip()


def gone(pids, within=5.0):
    """Wait until none of the processes runs any more; return those that still do."""

    def alive(pid):
        try:
            return psutil.Process(pid).status() != psutil.STATUS_ZOMBIE
        except psutil.NoSuchProcess:
            return False

    until = time.monotonic() + within
    while (left := [pid for pid in pids if alive(pid)]) and time.monotonic() < until:
        time.sleep(0.05)
    return not left


def test_offering_the_kernel_twice_keeps_what_others_put_on_the_path(monkeypatch):
    monkeypatch.setenv("JUPYTER_PATH", "/somewhere/else")
    kernels.offer()
    kernels.offer()
    assert os.environ["JUPYTER_PATH"].split(os.pathsep) == [
        str(kernels.JUPYTER),
        "/somewhere/else",
    ]


@can_fork
def test_papermill_runs_a_notebook_of_figures_in_a_forked_kernel(tmp_path):
    assert kernels.warm_up() == ""
    notebook = new_notebook(
        cells=[
            new_code_cell("borough = 'none'", metadata={"tags": ["parameters"]}),
            new_code_cell("import os; print(borough, os.getppid())"),
            new_code_cell("import seaborn; seaborn.lineplot(x=[1, 2], y=[2, 1]);"),
        ],
        # a notebook for everyone: only the batch runs it in a forked kernel
        metadata={"kernelspec": {"name": "python3", "language": "python", "display_name": "P"}},
    )
    nbformat.write(notebook, tmp_path / "in.ipynb")
    done = papermill.execute_notebook(
        tmp_path / "in.ipynb",
        tmp_path / "out.ipynb",
        {"borough": "Hackney"},
        kernel_name=kernels.NAME,
        progress_bar=False,
    )
    texts = [output.get("text") for cell in done.cells for output in cell.get("outputs", ())]
    assert f"Hackney {warm_parent().process.pid}\n" in texts
    assert "image/png" in done.cells[-1].outputs[-1].data
    assert done.metadata.kernelspec.name == "python3"


@can_fork
def test_nbclient_reports_an_error_in_a_cell_as_ever():
    notebook = new_notebook(cells=[new_code_cell("1 / 0")])
    with pytest.raises(nbclient.exceptions.CellExecutionError, match="ZeroDivisionError"):
        nbclient.NotebookClient(notebook, kernel_name=kernels.NAME).execute()


@can_fork
def test_a_kernel_gets_the_environment_and_the_folder_it_was_started_with(tmp_path):
    env = {**os.environ, "QUERY_STRING": "area=hackney"}
    with running(env=env, cwd=str(tmp_path)) as (_, client):
        said = printed(client, "import os; print(os.environ['QUERY_STRING'], os.getcwd())")
        assert said == f"area=hackney {tmp_path}"
        assert printed(client, "print(os.environ.get('OPENBLAS_NUM_THREADS'))") == str(
            os.environ.get("OPENBLAS_NUM_THREADS")
        )


@can_fork
def test_two_kernels_at_once_share_a_parent_but_neither_variables_nor_chance():
    code = "import os, random, numpy; print(os.getppid(), random.random(), numpy.random.rand())"
    with running() as (_, one), running() as (_, two):
        printed(one, "here = 1")
        assert printed(two, "print('here' in globals())") == "False"
        (parent, *numbers), (same, *others) = printed(one, code).split(), printed(two, code).split()
        assert parent == same
        assert not set(numbers) & set(others)


@can_fork
def test_an_interrupt_ends_the_cell_and_not_the_kernel():
    with running() as (manager, client):
        # any kernel would otherwise refuse what is asked of it in the moment after an error
        client.execute("import time; print('begun'); time.sleep(60)", stop_on_error=False)
        while client.get_iopub_msg(timeout=30)["content"].get("text") is None:
            pass
        manager.interrupt_kernel()
        reply = client.get_shell_msg(timeout=10)
        assert reply["content"]["ename"] == "KeyboardInterrupt"
        assert printed(client, "print('still here')") == "still here"


@can_fork
def test_a_kernel_that_is_killed_leaves_no_process_and_no_zombie():
    with running() as (manager, client):
        pid = manager.provisioner.pid
        printed(client, "import subprocess; subprocess.Popen(['sleep', '60'])")
        family = [pid, *(child.pid for child in psutil.Process(pid).children())]
        assert len(family) == 2
        manager.shutdown_kernel(now=True)
        assert not manager.has_kernel
        assert gone(family)
        assert not psutil.pid_exists(pid)  # its parent has waited for it


@can_fork
def test_a_kernel_that_ends_itself_is_seen_as_dead_with_its_code():
    with running() as (manager, client):
        watched = manager.provisioner.process
        client.execute("import os; os._exit(3)")
        assert watched.wait() == 3
        assert not manager.is_alive()


@can_fork
def test_a_kernel_that_is_asked_to_stop_stops_in_good_order_and_at_once():
    with running() as (manager, _):
        watched = manager.provisioner.process
        begun = time.monotonic()
        manager.shutdown_kernel()
        assert watched.returncode == 0
        assert time.monotonic() - begun < 2


@can_fork
def test_a_restarted_kernel_is_a_new_fork():
    with running() as (manager, client):
        printed(client, "here = 1")
        before = manager.provisioner.pid
        manager.restart_kernel(now=True)
        client.wait_for_ready(timeout=60)
        assert manager.provisioner.pid != before
        assert printed(client, "print('here' in globals())") == "False"


@can_fork
def test_the_warm_parent_has_one_thread_and_opens_nothing_more_per_kernel():
    def state():
        parent = psutil.Process(warm_parent().process.pid)
        return parent.num_threads(), parent.num_fds(), len(parent.children())

    with running():
        pass
    before = state()
    assert before[0] == 1
    assert before[2] == 0
    for _ in range(3):
        with running():
            pass
    assert state() == before


@can_fork
def test_kernels_start_again_after_the_warm_parent_was_killed():
    with running() as (manager, _):
        pid = manager.provisioner.pid
        warm_parent().process.kill()
        assert gone([pid])
        assert not manager.is_alive()
    with running() as (_, client):
        assert printed(client, "print(1)") == "1"


@can_fork
def test_the_warm_parent_is_renewed_when_data_change_and_running_kernels_go_on(
    monkeypatch, tmp_path
):
    few = ["ipykernel.kernelapp", "pvtools.places"]  # a quick start; one of ours
    monkeypatch.setattr(provisioner.ForkProvisioner.preload, "default_value", few)
    monkeypatch.setenv("PVTOOLS_DATA", str(tmp_path))
    with running() as (old, client):
        before = warm_parent(few)
        assert warm_parent(few) is before
        (tmp_path / "added.csv").write_text("month,borough\n")
        with running() as (new, _):
            assert parents(old, new) == [before.process.pid, warm_parent(few).process.pid]
            assert before.process.pid != warm_parent(few).process.pid
        assert printed(client, "print(1)") == "1"
    warm_parent(few)
    assert gone([before.process.pid])


def parents(*managers):
    """The process that each kernel was forked from."""
    return [psutil.Process(manager.provisioner.pid).ppid() for manager in managers]


_START = """
import json, os, psutil, time
from jupyter_client.manager import KernelManager
from pvtools import kernels

kernels.offer()
kept = []

def one_kernel():
    manager = KernelManager(kernel_name="pvtools")
    few = {"preload": ["ipykernel.kernelapp"]}  # a quick start: figures do not matter here
    manager.kernel_spec.metadata["kernel_provisioner"]["config"] = few
    manager.start_kernel()
    client = manager.client()
    client.start_channels()
    client.wait_for_ready(timeout=60)
    client.execute("while True: pass")
    kept.append((manager, client))
    pid = manager.provisioner.pid
    return pid, psutil.Process(pid).ppid()
"""

_OWNER = f"""{_START}
(first, warm), (second, _) = one_kernel(), one_kernel()
if (survivor := os.fork()) == 0:  # a process that outlives its owner and holds what it held
    time.sleep(60)
    os._exit(0)
print(json.dumps([survivor, first, second, warm]), flush=True)
time.sleep(60)
"""


@can_fork
@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGTERM])
def test_nothing_is_left_running_when_the_owner_is_killed(how):
    command = [sys.executable, "-c", _OWNER]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as owner:
        survivor, *pids = json.loads(owner.stdout.readline())
        owner.send_signal(how)
        try:
            assert gone(pids)
            assert not gone([survivor], within=0)
        finally:
            os.kill(survivor, signal.SIGKILL)


@can_fork
def test_a_variable_python_reads_once_calls_for_an_ordinary_kernel(caplog):
    with running(env={**os.environ, "PYTHONHASHSEED": "5"}) as (_, client):
        assert printed(client, "print(hash('x'), __import__('os').getppid())").endswith(
            f" {os.getpid()}"
        )
    assert "PYTHONHASHSEED differ" in caplog.text


def test_without_fork_an_ordinary_kernel_starts_and_says_so_once(monkeypatch, caplog):
    parent.close()
    monkeypatch.delattr(os, "pidfd_open", raising=False)
    monkeypatch.setattr(provisioner, "_logged", set())
    for _ in range(2):
        with running() as (_, client):
            assert printed(client, "import os; print(os.getppid())") == str(os.getpid())
    parent.close()  # forget that this system cannot fork
    said = [record.message for record in caplog.records if "ordinary" in record.message]
    assert said == [
        "Kernels start the ordinary, slower way: "
        "this system cannot fork a process that has libraries loaded."
    ]


@can_fork
@pytest.mark.parametrize(
    ("source", "reason"),
    [
        ("import a_library_not_installed", "needs a_library_not_installed, which is not installed"),
        ("1 / 0", r"cannot be imported \(ZeroDivisionError: division by zero\)"),
        ("import os; os._exit(1)", "ended while starting"),
        (
            "from threading import Event, Thread; Thread(target=Event().wait, daemon=True).start()",
            "threads",
        ),
    ],
)
def test_a_module_that_must_not_be_preloaded_is_named_with_the_reason(
    tmp_path, monkeypatch, source, reason
):
    (tmp_path / "awkward.py").write_text(source)
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    with pytest.raises(CannotForkError, match=reason):
        WarmParent(["awkward"]).ready()


@can_fork
def test_a_module_that_is_not_installed_is_passed_over():
    known = WarmParent(["pvtools.no_such_module", "no_such_library.part"])
    known.ready()
    known.close()


@can_fork
def test_a_kernel_ends_with_the_one_who_asked_for_it_though_the_warm_parent_lives():
    forks = warm_parent()
    channel, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    request = {"arguments": [], "env": dict(os.environ), "cwd": None}
    with theirs:
        socket.send_fds(forks.socket, [json.dumps(request).encode()], [theirs.fileno()])
    kernel = int(channel.recv(64))
    assert psutil.Process(kernel).ppid() == forks.process.pid
    channel.close()  # as when its owner is killed
    assert gone([kernel])
    assert forks.lives
