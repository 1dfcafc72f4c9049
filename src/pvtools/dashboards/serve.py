"""Serve the dashboards with Voila, in settings fit for an open door."""

from __future__ import annotations

import logging
import os
import sys
import threading
from collections.abc import Callable, Sequence
from pathlib import Path

from pvtools import kernels, places
from pvtools.dashboards.apps import EXTENSIONS, apps
from pvtools.dashboards.guard import PlainRecord, host_name
from pvtools.errors import PvtoolsError, UsageError

_JUPYTER = Path(__file__).parent / "jupyter"
#: Seconds without a visitor after which a kernel ends; the browser is not trusted to end it.
_IDLE = 600


def serve(
    *,
    notebooks: Path | None = None,
    host: str = "127.0.0.1",
    port: int = 8866,
    data_dir: Path | None = None,
    max_visitors: int = 40,
    allow_hosts: Sequence[str] = (),
    reports: Path | None = None,
    on_listening: Callable[[], None] = lambda: None,
) -> None:
    """Serve a folder of dashboards until interrupted.

    Parameters
    ----------
    notebooks
        The folder; by default the one that comes with pvtools. A single notebook in it is the
        first page, several are listed there.
    host, port
        Where to listen. Nobody is asked for a password: who can reach the address can look.
    data_dir
        The data folder; by default ``PVTOOLS_DATA``, else what comes with pvtools.
    max_visitors
        Kernels at once, each about 60 MB; further visitors are answered that it is busy.
    allow_hosts
        Further names in the Host header that are answered, such as a web server's in front.
    reports
        A folder of reports; the page of an area leads to those of its own that stand there.
    on_listening
        Called once the address answers.

    Raises
    ------
    PvtoolsError
        The port is taken or not allowed, one of ``allow_hosts`` is no host name, or the folder
        holds no notebooks.
    """
    names = [host_name(name) for name in allow_hosts]
    if "" in names:
        raise UsageError(
            f"Not a host name: {allow_hosts[names.index('')]!r}. "
            "Give what stands in the address after the two slashes, such as figures.example.org"
        )
    folder = (notebooks or places.notebook("dashboards")).resolve()
    served = apps(folder)
    _check_port(host, port)
    if data_dir is not None:
        os.environ["PVTOOLS_DATA"] = str(data_dir.resolve())
    kernels.offer(_JUPYTER)
    from pvtools.kernels import provisioner  # noqa: F401 - before a thread asks for it

    # The first visitor then waits no longer than the next; meanwhile the server is imported.
    warming = threading.Thread(target=kernels.warm_up)
    warming.start()
    from pvtools.dashboards.reports import Reports
    from pvtools.dashboards.server import Dashboards

    warming.join()
    logging.setLogRecordFactory(PlainRecord)
    server = Dashboards.instance()
    server.apps, server.on_listening = served, on_listening
    server.reports = Reports(reports)
    server.initialize(_settings(folder, host, port, max_visitors, names))
    sys.exit(server.start())


def _settings(
    folder: Path, host: str, port: int, max_visitors: int = 40, allow_hosts: Sequence[str] = ()
) -> list[str]:
    return [
        str(folder),
        "--no-browser",
        f"--Voila.ip={host}",
        f"--port={port}",
        "--Voila.port_retries=0",
        *(f"--Dashboards.hosts={name}" for name in allow_hosts),
        "--template=pvtools",
        "--VoilaConfiguration.allow_template_override=NO",
        "--VoilaConfiguration.allow_theme_override=NO",
        "--VoilaConfiguration.show_tracebacks=False",
        "--VoilaConfiguration.strip_sources=True",
        "--VoilaConfiguration.http_keep_alive_timeout=30",
        *(f"--VoilaConfiguration.extension_allowlist={name}" for name in EXTENSIONS),
        f"--MappingKernelManager.cull_idle_timeout={_IDLE}",
        "--MappingKernelManager.cull_interval=20",
        "--MappingKernelManager.cull_connected=True",
        "--MappingKernelManager.cull_busy=True",
        "--VoilaConfiguration.multi_kernel_manager_class=pvtools.dashboards.visitors.Visitors",
        f"--Visitors.max_visitors={max_visitors}",
        # a kernel that died is gone: a fresh one under its key would know nothing of its page
        "--KernelRestarter.restart_limit=0",
    ]


def _check_port(host: str, port: int) -> None:
    import socket

    try:
        family, *_, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        with socket.socket(family) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(address)
    except OSError as error:
        raise PvtoolsError(
            f"Cannot serve on {host}:{port}: {error.strerror}. "
            "Choose another with: pvtools dashboard --port N"
        ) from None
