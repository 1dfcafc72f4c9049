"""Ordinary against forked kernels: seconds for a notebook of five figures, memory per kernel.

Run with ``python benchmarks/bench_kernels.py [ROUNDS] [--strict]``. The two kinds take turns, so
that whatever else the machine is doing falls on both; read the ratio, not the seconds. With
``--strict`` it fails where a forked kernel is not as quick as it is to be.
"""

from __future__ import annotations

import os
import statistics
import sys
import tempfile
import time
from pathlib import Path

import nbformat
import papermill
from aims import aim
from nbformat.v4 import new_code_cell, new_notebook

from pvtools import kernels

_FIGURE = """
import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import seaborn as sns

table = pd.DataFrame({"month": np.arange(60), "share": np.random.rand(60).cumsum()})
figure, axes = plt.subplots()
sns.lineplot(table, x="month", y="share", ax=axes);
"""

#: what the kernel has to itself: the pages it shares with nobody
_MEMORY = """
with open("/proc/self/smaps_rollup") as rollup:
    print(sum(int(line.split()[1]) for line in rollup if line.startswith("Private_")))
"""


def one_run(folder: Path, kernel: str) -> tuple[float, float]:
    """Return the seconds Papermill took and the megabytes private to the kernel."""
    begun = time.perf_counter()
    done = papermill.execute_notebook(
        folder / "in.ipynb", folder / "out.ipynb", kernel_name=kernel, progress_bar=False
    )
    seconds = time.perf_counter() - begun
    kilobytes = "".join(output["text"] for output in done.cells[-1].outputs)
    return seconds, int(kilobytes) / 1024


def main(rounds: int) -> bool:
    """Print the medians and their ratio; return whether that is what it is to be."""
    # a machine that never keeps compiled modules would make the ordinary kernel look far worse
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    kernels.offer()
    if reason := kernels.warm_up():
        sys.exit(f"No forked kernels here: {reason}.")
    cells = [new_code_cell(_FIGURE) for _ in range(5)] + [new_code_cell(_MEMORY)]
    language = {"kernelspec": {"name": "python3", "language": "python", "display_name": "Python"}}
    results: dict[str, list[tuple[float, float]]] = {"python3": [], kernels.NAME: []}
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        nbformat.write(new_notebook(cells=cells, metadata=language), folder / "in.ipynb")
        for number in range(rounds + 1):
            for kernel, runs in results.items():
                run = one_run(folder, kernel)
                if number:  # the first round fills caches
                    runs.append(run)
    medians = {
        kernel: [statistics.median(column) for column in zip(*runs, strict=True)]
        for kernel, runs in results.items()
    }
    for kernel, (seconds, megabytes) in medians.items():
        print(f"{kernel:>8}: {seconds:5.2f} s, {megabytes:4.0f} MB private, median of {rounds}")
    (slow, large), (quick, small) = medians.values()
    print(f"   ratio: {slow / quick:5.2f} in time, {large / small:.2f} in memory")
    quicker = aim("a forked kernel is quicker", slow / quick, 2.5, "times", least=True)
    aim("its own memory", small, 80, "MB")
    return quicker


if __name__ == "__main__":
    met = main(int(sys.argv[1]) if len(sys.argv) > 1 else 7)
    sys.exit("--strict" in sys.argv and not met)
