"""A dashboard served on a free port of this machine, for the tests that need a real one."""

from __future__ import annotations

import contextlib
import http.client
import os
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import nbformat
import psutil
import pytest
from playwright.sync_api import Page

from pvtools import places

#: As a browser asks that opens a page in a tab.
OPENING = {"Accept": "text/html", "Sec-Fetch-Dest": "document", "Sec-Fetch-Site": "none"}
_START = """
from pvtools.cli import main
from pvtools.dashboards import serve
usual, own = serve._settings, {settings!r}
names = {{one.partition("=")[0] for one in own}}
others = lambda *given: [one for one in usual(*given) if one.partition("=")[0] not in names]
serve._settings = lambda *given: others(*given) + own
main()
"""


@dataclass
class Answer:
    status: int
    headers: http.client.HTTPMessage
    text: str


@dataclass
class Served:
    """A server, what it answers and the kernels it has."""

    port: int
    process: subprocess.Popen
    host: str = "127.0.0.1"
    base: str = "/"

    @property
    def address(self) -> str:
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"http://{host}:{self.port}{self.base}"

    def ask(
        self, path: str, method: str = "GET", body: str | None = None, **headers: str
    ) -> Answer:
        """Return the answer to one request with exactly these headers (``_`` stands for ``-``)."""
        with closing(http.client.HTTPConnection(self.host, self.port, timeout=180)) as wire:
            sent = {name.replace("_", "-"): value for name, value in headers.items()}
            wire.request(method, path, body, sent)
            answer = wire.getresponse()
            return Answer(answer.status, answer.headers, answer.read().decode())

    def open(self, path: str = "/") -> Answer:
        """Return the page, as a browser gets it that opens it in a tab."""
        return self.ask(path, **OPENING)

    def kernels(self) -> list[psutil.Process]:
        """Return the kernels that run, forked from the server's child or started by itself."""
        below = psutil.Process(self.process.pid).children(recursive=True)
        return [p for p in below if self._is_kernel(p)]

    def _is_kernel(self, process: psutil.Process) -> bool:
        try:
            return process.ppid() != self.process.pid or "ipykernel_launcher" in _cmd(process)
        except psutil.NoSuchProcess:  # it ended while it was counted
            return False

    def await_kernels(self, number: int, seconds: float = 30) -> None:
        until = time.monotonic() + seconds
        while (now := len(self.kernels())) != number:
            assert time.monotonic() < until, f"{now} kernels, not {number}"
            time.sleep(0.1)


def _cmd(process: psutil.Process) -> list[str]:
    try:
        return process.cmdline()
    except psutil.Error:
        return []


@contextlib.contextmanager
def elsewhere(body: str) -> Iterator[str]:
    """Serve a page of somebody else's, and give its address."""

    class Foreign(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("Content-Type", "text/html")
            self.end_headers()
            self.wfile.write(body.encode())

        def log_message(self, *_: object) -> None:
            pass

    with HTTPServer(("127.0.0.1", 0), Foreign) as foreign:
        thread = Thread(target=foreign.serve_forever)
        thread.start()
        try:
            yield f"http://localhost:{foreign.server_port}/"
        finally:
            foreign.shutdown()
            thread.join()


def loaded_by_a_stranger(page: Page, aim: str) -> tuple[set[str], set[int]]:
    """Have somebody else's page load an address of ours in every way; return how, and answers."""
    body = (
        f'<img src="{aim}"><iframe src="{aim}"></iframe><link rel="prefetch" href="{aim}">'
        f'<script src="{aim}"></script><object data="{aim}"></object><embed src="{aim}">'
        f"<video src={aim!r}></video><script>fetch({aim!r}, {{mode: 'no-cors'}})</script>"
    )
    asked, answers = set(), set()
    page.on("request", lambda r: asked.add(r.resource_type) if r.url == aim else None)
    page.on("response", lambda r: answers.add(r.status) if r.url == aim else None)
    with elsewhere(body) as foreign:
        page.goto(foreign)
        page.wait_for_timeout(3000)
    return asked, answers


def free_port() -> int:
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def with_a_kernel(folder: Path) -> Path:
    """Return a folder that holds the borough dashboard alone, to be run by a kernel."""
    notebook = nbformat.read(places.notebook("dashboards/borough.ipynb"), 4)
    del notebook.metadata["pvtools"]["page"]
    notebook.metadata["title"] = "Borough dashboard"
    notebook.metadata["pvtools"]["heading"] = "Is policing creating public value here?"
    nbformat.write(notebook, folder / "borough.ipynb")
    return folder


@contextlib.contextmanager
def suite(*options: str, folder: Path, log: Path | None = None) -> Iterator[Served]:
    """Serve the suite, whose pages are kept in a folder, and end it, whatever happens."""
    with served(*options, log=log, environment={"XDG_CACHE_HOME": str(folder)}) as server:
        yield server


@contextlib.contextmanager
def kernels(*options: str, **more: Any) -> Iterator[Served]:
    """Serve a dashboard that runs in a kernel."""
    with tempfile.TemporaryDirectory() as folder:
        own = ("--notebooks", str(with_a_kernel(Path(folder))))
        with served(*own, *options, **more) as server:
            yield server


@contextlib.contextmanager
def served(
    *options: str,
    port: int | None = None,
    settings: tuple[str, ...] = (),
    log: Path | None = None,
    environment: Mapping[str, str] | None = None,
    host: str = "127.0.0.1",
    base: str = "/",
) -> Iterator[Served]:
    """Serve dashboards with these options and end the server, whatever happens."""
    port = port or free_port()
    options = ("--host", host, "--base-url", base, *options)
    settings = ("--Dashboards.ahead=False", *settings)  # pages are made when a test asks for them
    code = _START.format(settings=list(settings))
    command = [sys.executable, "-c", code, "dashboard", "--port", str(port), *options]
    with (
        Path(log or os.devnull).open("a") as errors,
        subprocess.Popen(
            command,
            stdout=subprocess.PIPE,
            stderr=errors,
            text=True,
            env={**os.environ, **(environment or {})},
        ) as process,  # fmt: skip
    ):
        try:
            server = Served(port, process, host, base)
            _await(server)
            yield server
        finally:
            process.terminate()
            try:
                process.wait(20)
            except subprocess.TimeoutExpired:
                process.kill()


def _await(server: Served) -> None:
    """Wait for the line that says it listens, and hold it to that."""
    for line in server.process.stdout:
        if line.startswith(f"Open {server.address}"):
            server.ask(f"{server.base}voila/static/voila.js", "HEAD")
            return
    pytest.fail("the server ended before it answered")
