"""Recorded crime by small area: how long it takes to check and to load, and in how much memory.

Run with ``python benchmarks/bench_areas.py``. It writes a made-up file in the publisher's layout to
a temporary folder – about 100,000 rows of 5,000 small areas and their kinds of offence, 25 months
wide, as Parquet and as CSV – and reads it as ``pvtools add`` does (``tables.read``, every check
with it) and as reports do (``tables.load_areas``), each in a process of its own. Memory is the
most that the process ever held, and beside it what it held when everything was imported.
"""

from __future__ import annotations

import argparse
import json
import re
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np

AREAS, KINDS_EACH, MONTHS = 5_000, 21, 25
SOURCE = "mps_recorded_crime_lsoa"


def write_file(path: Path, seed: int = 1) -> None:
    """Write counts that are mostly 0 or 1, of the kinds of offence that each area has."""
    import duckdb
    import pandas as pd

    from pvtools import areas, places

    rng = np.random.default_rng(seed)
    known = pd.read_csv(places.shipped_data() / "published" / "severity_by_minor.csv")
    kinds = known[["offence", "offence_group"]].to_numpy()
    which = np.concatenate(
        [np.sort(rng.choice(len(kinds), KINDS_EACH, replace=False)) for _ in range(AREAS)]
    )
    area = np.repeat(np.arange(AREAS), KINDS_EACH)
    where = [areas.boroughs()[number % 32] for number in range(AREAS)]
    frame = pd.DataFrame(
        {
            "lsoa_code": [f"E01{number:06}" for number in area],
            "lsoa_name": [f"{where[number].name} {number // 32:03}A" for number in area],
            "borough": [where[number].code for number in area],
            "major_category": [kinds[kind][1].upper() for kind in which],
            "minor_category": [kinds[kind][0].upper() for kind in which],
        }
    )
    titles = [f"{2024 + n // 12}{n % 12 + 1:02}" for n in range(MONTHS)]
    counts = pd.DataFrame(rng.poisson(0.7, (len(frame), MONTHS)), columns=titles)
    frame = pd.concat([frame, counts], axis=1)
    if path.suffix == ".parquet":
        duckdb.from_df(frame).write_parquet(str(path))
    else:
        frame.to_csv(path, index=False)


def report_on(way: str, file: str) -> None:
    """Print rows, seconds and memory (MiB) before and at most, of reading the file in one way."""
    import duckdb  # noqa: F401 - what is timed is the reading, not the imports

    from pvtools import tables
    from pvtools.tables import contracts  # noqa: F401

    def peak() -> float:  # of this process: the system's own count begins with its parent's
        held = re.search(r"VmHWM:\s+(\d+)", Path("/proc/self/status").read_text())
        return int(held[1]) / 1024

    before, begun = peak(), time.perf_counter()
    if way == "load_areas":
        table = tables.load_areas(Path(file).parents[2], "lsoa")
    else:
        table = tables.read(file, SOURCE)
    seconds = time.perf_counter() - begun
    print(json.dumps({"rows": len(table), "seconds": seconds, "before": before, "peak": peak()}))


def _apart(command: list[str]) -> dict[str, float]:
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True)  # noqa: S603 - itself
    return json.loads(done.stdout)


def measure(file: Path, rounds: int) -> None:
    """Print the best time and the largest memory of each way of reading."""
    for way in ("read", "load_areas"):
        command = [sys.executable, __file__, "--way", way, "--file", str(file)]
        runs = [_apart(command) for _ in range(rounds)]
        print(
            f"{file.suffix[1:]}, {way}: {runs[0]['rows']:,} rows in "
            f"{min(run['seconds'] for run in runs):.1f} s, peak "
            f"{max(run['peak'] for run in runs):.0f} MiB "
            f"({runs[0]['before']:.0f} MiB before it began)",
            flush=True,
        )


def main() -> None:
    """Measure a Parquet file and a CSV file of the same figures."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--way", choices=("read", "load_areas"), help=argparse.SUPPRESS)
    parser.add_argument("--file", help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.way:
        report_on(asked.way, asked.file)
        return
    from pvtools import sources

    for suffix in (".parquet", ".csv"):
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / f"small{suffix}"
            write_file(path)
            dates = {"vintage": "2026-01", "first": "2024-01", "last": "2026-01"}
            holding = sources.file_away(path, SOURCE, **dates, data_dir=folder)
            measure(holding.path, asked.rounds)


if __name__ == "__main__":
    main()
