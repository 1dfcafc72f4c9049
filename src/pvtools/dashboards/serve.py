"""Serve the dashboards with Voila, in settings fit for an open door."""

from __future__ import annotations

import logging
import os
import sys
import threading
from collections.abc import Callable, Sequence
from pathlib import Path

from pvtools import kernels, places
from pvtools.dashboards import access_log, tokens
from pvtools.dashboards.apps import EXTENSIONS, apps
from pvtools.dashboards.guard import NO_PATH, PlainRecord, home_path, host_name, is_origin
from pvtools.errors import PvtoolsError, UsageError, printable

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
    base_url: str = "/",
    token: str | None = None,
    embed_from: Sequence[str] = (),
    log_access: str = "",
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
        Where to listen. Without a ``token``, who can reach the address can look.
    data_dir
        The data folder; by default ``PVTOOLS_DATA``, else what comes with pvtools.
    max_visitors
        Kernels at once, each about 60 MB; further visitors are answered that it is busy.
    allow_hosts
        Further names in the Host header that are answered, such as a web server's in front.
    base_url
        The path it is served under, such as ``/pvtools/``.
    token
        What visitors are asked for once, if anything.
    embed_from
        Origins whose pages may show these in a frame, such as ``https://intranet.example.org``.
    log_access
        A file for a line of JSON on each request, or ``-`` for standard output.
    reports
        A folder of reports; the page of an area leads to those of its own that stand there.
    on_listening
        Called once the address answers.

    Raises
    ------
    PvtoolsError
        The port is taken or not allowed, the folder holds no notebooks, or options are not what
        they should be: all of them are named.
    """
    if faults := _faults(allow_hosts, base_url, token, embed_from, log_access):
        raise UsageError("\n".join(faults))
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
    server.secret = token or ""
    names = [host_name(name) for name in allow_hosts]
    server.initialize(
        _settings(folder, host, port, max_visitors, names, home_path(base_url), embed_from)
    )
    server.reports = Reports(reports)
    sys.exit(server.start())


def address(host: str, port: int, base_url: str = "/") -> str:
    """Return where a server is found.

    Examples
    --------
    >>> address("::1", 8866, "pvtools")
    'http://[::1]:8866/pvtools/'
    """
    return f"http://{f'[{host}]' if ':' in host else host}:{port}{home_path(base_url)}"


def _faults(
    allow_hosts: Sequence[str],
    base_url: str,
    token: str | None,
    embed_from: Sequence[str],
    log_access: str,
) -> list[str]:
    """Return what is wrong with options, in a sentence each; the access log is opened."""
    faults = [
        f"Not a host name: {name!r}. "
        "Give what stands in the address after the two slashes, such as figures.example.org"
        for name in allow_hosts
        if not host_name(name)
    ]
    if not home_path(base_url):
        faults.append(NO_PATH.format(base_url))
    if token is not None and not tokens.fits(token):  # which is not repeated: it may be on show
        faults.append(
            "That is no token to keep: it needs 12 to 200 letters, digits or any of . _ ~ - "
            "Have one made with: pvtools dashboard --token"
        )
    faults += [
        f"Not an origin: {origin!r}. "
        "Give scheme and host alone, such as https://intranet.example.org"
        for origin in embed_from
        if not is_origin(origin)
    ]
    try:
        if log_access:
            access_log.open_log(log_access)
    except OSError as error:
        faults.append(
            f"Cannot write the access log to {printable(log_access)}: {error.strerror}. "
            "Name another file, or - for standard output."
        )
    return faults


def _settings(
    folder: Path,
    host: str,
    port: int,
    max_visitors: int = 40,
    allow_hosts: Sequence[str] = (),
    base_url: str = "/",
    embed_from: Sequence[str] = (),
) -> list[str]:
    return [
        str(folder),
        "--no-browser",
        f"--Voila.ip={host}",
        f"--port={port}",
        "--Voila.port_retries=0",
        f"--Voila.base_url={base_url}",
        f"--Voila.custom_display_url={address(host, port, base_url)}",
        *(f"--Dashboards.hosts={name}" for name in allow_hosts),
        *(f"--Dashboards.embed_from={origin.lower()}" for origin in embed_from),
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
        family, *_, place = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        with socket.socket(family) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(place)
    except OSError as error:
        raise PvtoolsError(
            f"Cannot serve on {address(host, port)} – {error.strerror}. "
            "Choose another port with: pvtools dashboard --port N"
        ) from None
