"""Serve the dashboards with Voila, in settings fit for an open door."""

from __future__ import annotations

import os
import sys
from importlib.resources import files
from pathlib import Path

from pvtools import kernels, places
from pvtools.errors import PvtoolsError

#: Seconds without a visitor after which a kernel ends; the browser is not trusted to end it.
_IDLE = 600


def serve(*, host: str = "127.0.0.1", port: int = 8866, data_dir: Path | None = None) -> None:
    """Serve the borough dashboard until interrupted.

    Raises
    ------
    PvtoolsError
        The port is taken or not allowed.
    """
    _check_port(host, port)
    ours = str(files("pvtools.dashboards") / "jupyter")
    os.environ["JUPYTER_PATH"] = os.pathsep.join(
        part for part in (ours, os.environ.get("JUPYTER_PATH", "")) if part
    )
    if data_dir is not None:
        os.environ["PVTOOLS_DATA"] = str(data_dir.resolve())
    kernels.offer()
    kernels.warm_up()  # the first visitor then waits no longer than the next
    from voila.app import Voila

    sys.exit(Voila.launch_instance(argv=_settings(host, port)))


def _settings(host: str, port: int) -> list[str]:
    return [
        str(places.notebook("dashboards/borough.ipynb")),
        "--no-browser",
        f"--Voila.ip={host}",
        f"--port={port}",
        "--Voila.port_retries=0",
        "--template=pvtools",
        "--VoilaConfiguration.show_tracebacks=False",
        "--VoilaConfiguration.strip_sources=True",
        f"--MappingKernelManager.cull_idle_timeout={_IDLE}",
        "--MappingKernelManager.cull_interval=60",
        "--MappingKernelManager.cull_connected=True",
    ]


def _check_port(host: str, port: int) -> None:
    import socket

    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise PvtoolsError(
                f"Cannot serve on {host}:{port}: {error.strerror}. "
                "Choose another with: pvtools dashboard --port N"
            ) from None
