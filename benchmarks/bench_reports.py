"""The batch against a plain loop: papermill's command, nbconvert and a print from Chromium.

Run with ``python benchmarks/bench_reports.py [PLAIN] [BATCH]``: how many reports the plain loop
and the batch make (2 and all by default). Both run in one go on the same machine, so read the
ratio, not the seconds. The batch makes three forms of each report, the plain loop a web page and a
PDF. Also printed: a batch in which nothing has changed, and the most memory the batch's processes
held together (what they share counted once).
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path
from typing import IO

from pvtools import areas, places

_CHROMIUM = [
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
]  # fmt: skip


def plain(area: areas.Area, folder: Path) -> float:
    """Return the seconds that three commands take for one report."""
    run, page = folder / f"{area.slug}.ipynb", folder / f"{area.slug}.html"
    notebook = places.notebook("report_borough.ipynb")
    begin = time.perf_counter()
    for command in (
        ["papermill", str(notebook), str(run), "-p", "area", area.name],
        ["jupyter", "nbconvert", "--to", "html", "--no-input", str(run)],
    ):
        _done([sys.executable, "-m", *command])
    browser = shutil.which("chromium") or shutil.which("google-chrome")
    if browser is None:
        sys.exit("No browser on this machine to print with: install chromium.")
    paper = f"--print-to-pdf={folder / area.slug}.pdf"
    profile = f"--user-data-dir={folder / 'profile'}"
    _done([browser, *_CHROMIUM, profile, paper, page.as_uri()])
    return time.perf_counter() - begin


def _done(command: list[str]) -> None:
    subprocess.run(command, check=True, capture_output=True)  # noqa: S603 - our own commands


def batch(
    names: list[str], folder: Path, said: IO[str] | int = subprocess.DEVNULL
) -> tuple[float, float]:
    """Return the seconds of a batch, and the most MiB its processes held together.

    ``said`` takes what the command prints.
    """
    command = [sys.executable, "-m", "pvtools", "report", *names, "--out", str(folder)]
    begin = time.perf_counter()
    process = subprocess.Popen(command, stdout=said)  # noqa: S603
    most, over = [0.0], threading.Event()
    watch = threading.Thread(target=_watch, args=(process.pid, most, over))
    watch.start()
    if process.wait():
        sys.exit("The batch failed.")
    seconds = time.perf_counter() - begin
    over.set()
    watch.join()
    return seconds, most[0]


def _watch(pid: int, most: list[float], over: threading.Event) -> None:
    while not over.wait(0.2):
        most[0] = max(most[0], sum(map(_own_share, _family(pid))) / 1024)


def _family(pid: int) -> list[int]:
    """Return a process and all below it."""
    parents = {}
    for entry in Path("/proc").glob("[0-9]*/stat"):
        try:
            parents[int(entry.parent.name)] = int(entry.read_text().rpartition(")")[2].split()[1])
        except OSError:  # it has ended
            continue
    found, new = [], [pid]
    while new:
        found += new
        new = [child for child, parent in parents.items() if parent in new]
    return found


def _own_share(pid: int) -> int:
    """Return a process's proportional share of memory, in KiB."""
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    except OSError:
        return 0
    return next((int(line.split()[1]) for line in lines if line.startswith("Pss:")), 0)


def main(few: int = 2, many: int = len(areas.reported())) -> None:
    chosen = areas.reported()[1 : few + 1]
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        loop = [plain(area, folder) for area in chosen]
        each = sum(loop) / len(loop)
        names = [area.slug for area in areas.reported()[:many]]
        seconds, memory = batch(names, folder / "reports")
        again, _ = batch(names, folder / "reports")
    print(f"plain loop      {each:6.1f} s a report ({', '.join(f'{one:.1f}' for one in loop)})")
    print(f"batch of {many:<6} {seconds / many:6.2f} s a report, {seconds:.0f} s in all")
    print(f"ratio           {each * many / seconds:6.1f} times")
    print(f"unchanged batch {again:6.2f} s")
    print(f"most memory     {memory:6.0f} MiB, all processes together")


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
