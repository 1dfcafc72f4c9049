"""The dashboards under load, beside plain Voila: pages, controls, memory, kernels that are left.

Run with ``python benchmarks/bench_dashboards.py [--people N] [--notebook NAME]``: 20 by default.
They come within a minute, open a page of controls, and move three of them, as a browser would
that speaks the widgets' protocol over the websocket; drawing in the browser is not in it. A
control's seconds last until the figures of the value sent are there. Plain Voila, and Voila with
five kernels started ahead, then serve the same notebook to as many. Seconds depend on the machine
and on what else it does: read the ratio.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import re
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import psutil
from aims import aim
from jupyter_server.services.kernels.connection.base import (
    deserialize_msg_from_ws_v1,
    serialize_msg_to_ws_v1,
)
from tornado.httpclient import AsyncHTTPClient, HTTPRequest
from tornado.websocket import WebSocketClientConnection, websocket_connect

from pvtools import places

_OPENING = {"Accept": "text/html", "Accept-Encoding": "gzip", "Sec-Fetch-Dest": "document"}
_PROTOCOL = "v1.kernel.websocket.jupyter.org"
_MINUTE, _PATIENCE, _MOVES, _PAUSE = 60, 240, 3, 4
_PAGES = (
    "", "borough/hackney", "compare/hackney/camden", "confidence/hackney", "demand/hackney",
    "targets/hackney", "safety-index/hackney", "what-works",
)  # fmt: skip
_AHEAD = ["--preheat_kernel=True", "--pool_size=5"]
_OURS = """
from pvtools.cli import main
from pvtools.dashboards import serve
usual = serve._settings
serve._settings = lambda *given: [*usual(*given), "--Dashboards.ahead=False"]
main()
"""


@dataclass
class Load:
    """What people met: seconds of each opening and of each control, and what went wrong."""

    opened: list[float] = field(default_factory=list)
    moved: list[float] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    memory: list[float] = field(default_factory=list)
    left: int = 0


@contextmanager
def served(command: list[str], cache: str) -> Iterator[tuple[str, psutil.Process]]:
    """Start a server; yield its address and process once it answers, and end it."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    environment = {**os.environ, "XDG_CACHE_HOME": cache}
    whole = [*command, f"--port={port}"]
    with subprocess.Popen(whole, env=environment, **quiet) as process:  # noqa: S603 - our own
        try:
            until = time.monotonic() + _PATIENCE
            while socket.socket().connect_ex(("127.0.0.1", port)):
                if process.poll() is not None or time.monotonic() > until:
                    sys.exit("A server did not start.")
                time.sleep(0.2)
            yield f"http://127.0.0.1:{port}/", psutil.Process(process.pid)
        finally:
            process.terminate()
            process.wait(_PATIENCE)


def kernels(server: psutil.Process) -> list[psutil.Process]:
    """Return the kernels of a server, forked by its child or started by itself."""
    found = []
    for one in server.children(recursive=True):
        try:
            if one.ppid() != server.pid or "ipykernel_launcher" in one.cmdline():
                found.append(one)
        except psutil.Error:  # it has ended
            continue
    return found


async def pages(address: str) -> None:
    """Print the seconds to a page's first byte and its bytes, newly made and from disk."""
    print("\n| page | new, s | again, s | KiB (gzip) |\n|---|---|---|---|")
    for path in _PAGES:
        new, again = [await _page(address + path) for _ in range(2)]
        print(f"| /{path} | {new[0]:.2f} | {again[0]:.3f} | {again[1] / 1024:.0f} |", flush=True)


async def _page(address: str) -> tuple[float, int]:
    request = HTTPRequest(
        address, headers=_OPENING, decompress_response=False, request_timeout=_PATIENCE
    )
    answer = await AsyncHTTPClient().fetch(request)
    return answer.time_info["starttransfer"] if answer.time_info else answer.request_time, len(
        answer.body
    )


async def load(page: str, server: psutil.Process, people: int) -> Load:
    """Send people to a page of controls within a minute, and see what they meet."""
    found = Load()
    base = re.match("http://[^/]+/", page)[0]

    async def visit(number: int) -> None:
        await asyncio.sleep(number * _MINUTE / people)
        try:
            async with asyncio.timeout(3 * _PATIENCE):
                await _visit(page, base, found)
        except Exception as error:
            found.errors.append(f"{type(error).__name__}: {error}")

    async def watch() -> None:
        while True:
            await asyncio.sleep(5)
            for kernel in kernels(server):
                try:
                    found.memory.append(kernel.memory_full_info().pss / 2**20)
                except psutil.Error:
                    continue

    watching = asyncio.create_task(watch())
    await asyncio.gather(*map(visit, range(people)))
    watching.cancel()
    await asyncio.sleep(_MINUTE)
    found.left = len(kernels(server))
    return found


async def _visit(page: str, base: str, found: Load) -> None:
    begun = time.perf_counter()
    request = HTTPRequest(page, headers=_OPENING, request_timeout=_PATIENCE)
    answer = await AsyncHTTPClient(max_clients=200).fetch(request)
    kernel = re.search(r'"kernelId": ?"([0-9a-f-]{36})"', answer.body.decode())[1]
    wire = await websocket_connect(
        HTTPRequest(f"ws{base[4:]}api/kernels/{kernel}/channels"), subprotocols=[_PROTOCOL]
    )
    try:
        dials, mark = await _controls(wire)
        found.opened.append(time.perf_counter() - begun)
        for comm, name, value in dials[:_MOVES]:
            await asyncio.sleep(_PAUSE)
            begun = time.perf_counter()
            state = {"method": "update", "state": {"value": value}, "buffer_paths": []}
            await _send(wire, "comm_msg", {"comm_id": comm, "data": state})
            await _until_drawn(wire, mark, f"{name}={value:g}")
            found.moved.append(time.perf_counter() - begun)
    finally:
        wire.close()
        ended = HTTPRequest(f"{base}voila/api/shutdown/{kernel}", method="POST", body="")
        await AsyncHTTPClient().fetch(ended, raise_error=False)


async def _controls(wire: WebSocketClientConnection) -> tuple[list[tuple[str, str, float]], str]:
    """Ask for the widgets there are: of each slider its name and another value, and the mark."""
    control = {"comm_id": str(uuid.uuid4())}
    opened = control | {"target_name": "jupyter.widget.control", "data": {}}
    await _send(wire, "comm_open", opened, {"version": "1.0.0"})
    await _send(wire, "comm_msg", control | {"data": {"method": "request_states"}})
    while True:
        kind, content = await _next(wire)
        states = content.get("data", {}).get("states")
        if kind == "comm_msg" and states:
            break
    dials, mark = [], ""
    for comm, model in states.items():
        state = model["state"]
        name = [c[8:] for c in state.get("_dom_classes", []) if c.startswith("pv-dial-")]
        if name and "step" in state:
            up = state["value"] + state["step"]
            value = up if up <= state["max"] else state["value"] - state["step"]
            dials.append((comm, name[0], value))
        if "pv-drawn" in str(state.get("value")):
            mark = comm
    return dials, mark


async def _until_drawn(wire: WebSocketClientConnection, mark: str, wanted: str) -> None:
    while True:
        kind, content = await _next(wire)
        if kind == "comm_msg" and content["comm_id"] == mark:
            said = str(content["data"].get("state", {}).get("value"))
            if re.search(rf'[";]{re.escape(wanted)}["&]', said.partition(" data-start")[0]):
                return


async def _send(
    wire: WebSocketClientConnection, kind: str, content: dict, told: dict | None = None
) -> None:
    header = {
        "msg_id": str(uuid.uuid4()), "username": "visitor", "session": str(uuid.uuid4()),
        "date": datetime.now(UTC).isoformat(), "msg_type": kind, "version": "5.4",
    }  # fmt: skip
    parts = [json.dumps(part).encode() for part in (header, {}, told or {}, content)]
    await wire.write_message(bytes(serialize_msg_to_ws_v1(parts, "shell")), binary=True)


async def _next(wire: WebSocketClientConnection) -> tuple[str, dict]:
    async with asyncio.timeout(_PATIENCE):
        message = await wire.read_message()
    if message is None:
        raise ConnectionError("the connection ended")
    _, parts = deserialize_msg_from_ws_v1(message)
    return json.loads(parts[0])["msg_type"], json.loads(parts[3])


def late(met: Load) -> float:
    """Return the seconds within which 95% of the controls were answered."""
    moved = sorted(met.moved) or [float("nan")]
    return moved[min(len(moved) - 1, int(0.95 * len(moved)))]


def row(name: str, met: Load) -> str:
    """Return a line of the table."""
    opened = statistics.median(met.opened or [float("nan")])
    moved = sorted(met.moved) or [float("nan")]
    return (
        f"| {name} | {len(met.errors)} | {opened:.2f} | {statistics.median(moved):.2f} | "
        f"{late(met):.2f} | {statistics.median(met.memory or [float('nan')]):.0f} | {met.left} |"
    )


def main() -> None:
    """Print both tables."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--people", type=int, default=20)
    parser.add_argument("--notebook", default="target-lab")
    given = parser.parse_args()
    print(f"Load of the machine before: {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores.")
    ours = [sys.executable, "-c", _OURS, "dashboard", "--max-visitors=200"]
    notebook = places.notebook(f"dashboards/{given.notebook}.ipynb")
    plain = [sys.executable, "-m", "voila", str(notebook), "--no-browser", "--Voila.ip=127.0.0.1"]
    met = {}
    with tempfile.TemporaryDirectory() as cache:
        with served(ours, cache) as (address, server):
            asyncio.run(pages(address))
            live = f"{address}live/{given.notebook}"
            met["pvtools"] = asyncio.run(load(live, server, given.people))
        for name, more in (("plain Voila", []), ("Voila, five kernels ahead", _AHEAD)):
            with served([*plain, *more], cache) as (address, server):
                met[name] = asyncio.run(load(address, server, given.people))
    print(f"\n{given.people} people within a minute, {_MOVES} controls each, on {given.notebook}\n")
    print("| server | errors | open, s | control p50, s | p95, s | MiB a kernel (PSS) | left |")
    print("|---|---|---|---|---|---|---|")
    for name, one in met.items():
        print(row(name, one))
    for name, one in met.items():
        for error in sorted(set(one.errors)):
            print(f"{name}: {error}")
    ours = met["pvtools"]
    aim("errors", len(ours.errors), 0, "in all")
    aim("95% of controls answered within", late(ours), 0.8, "s")
    aim("a kernel's own memory", statistics.median(ours.memory or [float("nan")]), 70, "MiB")
    aim("kernels left after a minute", ours.left, 0, "in all")


if __name__ == "__main__":
    if not Path("/proc/self/smaps_rollup").exists():
        sys.exit("Memory is read from Linux's /proc: run this on Linux.")
    main()
