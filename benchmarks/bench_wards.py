"""Reports of wards: seconds and memory a report, in a batch of few and in one of many.

Run with ``python benchmarks/bench_wards.py [FEW] [MANY]`` (16 and 64 by default). It writes a
made-up file of 700 wards, or of as many as are asked for, in the publisher's layout, with 31 kinds
of offence and 24 months, to a temporary folder, and makes the reports of some in three forms. What
the first and the last quarter of a batch took a report, and the seconds of processor a report of
both batches, say whether a ward more costs what a ward costs. Memory is that of all processes
together, what they share counted once. The estimates of all wards, made once, are timed apart.
"""

from __future__ import annotations

import re
import resource
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
import pandas as pd
from bench_reports import batch

from pvtools import areas, demand, places, sources, tables

WARDS, MONTHS = 700, 24
SOURCE = "mps_recorded_crime_ward"


def write_file(path: Path, wards: int = WARDS, seed: int = 1) -> list[str]:
    """Write counts about a level of each ward and kind, and return the wards' codes."""
    rng = np.random.default_rng(seed)
    known = pd.read_csv(places.shipped_data() / "published" / "severity_by_minor.csv")
    kinds = known[["offence_group", "offence"]].head(31)
    boroughs = areas.boroughs()
    rows = kinds.merge(pd.DataFrame({"ward": range(wards)}), how="cross")
    frame = pd.DataFrame(
        {
            "MajorText": rows.offence_group.str.upper(),
            "MinorText": rows.offence.str.upper(),
            "WardName": "Ward " + rows.ward.astype("str"),
            "WardCode": [f"E05{number:06}" for number in rows.ward],
            "LookUp_BoroughName": [boroughs[number % 32].name for number in rows.ward],
        }
    )
    level = rng.gamma(1.0, 4.0, len(frame)) + 0.05
    titles = [f"{2024 + (n + 2) // 12}{(n + 2) % 12 + 1:02}" for n in range(MONTHS)]
    counts = pd.DataFrame(rng.poisson(level[:, None], (len(frame), MONTHS)), columns=titles)
    pd.concat([frame, counts], axis=1).to_csv(path, index=False)
    return sorted(frame.WardCode.unique())


def main(few: int = 16, many: int = 64) -> None:
    """Print the time of what is made once, then that of both batches."""
    with tempfile.TemporaryDirectory() as name:
        data, out = Path(name, "data"), Path(name, "out")
        data.mkdir()
        file = Path(name, "wards.csv")
        codes = write_file(file, max(WARDS, many))
        dates = {"vintage": "2026-02", "first": "2024-03", "last": "2026-02"}
        sources.file_away(file, SOURCE, **dates, data_dir=data)
        begin = time.perf_counter()
        recorded = tables.load_areas(data, "ward")
        read = time.perf_counter()
        for make in (demand.ward_counts, demand.ward_changes, demand.ward_months):
            make(recorded)
        made = time.perf_counter()
        print(f"once: the file read in {read - begin:.1f} s, all estimated in {made - read:.1f} s")
        for n in (few, many):
            asked = [*codes[:n], "--data", str(data)]
            before = _processor()
            with Path(name, "said.txt").open("w+") as said:
                seconds, memory = batch(asked, out / str(n), said=said)
                said.seek(0)
                each = [
                    float(found) for found in re.findall(r"built +([\d.]+)$", said.read(), re.M)
                ]
            quarter = max(n // 4, 1)
            print(
                f"{n} wards: {seconds:.0f} s, {seconds / n:.2f} s a report, "
                f"{(_processor() - before) / n:.2f} s of processor; most memory "
                f"{memory:.0f} MiB. A worker took {np.median(each[:quarter]):.2f} s for a report "
                f"of the first quarter and {np.median(each[-quarter:]):.2f} s of the last (median)",
                flush=True,
            )
        again, _ = batch(asked, out / str(many))
        print(f"{many} wards again, nothing changed: {again:.1f} s")


def _processor() -> float:
    """Return the seconds of processor of all commands so far."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
