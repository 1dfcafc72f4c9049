"""The batch against a plain loop: papermill's command, nbconvert and a print from Chromium.

Run with ``python benchmarks/bench_reports.py [PLAIN] [BATCH]``: how many reports the plain loop
and the batch make (2 and all by default). All run in one go on the same machine, so read the
ratios, not the seconds. The batch makes three forms of each report, the plain loop a web page and a
PDF. Also measured: the floor, which is the same exhibits in the same three forms made in one warm
process without a notebook, against one worker; a batch in which nothing has changed; one report
from a cold start; and the memory of all the batch's processes (what they share counted once).

What is estimated of all areas has been kept by an earlier report; both find it.

``--least N`` measures only the loop and the batch, and fails where that is not N times quicker.
"""

from __future__ import annotations

import argparse
import ast
import os
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from importlib import import_module
from pathlib import Path
from typing import IO

from aims import aim

from pvtools import areas, kernels, places
from pvtools.kernels import parent

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
    names: list[str], folder: Path, *more: str, said: IO[str] | int = subprocess.DEVNULL
) -> tuple[float, float]:
    """Return the seconds of a batch, and the most MiB its processes held together.

    ``said`` takes what the command prints.
    """
    command = [sys.executable, "-m", "pvtools", "report", *names, "--out", str(folder), *more]
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


def one_worker(names: list[str], folder: Path) -> float:
    """Return the seconds that a further report takes one worker."""
    few, _ = batch(names[:2], folder / "few", "--jobs", "1")
    more, _ = batch(names, folder / "more", "--jobs", "1")
    return (more - few) / (len(names) - 2)


def floor(names: list[str]) -> float:
    """Return the seconds of a report's exhibits and forms in this process, all else being warm."""
    os.environ["MPLBACKEND"] = kernels.INLINE
    for module in parent.PRELOAD:
        import_module(module)
    from IPython.core.interactiveshell import InteractiveShell
    from nbformat.v4 import new_output

    from pvtools.reports import build, execute

    shell = InteractiveShell.instance()
    shell.run_line_magic("load_ext", "pvtools.reports.drawn")
    path = places.notebook("report_borough.ipynb")

    def report(name: str) -> None:
        notebook, known = execute._opened(path), {}
        for cell in notebook.cells:
            if cell.cell_type != "code":
                continue
            *before, last = ast.parse(cell.source).body
            shows = isinstance(last, ast.Expr)
            before = ast.Module(before if shows else [*before, last], [])
            exec(compile(before, "cell", "exec"), known)  # noqa: S102 - our own notebook
            if "parameters" in cell.metadata.get("tags", ()):
                known["area"] = name
            elif shows:
                shown = eval(compile(ast.Expression(last.value), "cell", "eval"), known)  # noqa: S307
                data, about = shell.display_formatter.format(shown)
                cell.outputs = [new_output("execute_result", data=data, metadata=about)]
        for made in build.FORMATS.values():
            made(notebook, name, path.parent)

    report(names[0])  # exporters are imported, caches filled
    begin = time.perf_counter()
    for name in names[1:]:
        report(name)
    return (time.perf_counter() - begin) / (len(names) - 1)


def apart(names: list[str]) -> float:
    """Return the floor, measured in a process of its own."""
    command = [sys.executable, __file__, "--floor", *names]
    done = subprocess.run(command, capture_output=True, text=True, check=True)  # noqa: S603
    return float(done.stdout.split()[-1])


def main() -> None:
    """Print the figures, and which of them are what they are to be."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("plain", type=int, nargs="?", default=2)
    parser.add_argument("batch", type=int, nargs="?", default=len(areas.reported()))
    parser.add_argument("--least", type=float)
    parser.add_argument("--floor", nargs="*", help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.floor:
        print(floor(asked.floor))
        return
    slugs = [area.slug for area in areas.reported()]
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        batch(slugs[:1], folder / "first")  # what is estimated of all areas is kept from here on
        loop = [plain(area, folder) for area in areas.reported()[1 : asked.plain + 1]]
        each = sum(loop) / len(loop)
        seconds, memory = batch(slugs[: asked.batch], folder / "reports")
        print(f"plain loop      {each:6.1f} s a report ({', '.join(f'{one:.1f}' for one in loop)})")
        print(f"batch of {asked.batch:<6} {seconds / asked.batch:6.2f} s a report, {seconds:.0f} s")
        ratio = each * asked.batch / seconds
        if asked.least:
            sys.exit(not aim("the batch is quicker", ratio, asked.least, "times", least=True))
        again, _ = batch(slugs[: asked.batch], folder / "reports")
        cold = min(batch(slugs[1:2], folder / f"cold {n}")[0] for n in range(2))
        alone = one_worker(slugs[1:14], folder)
        bare = apart([area.name for area in areas.reported()[1:14]])
        _, one = batch(slugs[1:7], folder / "one", "--jobs", "1")
        _, two = batch(slugs[1:7], folder / "two", "--jobs", "2")
    print(f"one worker      {alone:6.2f} s for a further report, the floor {bare:.2f} s")
    print(f"most memory     {memory:6.0f} MiB, all processes together")
    aim("the batch is quicker than the plain loop", ratio, 25, "times", least=True)
    aim("one worker against the floor", alone / bare, 1.5, "times as long")
    aim("a batch in which nothing changed", again, 0.5, "s")
    aim("one report from a cold start", cold, 4, "s")
    aim("a further worker, with its kernel", two - one, 80, "MiB")


if __name__ == "__main__":
    main()
