"""Street-level crimes at scale: counts by borough, month and category straight from the files.

Run with ``python benchmarks/bench_street.py [--rows 20000000]``. It writes made-up files in the
layout of data.police.uk to a temporary folder (about 4 GB for 20 million rows; they are deleted
afterwards) and counts them in three ways, each in a process of its own: with
``tables.street_counts``, with ``pandas.read_csv`` and ``groupby``, and DuckDB's bare ``count(*)``.
The ways take turns and the quickest round counts; read the ratios, not the seconds. The first
line is for a small share of the rows, to show that time grows no faster than rows.

pandas holds a file in memory at a time, which flatters its memory, not its time.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
from aims import aim

from pvtools import areas

FILE_ROWS = 500_000
CATEGORIES = (
    "Anti-social behaviour",
    "Bicycle theft",
    "Burglary",
    "Criminal damage and arson",
    "Drugs",
    "Other crime",
    "Other theft",
    "Possession of weapons",
    "Public order",
    "Robbery",
    "Shoplifting",
    "Theft from the person",
    "Vehicle crime",
    "Violence and sexual offences",
)
HEADER = (
    "Crime ID,Month,Reported by,Falls within,Longitude,Latitude,Location,LSOA code,LSOA name,"
    "Crime type,Last outcome category,Context\n"
)


def write_files(folder: Path, rows: int, seed: int = 1) -> list[Path]:
    """Return files of made-up crimes, half a million rows a month of one force."""
    rng = np.random.default_rng(seed)
    # rows are drawn from a stock of made-up endings: to make each afresh would take an hour
    stock = [_ending(rng) for _ in range(50_000)]
    paths = []
    for number, begin in enumerate(range(0, rows, FILE_ROWS)):
        month = f"{2010 + number // 12}-{number % 12 + 1:02}"
        count = min(FILE_ROWS, rows - begin)
        names = rng.bytes(32 * count).hex()
        force = f"{month},Metropolitan Police Service,Metropolitan Police Service,"
        chosen = rng.integers(0, len(stock), count).tolist()
        path = folder / f"{month}-metropolitan-street.csv"
        with path.open("w", encoding="utf-8", newline="") as file:
            file.write(HEADER)
            file.writelines(
                f"{names[64 * row : 64 * row + 64]},{force}{stock[which]}"
                for row, which in enumerate(chosen)
            )
        paths.append(path)
    return paths


def _ending(rng: np.random.Generator) -> str:
    everywhere = areas.everywhere()
    where = everywhere[rng.integers(len(everywhere))].name
    area = f"{where} {rng.integers(1, 40):03}{'ABCDE'[rng.integers(5)]}"
    place = f"E{1_000_000 + rng.integers(5000):08},{area}"
    if rng.random() < 0.02:
        place = ","
    longitude, latitude = rng.uniform(-0.5, 0.3), rng.uniform(51.3, 51.7)
    crime = CATEGORIES[rng.integers(len(CATEGORIES))]
    return (
        f"{longitude:.6f},{latitude:.6f},On or near Made-Up Street {rng.integers(999)},"
        f"{place},{crime},Status update unavailable,\n"
    )


def by_pvtools(folder: str) -> int:
    """Return how many crimes ``tables.street_counts`` counts."""
    from pvtools import tables

    return int(tables.street_counts(folder)["n"].sum())


def by_pandas(folder: str) -> int:
    """Return how many crimes pandas counts, with a file in memory at a time."""
    import pandas as pd

    total: pd.Series | None = None
    for path in sorted(Path(folder).glob("*.csv")):
        frame = pd.read_csv(path)
        borough = frame["LSOA name"].str.slice(stop=-5)
        keys = [borough, frame["Month"], frame["Crime type"]]
        counts = frame.groupby(keys, dropna=False).size()
        total = counts if total is None else pd.concat([total, counts])
    return int(total.groupby(level=[0, 1, 2], dropna=False).sum().sum())


def by_bare_count(folder: str) -> int:
    """Return how many rows DuckDB counts, with the settings pvtools gives it."""
    import duckdb

    with duckdb.connect(config={"threads": 2, "memory_limit": "512MB"}) as engine:
        pattern = str(Path(folder) / "*.csv")
        return engine.execute("SELECT count(*) FROM read_csv(?)", [pattern]).fetchone()[0]


WAYS = {"pvtools": by_pvtools, "pandas": by_pandas, "count(*)": by_bare_count}


def apart(way: str, folder: Path) -> dict[str, float]:
    """Return rows, seconds and peak memory (MiB) of one way in a process of its own."""
    command = [sys.executable, __file__, "--way", way, "--folder", str(folder)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)  # noqa: S603 - itself
    return json.loads(done.stdout)


def report_on(way: str, folder: str) -> None:
    """Print what :func:`apart` returns."""
    import resource

    import duckdb  # noqa: F401 - what is timed is the counting, not the imports
    import pandas as pd  # noqa: F401

    begun = time.perf_counter()
    rows = WAYS[way](folder)
    seconds = time.perf_counter() - begun
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps({"rows": rows, "seconds": seconds, "peak": peak}))


def measure(rows: int, rounds: int) -> None:
    """Print the figures for ``rows`` made-up crimes."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        size = sum(path.stat().st_size for path in write_files(folder, rows))
        runs = {way: [] for way in WAYS}
        for _ in range(rounds):
            for way in WAYS:
                runs[way].append(apart(way, folder))
    for some in runs.values():
        assert {run["rows"] for run in some} == {rows}  # noqa: S101 - all ways count all rows
    best = {way: min(run["seconds"] for run in some) for way, some in runs.items()}
    peak = {way: max(run["peak"] for run in some) for way, some in runs.items()}
    ours = best["pvtools"]
    print(
        f"{rows:>10,} rows, {size / 1e9:.1f} GB: pvtools {ours:.1f} s "
        f"({ours / rows * 1e6:.2f} s a million, peak {peak['pvtools']:.0f} MiB), "
        f"pandas {best['pandas']:.1f} s (peak {peak['pandas']:.0f} MiB), "
        f"count(*) {best['count(*)']:.1f} s; "
        f"{best['pandas'] / ours:.1f} times as fast as pandas, "
        f"{ours / best['count(*)']:.2f} times as long as count(*)",
        flush=True,
    )
    if rows >= 20_000_000:
        aim("quicker than pandas", best["pandas"] / ours, 8, "times", least=True)
        aim("as long as count(*)", ours / best["count(*)"], 1.3, "times")
        aim("peak memory", peak["pvtools"], 1024, "MiB")


def main() -> None:
    """Measure a twentieth of the rows (at least a million), then all of them."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rows", type=int, default=20_000_000)
    parser.add_argument("--rounds", type=int, default=2)
    parser.add_argument("--way", choices=WAYS, help=argparse.SUPPRESS)
    parser.add_argument("--folder", help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.way:
        report_on(asked.way, asked.folder)
        return
    for rows in sorted({min(asked.rows, max(1_000_000, asked.rows // 20)), asked.rows}):
        measure(rows, asked.rounds)


if __name__ == "__main__":
    main()
